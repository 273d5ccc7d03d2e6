#include "app/request.h"

#include <algorithm>

#include "base/scanner.h"
#include "base/text.h"

namespace postroad::app {
namespace {

constexpr CharClass kNameChar = kAlnum | CharClass("_");
constexpr CharClass kBlank = CharClass(" \t\r\n");
constexpr CharClass kBareChar = (kVchar | kEightBit) - CharClass("\"");
constexpr CharClass kNotQuote = CharClass::range(0, 255) - CharClass("\"");

// A literal quote inside quotes is doubled.
std::string quoted(Scanner& in) {
  std::string value;
  in.expect("\"");
  do {
    value += in.run(kNotQuote, 0, "value");
    in.expect("\"");
    if (in.peek() == '"') value += '"';
  } while (in.maybe("\""));
  return value;
}

Request::Attribute attribute(Scanner& in) {
  Request::Attribute made;
  made.name = lower(in.run(kNameChar, 1, "attribute name"));
  in.expect("=");
  made.value = in.peek() == '"' ? quoted(in) : std::string(in.run(kBareChar, 0, "value"));
  if (!in.at_end() && !kBlank.has(in.peek())) in.fail("white space between attributes");
  if (!in.failed() && std::ranges::any_of(made.value, [](char c) { return kControl.has(c); }))
    in.fail("no control characters in " + made.name);
  return made;
}

}  // namespace

const std::string* Request::find(std::string_view name) const {
  const auto at = std::ranges::find(attributes, name, &Attribute::name);
  return at == attributes.end() ? nullptr : &at->value;
}

Result<Request> parse_request(std::string_view text) {
  if (!is_utf8(text)) return fail(Fault::Syntax, "expected UTF-8");
  Request request;
  Scanner in(text);
  in.run(kBlank, 0, "");
  request.command = upper(in.run(kNameChar, 1, "command"));
  if (!in.at_end()) in.run(kBlank, 1, "white space after the command");
  while (!in.at_end()) {
    auto made = attribute(in);
    if (request.find(made.name) != nullptr) in.fail("attribute " + made.name + " once");
    if (request.attributes.size() == kAttributes) in.fail("at most 100 attributes");
    request.attributes.push_back(std::move(made));
    in.run(kBlank, 0, "");
  }
  return in.result(std::move(request));
}

std::optional<bool> parse_flag(std::string_view text) {
  for (const auto word : {"T", "true", "1", "Y"})
    if (equal_nocase(text, word)) return true;
  for (const auto word : {"F", "false", "0", "N"})
    if (equal_nocase(text, word)) return false;
  return std::nullopt;
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> entries;
  for (const auto part : split(text, ','))
    if (const auto entry = trim(part); !entry.empty()) entries.emplace_back(entry);
  return entries;
}

}  // namespace postroad::app
