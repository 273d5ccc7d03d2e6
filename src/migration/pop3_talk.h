#pragma once

#include <functional>
#include <memory>
#include <string>

#include "migration/pop3/reply.h"
#include "migration/source.h"

namespace postroad::migration {

// A conversation with a POP3 server: commands out, replies in.
class Pop3Talk {
 public:
  explicit Pop3Talk(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}
  Wire& wire() { return *wire_; }

  io::Task<Result<pop3::Reply>> reply();
  io::Task<Result<pop3::Reply>> ask(std::string command);
  // The lines of a multi-line reply, after its first, without their ends: at most `most` of them. The first failure of
  // `take` ends it.
  using Take = std::function<Result<>(std::string_view)>;
  io::Task<Result<>> lines(std::size_t most, Take take);
  // The text of one, up to `most` octets.
  io::Task<Result<>> text(std::uint64_t most, Sink& sink);

 private:
  std::unique_ptr<Wire> wire_;
};

std::string said(const pop3::Reply& reply);

}  // namespace postroad::migration
