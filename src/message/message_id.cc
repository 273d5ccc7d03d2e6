#include "message/message_id.h"

#include <set>

#include "base/chars.h"
#include "base/text.h"

namespace postroad::message {
namespace {

constexpr CharClass kSpace = CharClass::range(0, ' ');

std::string without_space(std::string_view text) {
  std::string made;
  for (const char c : text)
    if (!kSpace.has(c)) made += c;
  return made;
}

// Behind the comment that opens at `at`, or the end.
std::size_t skip_comment(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') ++at;
    else if (text[at] == '(') ++depth;
    else if (text[at] == ')' && --depth == 0) return at + 1;
  }
  return text.size();
}

constexpr CharClass kBareId = (kVchar | kEightBit) - CharClass("<>()\"");

// A Message-ID without its brackets, which some senders write. Only where there is nothing else.
bool is_bare_id(std::string_view text) { return text.find('@') != text.npos && kBareId.has_all(text); }

}  // namespace

std::vector<std::string> parse_message_ids(std::string_view value, std::size_t most) {
  std::vector<std::string> ids;
  std::set<std::string, std::less<>> seen;
  const auto add = [&](std::string id) {
    if (!id.empty() && id.size() <= limits::kMessageIdBytes && seen.insert(id).second) ids.push_back(std::move(id));
  };

  bool has_brackets = false;
  for (std::size_t at = 0; at < value.size();) {
    if (value[at] == '(') {
      at = skip_comment(value, at);
    } else if (value[at] == '<') {
      has_brackets = true;
      const auto close = value.find_first_of("<>", at + 1);
      if (close == value.npos) break;
      // A line end inside is of a sender that folds anywhere.
      if (value[close] == '>') add(without_space(value.substr(at + 1, close - at - 1)));
      at = value[close] == '>' ? close + 1 : close;
    } else {
      ++at;
    }
  }
  if (const auto bare = trim(value); !has_brackets && is_bare_id(bare)) add(std::string(bare));
  if (ids.size() > most && most > 0) ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(most - 1));
  return ids;
}

}  // namespace postroad::message
