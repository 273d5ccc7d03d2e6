#include "imap/pattern.h"

#include "base/text.h"

namespace postroad::imap {
namespace {

bool is_wildcard(char c) { return c == '*' || c == '%'; }

}  // namespace

Pattern::Pattern(std::string_view reference, std::string_view pattern) {
  const auto whole = std::string(reference) + std::string(pattern);
  // A run of wildcards with "*" among them is one "*"; without, one "%".
  for (const char c : whole) {
    if (is_wildcard(c) && !pattern_.empty() && is_wildcard(pattern_.back())) {
      if (c == '*') pattern_.back() = '*';
    } else {
      pattern_ += c;
    }
  }
  if (starts_nocase(pattern_, "INBOX") && (pattern_.size() == 5 || pattern_[5] == '/' || is_wildcard(pattern_[5])))
    pattern_.replace(0, 5, "INBOX");
}

bool Pattern::is_plain() const { return pattern_.find_first_of("*%") == pattern_.npos; }

// All places in the pattern that the name so far can have led to, moved on by one character at a time.
bool Pattern::matches(std::string_view name) const {
  std::vector<bool> at(pattern_.size() + 1);
  std::vector<bool> next(pattern_.size() + 1);
  const auto skip_wildcards = [this](std::vector<bool>& places) {
    for (std::size_t i = 0; i < pattern_.size(); ++i)
      if (places[i] && is_wildcard(pattern_[i])) places[i + 1] = true;
  };
  at[0] = true;
  skip_wildcards(at);
  for (const char c : name) {
    bool alive = false;
    next.assign(next.size(), false);
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      if (!at[i]) continue;
      const bool stays = pattern_[i] == '*' || (pattern_[i] == '%' && c != '/');
      if (stays) next[i] = alive = true;
      if (!is_wildcard(pattern_[i]) && pattern_[i] == c) next[i + 1] = alive = true;
    }
    if (!alive) return false;
    skip_wildcards(next);
    at.swap(next);
  }
  return at[pattern_.size()];
}

}  // namespace postroad::imap
