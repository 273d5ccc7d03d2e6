#include "message/parameters.h"

#include <algorithm>
#include <map>

#include "base/chars.h"
#include "base/text.h"
#include "message/characters.h"
#include "message/charset.h"
#include "message/limits.h"
#include "message/text.h"

namespace postroad::message {
namespace {

constexpr CharClass kSpace = CharClass::range(0, ' ') | CharClass("\x7f");
// What ends an unquoted value. rfc2045 5.1 has a longer list of tspecials, but names with them come unquoted all the time.
constexpr CharClass kBare = CharClass::range(0, 255) - kSpace - CharClass(";\"");
constexpr CharClass kName = kVchar - CharClass("=;\"()");
constexpr std::uint64_t kSegments = 1000;

// One parameter as it stands, or a segment of one: rfc2231 3.
struct Segment {
  std::string name;  // lower case, without its number and its last *
  std::uint64_t number = 0;
  bool is_segment = false;
  bool is_extended = false;
  std::string value;
};

class ParameterParser {
 public:
  explicit ParameterParser(std::string_view text) : text_(text) {}

  std::string value() {
    std::string made;
    while (!at_end() && peek() != ';') {
      if (peek() == '(')
        skip_comment();
      else
        made += text_[at_++];
    }
    return lower(trim(made));
  }

  bool has_open_quote() const { return has_open_quote_; }

  // The next parameter; junk on the way to it is skipped. False at the end.
  bool next(Segment& into) {
    for (;;) {
      while (!at_end() && peek() != ';') skip_one();
      if (at_end()) return false;
      ++at_;
      skip_cfws();
      const auto name = run(kName);
      skip_cfws();
      if (name.empty() || peek() != '=') continue;
      ++at_;
      skip_cfws();
      into = named(lower(name));
      into.value = peek() == '"' ? quoted_string() : bare_value();
      return true;
    }
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::string_view run(const CharClass& members) {
    const auto start = at_;
    while (!at_end() && members.has(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  void skip_cfws() {
    while (!at_end() && (kSpace.has(peek()) || peek() == '(')) skip_one();
  }
  // A comment or quoted string whole, else one character.
  void skip_one() {
    if (peek() == '"') quoted_string();
    else if (peek() == '(') skip_comment();
    else ++at_;
  }
  void skip_comment() {
    std::size_t depth = 0;
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '\\' && !at_end()) ++at_;
      else if (c == '(') ++depth;
      else if (c == ')' && --depth == 0) return;
    }
  }

  std::string quoted_string() {
    std::string made;
    for (++at_; !at_end() && peek() != '"'; ++at_) {
      if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      if (peek() != '\r' && peek() != '\n') made += peek() == '\0' ? ' ' : peek();
    }
    has_open_quote_ = at_end();
    if (!at_end()) ++at_;
    return made;
  }

  // token, or what goes for one: words up to the semicolon, as in `name=my file.txt`.
  std::string bare_value() {
    std::string made;
    while (!at_end()) {
      made += run(kBare);
      const auto space = run(kSpace);
      if (at_end() || !kBare.has(peek()) || peek() == '(') break;
      if (!space.empty()) made += ' ';
    }
    return made;
  }

  // `name`, `name*`, `name*0` or `name*0*`.
  static Segment named(std::string name) {
    Segment made;
    if (name.ends_with('*')) {
      made.is_extended = true;
      name.pop_back();
    }
    const auto star = name.rfind('*');
    if (star != name.npos) {
      if (const auto number = parse_number(std::string_view(name).substr(star + 1), kSegments)) {
        made.is_segment = true;
        made.number = *number;
        name.resize(star);
      }
    }
    made.name = std::move(name);
    return made;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool has_open_quote_ = false;
};

std::string percent(std::string_view text) {
  constexpr CharClass kPlain = kAlnum | CharClass("-._~!#$&+^`|{}");  // attr-char: rfc5987 3.2.1
  std::string made;
  for (const char c : text) {
    if (kPlain.has(c)) made += c;
    else made += '%' + upper(hex(static_cast<std::uint8_t>(c), 2));
  }
  return made;
}

// A parameter, in one piece or in segments.
struct Entry {
  std::string name;
  bool is_segmented = false;
  std::map<std::uint64_t, Segment> segments;
};

// The segments from 0 without a gap. Where any is extended the whole is, so the plain ones are encoded too.
Parameter join(Entry& entry) {
  const auto is_extended_segment = [](const auto& one) { return one.second.is_extended; };
  const bool is_extended = entry.is_segmented && std::ranges::any_of(entry.segments, is_extended_segment);
  Parameter made{entry.name + (is_extended ? "*" : ""), {}};
  std::uint64_t number = 0;
  for (const auto& [at, segment] : entry.segments) {
    if (at != number++) break;
    const bool encodes = is_extended && !segment.is_extended;
    if (encodes && at == 0) made.value += "''";
    made.value += encodes ? percent(segment.value) : segment.value;
  }
  return made;
}

std::string unpercent(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_code = text[at] == '%' && text.size() - at > 2 && kHexDigit.has_all(text.substr(at + 1, 2));
    const auto code = is_code ? parse_hex(text.substr(at + 1, 2)) : std::nullopt;
    if (code) at += 2;
    made += code ? static_cast<char>(*code) : text[at];
  }
  return made;
}

// ext-value: charset ' language ' percent-encoded.
std::string decode_extended(std::string_view value) {
  const auto first = value.find('\'');
  const auto second = first == value.npos ? value.npos : value.find('\'', first + 1);
  if (second == value.npos) return to_utf8(unpercent(value), "");
  return to_utf8(unpercent(value.substr(second + 1)), value.substr(0, first));
}

const Parameter* find(const std::vector<Parameter>& parameters, std::string_view name) {
  const auto at = std::ranges::find(parameters, name, &Parameter::name);
  return at == parameters.end() ? nullptr : &*at;
}

}  // namespace

Parameterised parse_parameterised(std::string_view text) {
  Parameterised made;
  ParameterParser parser(text);
  made.value = parser.value();

  // In the order of coming; a segmented one stands where its first segment came.
  std::vector<Entry> entries;
  for (Segment next; entries.size() < limits::kParameters && parser.next(next);) {
    const auto same = std::ranges::find_if(
        entries, [&next](const Entry& entry) { return entry.is_segmented && entry.name == next.name; });
    if (!next.is_segment) {
      entries.push_back({next.name + (next.is_extended ? "*" : ""), false, {}});
      entries.back().segments[0].value = std::move(next.value);
      continue;
    }
    auto& entry = same == entries.end() ? entries.emplace_back(next.name, true) : *same;
    if (!entry.segments.try_emplace(next.number, std::move(next)).second) made.is_ambiguous = true;
  }
  for (auto& entry : entries) {
    auto joined = join(entry);
    if (find(made.parameters, joined.name) == nullptr) made.parameters.push_back(std::move(joined));
    else made.is_ambiguous = true;
  }
  if (parser.has_open_quote()) made.is_ambiguous = true;
  return made;
}

std::optional<std::string> parameter(const std::vector<Parameter>& parameters, std::string_view name) {
  if (const auto* extended = find(parameters, std::string(name) + "*")) return printable(decode_extended(extended->value));
  if (const auto* plain = find(parameters, name)) return decode_text(plain->value);
  return std::nullopt;
}

}  // namespace postroad::message
