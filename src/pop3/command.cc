#include "pop3/command.h"

#include "base/scanner.h"
#include "base/text.h"

namespace postroad::pop3 {
namespace {

constexpr CharClass kPrintable = CharClass::range(0x21, 0x7e);  // rfc2449 4
constexpr std::uint64_t kNumberMost = UINT32_MAX;

std::uint32_t message_number(Scanner& in) {
  const auto number = static_cast<std::uint32_t>(in.number(kNumberMost, "message number"));
  if (number == 0) in.fail("message number");
  return number;
}

}  // namespace

Result<Line> parse_line(std::string_view text) {
  for (const char c : text)
    if (kControl.has(c)) return fail(Fault::Syntax, "a command holds no control characters");
  const auto space = text.find(' ');
  const auto keyword = text.substr(0, space);
  if (keyword.empty() || keyword.size() > kKeywordBytes || !kAlnum.has_all(keyword)) return fail(Fault::Syntax, "expected a command");
  return Line{upper(keyword), space == text.npos ? std::string() : std::string(text.substr(space + 1))};
}

Result<> parse_nothing(std::string_view rest) {
  if (!trim(rest).empty()) return fail(Fault::Syntax, "expected no argument");
  return {};
}

Result<std::uint32_t> parse_number(std::string_view rest) {
  Scanner in(trim(rest));
  const auto number = message_number(in);
  in.end();
  return in.result(number);
}

Result<std::optional<std::uint32_t>> parse_maybe_number(std::string_view rest) {
  if (trim(rest).empty()) return std::nullopt;
  TRY(const auto number, parse_number(rest));
  return number;
}

Result<Top> parse_top(std::string_view rest) {
  Scanner in(trim(rest));
  Top top;
  top.number = message_number(in);
  in.run(kWsp, 1, "space");
  top.lines = static_cast<std::uint32_t>(in.number(kNumberMost, "number of lines"));
  in.end();
  return in.result(top);
}

Result<std::string> parse_text(std::string_view rest) {
  if (rest.empty()) return fail(Fault::Syntax, "expected an argument");
  return std::string(rest);
}

Result<Auth> parse_auth(std::string_view rest) {
  Auth auth;
  Scanner in(trim(rest));
  if (in.at_end()) return auth;
  auth.mechanism = in.run(kPrintable, 1, "mechanism");
  if (!in.at_end()) {
    in.space();
    auth.initial = std::string(in.run(kPrintable, 1, "initial response"));
  }
  in.end();
  return in.result(std::move(auth));
}

}  // namespace postroad::pop3
