#include "message/header.h"

#include "base/chars.h"
#include "base/text.h"
#include "message/limits.h"

namespace postroad::message {
namespace {

// ftext: rfc5322 3.6.8.
constexpr CharClass kFtext = kVchar - CharClass(":");

// The line at the start of `text`, with its LF if it has one.
std::string_view next_line(std::string_view text) {
  const auto lf = text.find('\n');
  return lf == text.npos ? text : text.substr(0, lf + 1);
}

bool is_empty_line(std::string_view line) { return line == "\r\n" || line == "\n"; }

}  // namespace

std::size_t find_colon(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && kFtext.has(line[end])) ++end;
  std::size_t colon = end;
  while (colon < line.size() && kWsp.has(line[colon])) ++colon;
  const bool is_field = end > 0 && end <= limits::kFieldNameBytes && colon < line.size() && line[colon] == ':';
  return is_field ? colon : line.npos;
}

std::vector<FieldView> fields(std::string_view block) {
  std::vector<FieldView> made;
  for (std::size_t at = 0; at < block.size();) {
    const auto first = next_line(block.substr(at));
    if (is_empty_line(first)) break;
    std::size_t end = at + first.size();
    while (end < block.size() && kWsp.has(block[end])) end += next_line(block.substr(end)).size();

    FieldView field{{}, block.substr(at, end - at), block.substr(at, end - at)};
    if (const auto colon = find_colon(first); colon != first.npos) {
      field.name = trim(first.substr(0, colon));
      field.value = field.raw.substr(colon + 1);
    }
    made.push_back(field);
    at = end;
  }
  return made;
}

std::string field_value(std::string_view block, std::string_view name) {
  for (const auto& field : fields(block))
    if (equal_nocase(field.name, name)) return unfold(field.value);
  return {};
}

std::string unfold(std::string_view value) {
  std::string made;
  made.reserve(value.size());
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (c == '\n' || (c == '\r' && at + 1 < value.size() && value[at + 1] == '\n')) continue;
    made += c == '\0' || c == '\r' ? ' ' : c;
  }
  return std::string(trim(made));
}

}  // namespace postroad::message
