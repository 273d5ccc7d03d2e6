#include "message/address.h"

#include <optional>
#include <utility>

#include "base/chars.h"
#include "base/text.h"
#include "message/build.h"

namespace postroad::message {
namespace {

constexpr CharClass kSpace = CharClass::range(0, ' ') | CharClass("\x7f");
constexpr CharClass kBreaks = CharClass("()<>:;@,\".");
// atext, 8-bit text, and what only the careless write bare: brackets, backslashes. A domain starts with '[' where it is
// a literal.
constexpr CharClass kAtom = CharClass::range(0, 255) - kSpace - kBreaks;
constexpr CharClass kEncodedWord = CharClass::range(0, 255) - kSpace - CharClass("\"<>@");
constexpr CharClass kDotAtom = kAtext | kEightBit;

// Words in front of '<', '@', ':' or ','. It isn't known before whether they are a display name, a group's or a local part.
struct Words {
  std::string name;   // all of them, for display
  std::string last;   // the last run without white space: what a local part would be
  std::string front;  // those before it
  bool any = false;
};

// Reads from left to right and never back, so the work is linear. The rules are those of rfc5322 3.4 and 4.4.
class AddressParser {
 public:
  AddressParser(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  std::vector<Address> address_list() {
    while (skip_cfws(), !at_end() && list_.size() + 1 < most_ + (is_in_group_ ? 0 : 1)) {
      if (maybe(',')) comment_.clear();
      else if (maybe(';')) end_group();
      else address();
    }
    end_group();
    return std::move(list_);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool maybe(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A quote that nothing closes is no quote; nor is one behind it, so this looks at no octet often.
  bool at_quoted_string() {
    if (peek() != '"' || is_unquoted_) return false;
    for (auto at = at_ + 1; at < text_.size(); ++at) {
      if (text_[at] == '"') return true;
      if (text_[at] == '\\') ++at;
    }
    is_unquoted_ = true;
    return false;
  }

  // CFWS; the last comment's text is kept: `ann@example.org (Ann)`.
  void skip_cfws() {
    while (!at_end()) {
      if (kSpace.has(text_[at_]) || (text_[at_] == '"' && !at_quoted_string())) ++at_;
      else if (text_[at_] == '(') comment_ = comment();
      else break;
    }
  }

  // Nested ones are part of the text of the outer. One that isn't closed ends with the list's entry, and so does each behind
  // it: this looks at no octet often, and an address that follows isn't lost.
  std::string comment() {
    std::string made;
    std::size_t depth = 0;
    std::optional<std::pair<std::size_t, std::size_t>> entry;  // where it ends, and the comment's size there
    for (; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        add_visible(made, text_[++at_]);
        continue;
      }
      if (c == '(' && depth++ == 0) continue;
      if (c == ')' && --depth == 0) {
        ++at_;
        return std::string(trim(made));
      }
      if (!entry && (c == ',' || c == ';')) entry = {at_, made.size()};
      if (entry && is_uncommented_) break;
      add_visible(made, c);
    }
    is_uncommented_ = true;
    if (entry) {
      at_ = entry->first;
      made.resize(entry->second);
    }
    return std::string(trim(made));
  }

  static void add_visible(std::string& into, char c) {
    if (c == '\r' || c == '\n') return;
    into += kControl.has(c) ? ' ' : c;
  }

  // quoted-string, which is there.
  std::string quoted_string() {
    std::string made;
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
      add_visible(made, text_[at_]);
    }
    ++at_;
    return made;
  }

  // The end of an encoded word that starts here, or 0. Some senders leave commas and the like in one.
  std::size_t encoded_word_end() const {
    const auto word = text_.substr(at_, 200);
    if (!word.starts_with("=?")) return 0;
    std::size_t mark = 1;
    for (int marks = 0; marks < 2; ++marks) {
      mark = word.find('?', mark + 1);
      if (mark == word.npos) return 0;
    }
    const auto end = word.find("?=", mark + 1);
    if (end == word.npos || !kEncodedWord.has_all(word.substr(0, end))) return 0;
    return at_ + end + 2;
  }

  std::string atom() {
    if (const auto end = encoded_word_end(); end != 0) {
      const auto start = std::exchange(at_, end);
      return std::string(text_.substr(start, end - start));
    }
    const auto start = at_;
    while (!at_end() && kAtom.has(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // phrase or local-part.
  Words words() {
    Words made;
    bool is_glued = true;  // to what stands before
    for (;;) {
      const auto before = at_;
      skip_cfws();
      const bool space = at_ != before;
      std::string word;
      bool is_dot = false;
      if (peek() == '"') {
        word = quoted_string();
      } else if (maybe('.')) {
        word = ".";
        is_dot = true;
      } else {
        word = at_end() ? "" : atom();
        if (word.empty()) break;
      }
      if (made.any && space) made.name += ' ';
      made.name += word;
      // obs-local-part: white space around dots.
      if (made.any && space && !is_glued && !is_dot) {
        made.front += (made.front.empty() ? "" : " ") + std::exchange(made.last, {});
      }
      made.last += word;
      is_glued = is_dot;
      made.any = true;
    }
    return made;
  }

  // domain: a literal, or words and dots (obs-domain: with CFWS around the dots).
  std::string domain() {
    skip_cfws();
    if (peek() == '[') return domain_literal();
    std::string made;
    for (bool is_dot = true;;) {
      if (maybe('.')) {
        made += '.';
        is_dot = true;
      } else if (is_dot && !at_end() && kAtom.has(text_[at_])) {
        made += atom();
        is_dot = false;
      } else {
        break;
      }
      skip_cfws();
    }
    return made;
  }

  std::string domain_literal() {
    std::string made;
    while (!at_end()) {
      const char c = text_[at_++];
      if (!kSpace.has(c)) made += c;
      if (c == ']') return made;
    }
    return made + ']';
  }

  // obs-route: "@a,@b:". Only commas, dots and domains stand in it.
  std::string route() {
    std::string made;
    while (skip_cfws(), !at_end()) {
      if (maybe('@')) made += '@' + domain();
      else if (maybe(',')) made += ',';
      else break;
    }
    if (!maybe(':')) return {};
    while (made.ends_with(',')) made.pop_back();
    return made;
  }

  // mailbox, group, or what goes for one.
  void address() {
    comment_.clear();
    const auto before = at_;
    auto words = this->words();
    Address made;
    if (maybe('<')) {
      angle_addr(made);
      made.name = std::move(words.name);
    } else if (maybe('@')) {
      made.name = std::move(words.front);
      made.mailbox = std::move(words.last);
      made.host = domain();
    } else if (maybe(':')) {
      return start_group(std::move(words.name));
    } else if (words.any) {
      made.mailbox = std::move(words.name);
    }
    skip_cfws();
    if (made.name.empty()) made.name = std::move(comment_);
    if (!made.name.empty() || !made.mailbox.empty() || !made.host.empty()) list_.push_back(std::move(made));
    if (at_ == before) ++at_;
  }

  // angle-addr, behind its '<'.
  void angle_addr(Address& made) {
    skip_cfws();
    if (peek() == '@') made.route = route();
    auto local = words();
    made.mailbox = local.front.empty() ? std::move(local.last) : local.front + ' ' + local.last;
    if (maybe('@')) made.host = domain();
    // What else stands there is no address; a '>' that is missing ends with the list's entry.
    while (!at_end() && text_[at_] != ',' && text_[at_] != ';')
      if (text_[at_++] == '>') break;
  }

  // Groups don't nest; a group in a group goes on with the outer.
  void start_group(std::string name) {
    if (is_in_group_ || list_.size() + 2 > most_) return;
    is_in_group_ = true;
    list_.push_back({Address::Kind::GroupStart, std::move(name), {}, {}, {}});
  }
  void end_group() {
    if (std::exchange(is_in_group_, false)) list_.push_back({Address::Kind::GroupEnd, {}, {}, {}, {}});
  }

  std::string_view text_;
  std::size_t most_;
  std::size_t at_ = 0;
  bool is_in_group_ = false;
  bool is_unquoted_ = false;     // no quote from here on is closed
  bool is_uncommented_ = false;  // a comment wasn't closed
  std::string comment_;
  std::vector<Address> list_;
};

bool is_dot_atom(std::string_view text) {
  if (text.empty()) return false;
  for (const auto part : split(text, '.'))
    if (part.empty() || !kDotAtom.has_all(part)) return false;
  return true;
}

std::string quote(std::string_view text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + '"';
}

}  // namespace

std::vector<Address> parse_addresses(std::string_view value, std::size_t most) {
  return AddressParser(value, most).address_list();
}

std::string addr_spec(const Address& address) {
  if (address.kind != Address::Kind::Mailbox) return {};
  auto made = is_dot_atom(address.mailbox) ? address.mailbox : quote(address.mailbox);
  if (!address.host.empty()) made += '@' + address.host;
  return made;
}

std::string format_address(const Address& address) {
  if (address.kind != Address::Kind::Mailbox) return {};
  if (address.name.empty()) return addr_spec(address);
  auto name = encode_text(address.name);
  if (name == address.name) name = quote(name);
  return name + " <" + addr_spec(address) + '>';
}

}  // namespace postroad::message
