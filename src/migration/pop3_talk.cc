#include "migration/pop3_talk.h"

#include "migration/failure.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string said(const pop3::Reply& reply) {
  return plain((reply.code.empty() ? std::string() : "[" + reply.code + "] ") + reply.text);
}

io::Task<Result<pop3::Reply>> Pop3Talk::reply() {
  CO_TRY(const auto line, co_await wire_->line(kReplyLineBytes));
  auto parsed = pop3::parse_reply(without_end(line));
  if (!parsed) co_return wait_for(Reason::Protocol, "the server says what can't be understood: " + parsed.error().text);
  co_return std::move(*parsed);
}

io::Task<Result<pop3::Reply>> Pop3Talk::ask(std::string command) {
  co_await wire_->send(command + "\r\n");
  co_return co_await reply();
}

io::Task<Result<>> Pop3Talk::lines(std::size_t most, Take take) {
  for (std::size_t count = 0;; ++count) {
    CO_TRY(const auto line, co_await wire_->line(kReplyLineBytes));
    auto text = without_end(line);
    if (text == ".") co_return Result<>();
    if (text.starts_with('.')) text.remove_prefix(1);
    if (count == most) co_return wait_for(Reason::Protocol, "the server's answer has no end");
    if (const auto taken = take(text); !taken)
      co_return wait_for(Reason::Protocol, "the server says what can't be understood: " + taken.error().text);
  }
}

io::Task<Result<>> Pop3Talk::text(std::uint64_t most, Sink& sink) {
  pop3::Dots dots;
  std::uint64_t size = 0;
  while (!dots.is_done()) {
    const auto bytes = co_await wire_->piece(1);
    std::string text;
    wire_->consume(dots.feed(bytes, text));
    size += text.size();
    if (size > most) co_return wait_for(Reason::Protocol, "the server sends a message of a size that it did not tell");
    if (text.empty()) continue;
    wire_->hold();
    co_await sink.piece(std::move(text));
    wire_->go_on();
  }
  co_return Result<>();
}

}  // namespace postroad::migration
