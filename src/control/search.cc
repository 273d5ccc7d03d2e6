#include "control/search.h"

#include "base/text.h"

namespace postroad::control {

std::string like_pattern(std::string_view match) {
  if (match.empty()) return "%";
  std::string made;
  for (const char c : lower(match)) {
    if (c == '*') {
      if (!made.ends_with('%') || made.ends_with("\\%")) made += '%';
    } else if (c == '?') {
      made += '_';
    } else {
      if (c == '%' || c == '_' || c == '\\') made += '\\';
      made += c;
    }
  }
  return made;
}

// As far back as the last * at most: never more than the product of both lengths.
bool is_match(std::string_view text, std::string_view match) {
  if (match.empty()) return true;
  const auto folded = lower(text);
  const auto pattern = lower(match);
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = pattern.npos;
  std::size_t taken = 0;
  while (at < folded.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      taken = at;
    } else if (in < pattern.size() && (pattern[in] == '?' || pattern[in] == folded[at])) {
      ++at;
      ++in;
    } else if (star != pattern.npos) {
      in = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == pattern.npos;
}

std::string path_condition(std::string_view column, const std::vector<std::string>& paths, bool below, std::vector<std::string>& texts) {
  std::string made;
  for (const auto& path : paths) {
    const auto at = texts.size() + 1;
    made.append(made.empty() ? "(" : " OR ").append("(").append(column).append(below ? " > $" : " >= $").append(std::to_string(at));
    made.append(" AND ").append(column).append(" < $").append(std::to_string(at + 1)).append(")");
    texts.push_back(path);
    texts.push_back(path + "~");  // ids and slashes sort before '~'
  }
  return made.empty() ? "1 = 0" : made + ")";
}

}  // namespace postroad::control
