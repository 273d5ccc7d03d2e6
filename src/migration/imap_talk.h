#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "migration/imap/response.h"
#include "migration/source.h"

namespace postroad::migration {

// A conversation with an IMAP server: commands out, responses in, nothing of what they mean.
class ImapTalk {
 public:
  ImapTalk(std::unique_ptr<Wire> wire, std::uint64_t message_bytes_max) : wire_(std::move(wire)), most_(message_bytes_max) {}

  Wire& wire() { return *wire_; }
  bool can(const std::string& capability) const { return capabilities_.contains(capability); }
  void forget_capabilities() { capabilities_.clear(); }
  bool knows_capabilities() const { return !capabilities_.empty(); }

  // A part of a command: as it is, or an astring.
  struct Part {
    std::string text;
    bool is_astring = false;
  };
  // Sends a command; its tag is the one that tagged responses are to have. Where an astring takes a literal it waits for the
  // server to want it; then the answer may have come already: where the server refused.
  io::Task<Result<std::optional<imap::Status>>> send(std::vector<Part> parts);
  // A line that is no command: what a continuation asked for.
  io::Task<void> send_line(std::string line) { return wire_->send(std::move(line)); }

  // The next response. A message's literal goes to `sink`, and is a failure where there is none; a too large one is read
  // away. What concerns the connection (BYE, another UIDVALIDITY) is a failure, capabilities are kept.
  struct Heard {
    imap::Response response;
    bool has_body = false;      // went to the sink
    bool is_too_large = false;  // was read away
  };
  io::Task<Result<Heard>> next(Sink* sink = nullptr);
  // Everything up to the answer to the command that was sent. `take`: each untagged response.
  using Take = std::function<void(imap::Response&)>;
  io::Task<Result<imap::Status>> answer(Take take = {});
  io::Task<Result<imap::Status>> ask(std::vector<Part> parts, Take take = {});

  // Whether it answers the last command; a failure where its tag is another.
  Result<bool> is_answer(const imap::Status& status) const;
  void expect_validity(std::optional<std::uint32_t> validity) { validity_ = validity; }

 private:
  io::Task<Result<>> body(std::uint64_t size_bytes, Sink* sink, Heard& heard);
  Result<> keep(const imap::Response& response);

  std::unique_ptr<Wire> wire_;
  const std::uint64_t most_;
  std::set<std::string> capabilities_;
  std::uint32_t commands_ = 0;
  std::string tag_;
  std::uint64_t heard_bytes_ = 0;  // since the command, without messages
  std::optional<std::uint32_t> validity_;
};

// Of NO and BAD, for people.
std::string said(const imap::Status& status);

}  // namespace postroad::migration
