#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "smtp/state.h"

// A line in each state that a conversation can be in: it never stops the process, and what is answered is well-formed.
namespace {

using namespace postroad;
using namespace postroad::smtp;

constexpr std::string_view kBefore[] = {"EHLO a", "MAIL FROM:<a@b.example> SMTPUTF8", "RCPT TO:<c@d.example>", "BDAT 5",
                                        "BDAT 999999"};

void check_reply(const Reply& reply) {
  const auto text = format(reply);
  check(reply.code >= 200 && reply.code < 600, "a reply has a code");
  check(text.ends_with("\r\n"), "a reply ends with CRLF");
  for (const auto line : split(std::string_view(text).substr(0, text.size() - 1), '\n'))
    check(line.size() <= 511 && line.ends_with('\r') && line.find('\r') == line.size() - 1, "a line is whole");
}

void run(State& state, Next next) {
  if (std::holds_alternative<JudgeSender>(next)) return run(state, state.sender(std::nullopt));
  if (std::holds_alternative<JudgeRecipient>(next)) {
    const auto text = state.envelope().recipients.back().to.text();
    if (text != "postmaster") {
      const auto again = parse_mailbox(text, Charset::Utf8);
      check(again && *again == state.envelope().recipients.back().to, "a path's text is the same path");
    }
    return run(state, state.recipient(std::nullopt));
  }
  if (const auto* taken = std::get_if<TakeChunk>(&next)) {
    if (taken->refusal || !taken->chunk.last) return run(state, state.chunk_taken(*taken));
    return state.message_ended(true);
  }
  if (std::holds_alternative<TakeData>(next)) return state.message_ended(false);
  if (const auto* answer = std::get_if<Answer>(&next)) check_reply(answer->reply);
  if (const auto* close = std::get_if<Close>(&next)) check_reply(close->reply);
  if (std::holds_alternative<Secure>(next)) state.secured();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  for (const auto dialect : {Dialect::Smtp, Dialect::Lmtp}) {
    for (std::size_t said = 0; said <= std::size(kBefore); ++said) {
      State state({.dialect = dialect, .host = "mx.example.org", .size_max = 1000, .has_tls = true});
      if (dialect == Dialect::Lmtp) run(state, state.command("LHLO a"));
      for (std::size_t i = 0; i < said; ++i) run(state, state.command(kBefore[i]));
      for (const auto line : split(input, '\n')) run(state, state.command(line));
    }
  }
  return 0;
}
