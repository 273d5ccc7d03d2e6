#include "migration/pop3/reply.h"

#include <algorithm>

#include "base/scanner.h"
#include "base/text.h"

namespace postroad::migration::pop3 {
namespace {

constexpr CharClass kUniqueId = kVchar | kEightBit;
constexpr std::size_t kUniqueIdBytes = 512;

}  // namespace

Result<Reply> parse_reply(std::string_view line) {
  Reply made;
  Scanner in(line);
  if (in.maybe("+OK")) {
    made.is_ok = true;
  } else if (in.maybe("+")) {
    made.is_continuation = true;
  } else {
    in.expect("-ERR");
  }
  if (!in.at_end()) in.space();
  if (in.failed()) return std::unexpected(in.error());
  auto rest = in.rest();
  const auto close = rest.find(']');
  if (!made.is_continuation && rest.starts_with('[') && close != rest.npos) {
    made.code = upper(rest.substr(1, close - 1));
    rest.remove_prefix(close + 1);
  }
  made.text = trim(rest);
  return made;
}

Result<std::pair<std::uint64_t, std::uint64_t>> parse_stat(std::string_view text) { return parse_listed(text); }

Result<std::pair<std::uint64_t, std::uint64_t>> parse_listed(std::string_view line) {
  Scanner in(line);
  const auto first = in.number(UINT32_MAX, "number");
  in.space();
  const auto second = in.number(UINT64_MAX, "octets");
  return in.result(std::pair(first, second));  // what follows is nobody's.  rfc1939 5
}

Result<std::pair<std::uint64_t, std::string>> parse_unique_id(std::string_view line) {
  Scanner in(line);
  const auto number = in.number(UINT32_MAX, "number");
  in.space();
  std::string id(in.run(kUniqueId, 1, "unique-id"));
  if (id.size() > kUniqueIdBytes) in.fail("a shorter unique-id");
  return in.result(std::pair(number, std::move(id)));
}

std::size_t Dots::feed(std::string_view bytes, std::string& into) {
  std::size_t at = 0;
  while (at < bytes.size() && !is_done()) {
    const char c = bytes[at];
    switch (state_) {
      case State::LineStart:
        state_ = c == '.' ? State::Dot : State::Text;
        at += c == '.' ? 1 : 0;
        break;
      case State::Text: {
        const auto stop = std::min(bytes.find('\r', at), bytes.size());
        into += bytes.substr(at, stop - at);
        if (stop < bytes.size()) {
          into += '\r';
          state_ = State::Cr;
        }
        at = std::min(stop + 1, bytes.size());
        break;
      }
      case State::Cr:
        // A CR alone is text; another CR may begin the line end.
        if (c == '\n' || c == '\r') {
          into += c;
          ++at;
        }
        state_ = c == '\n' ? State::LineStart : c == '\r' ? State::Cr : State::Text;
        break;
      case State::Dot:
        state_ = c == '\r' ? State::DotCr : State::Text;
        at += c == '\r' ? 1 : 0;
        break;
      case State::DotCr:
        if (c == '\n') {
          state_ = State::Done;
          ++at;
        } else {  // a stuffed line that begins with CR
          into += '\r';
          state_ = State::Cr;
        }
        break;
      case State::Done: break;
    }
  }
  return at;
}

}  // namespace postroad::migration::pop3
