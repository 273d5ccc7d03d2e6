#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/reader.h"
#include "io/real/network.h"
#include "tls/context.h"

namespace postroad::bench {

// A client's connection: lines out, lines in. Everything throws io::Ended where the server does what it should not.
class Client {
 public:
  explicit Client(io::real::Loop& loop) : loop_(loop) {}

  // `tls`, where it is not null, must outlive the client.
  io::Task<void> connect(io::Endpoint to, const tls::Context* tls, std::string name);
  io::Task<void> send(std::string text);
  // Without its line end; valid until the next call.
  io::Task<std::string_view> line();

  // SMTP: the code of a reply of one or more lines, which must start with `want`.
  io::Task<void> expect_reply(char want);

  // IMAP: sends a command under a new tag, reads up to its tagged response, which must be OK, and gives the untagged
  // lines' text (literals left out).
  io::Task<std::string> ask(std::string command);
  // The same with one literal between: "APPEND INBOX {4}", "text".
  io::Task<std::string> ask(std::string command, std::string literal);
  // Up to the line that starts with `start`.
  io::Task<std::string> read_to(std::string start);
  std::string next_tag() { return "a" + std::to_string(++tag_); }

  io::Stream& stream() { return *stream_; }

 private:
  io::real::Loop& loop_;
  std::unique_ptr<io::Stream> stream_;
  std::unique_ptr<io::Reader> reader_;
  std::uint64_t tag_ = 0;
};

}  // namespace postroad::bench
