#include "app/reply.h"

#include "base/chars.h"
#include "base/check.h"
#include "base/text.h"

namespace postroad::app {
namespace {

// So many bytes at most, without half a character at the end.
std::string_view first_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  text = text.substr(0, most);
  while (!text.empty() && !is_utf8(text)) text.remove_suffix(1);
  return text;
}

// One line's worth of text: control characters become spaces, full stops at the end go.
std::string line_text(std::string_view text) {
  std::string made;
  for (const char c : text) made += kControl.has(c) ? ' ' : c;
  while (!made.empty() && (made.back() == '.' || made.back() == ' ')) made.pop_back();
  return made;
}

std::string quoted(std::string_view value) {
  std::string made = "\"";
  for (const char c : value) {
    if (c == '"') made += '"';
    made += kControl.has(c) ? ' ' : c;
  }
  return made + '"';
}

std::string joined(const std::vector<std::string>& words, char separator) {
  std::string made;
  for (const auto& word : words) {
    if (!made.empty()) made += separator;
    made += word;
  }
  return made;
}

std::vector<std::string> all_quoted(const std::vector<std::string>& values) {
  std::vector<std::string> made;
  for (const auto& value : values) made.push_back(quoted(value));
  return made;
}

}  // namespace

std::string ok_reply(std::string_view text) {
  const auto line = line_text(text);
  return (line.empty() ? "OK 0" : "OK 0 " + line) + std::string(kEnd);
}

std::string error_reply(int number, std::string_view text) {
  check(number > 0, "an error's number is above zero");
  const auto line = line_text(first_bytes(text, kErrorTextBytes));
  return "ER " + std::to_string(number) + " " + (line.empty() ? "failed" : line) + std::string(kEnd);
}

std::string record_reply(const Record& record) {
  std::string line;
  for (const auto& [key, value] : record) line += (line.empty() ? "" : " ") + key + "=" + quoted(value);
  return "OK 0\r\n" + line + std::string(kEnd);
}

std::string table_reply(const Table& table, Version version) {
  return table_head(table.columns, version) + table_rows(table.rows, version) + std::string(kEnd);
}

std::string table_head(const std::vector<std::string>& columns, Version version) {
  const bool has_commas = version == Version::V3_5;
  return (has_commas ? "OK 0 Success\r\n" : "OK 0\r\n") + joined(columns, has_commas ? ',' : ' ');
}

std::string table_rows(const std::vector<std::vector<std::string>>& rows, Version version) {
  const bool has_commas = version == Version::V3_5;
  std::string made;
  for (const auto& row : rows) {
    made += has_commas ? "\r\n" : "\r\n,\r\n";
    made += joined(all_quoted(row), has_commas ? ',' : ' ');
  }
  return made;
}

}  // namespace postroad::app
