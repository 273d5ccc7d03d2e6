#include "message/html.h"

#include <algorithm>
#include <cstdint>

#include "base/chars.h"
#include "base/text.h"
#include "message/characters.h"

namespace postroad::message {
namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};
// Those that mail is full of; any other stays as it is written.
constexpr Entity kEntities[] = {
    {"amp", "&"},         {"lt", "<"},         {"gt", ">"},         {"quot", "\""},       {"apos", "'"},
    {"nbsp", " "},        {"ensp", " "},       {"emsp", " "},       {"thinsp", " "},      {"zwnj", ""},
    {"zwj", ""},          {"shy", ""},         {"hellip", "\u2026"}, {"ndash", "\u2013"},  {"mdash", "\u2014"},
    {"lsquo", "\u2018"},  {"rsquo", "\u2019"}, {"ldquo", "\u201c"}, {"rdquo", "\u201d"},  {"laquo", "\u00ab"},
    {"raquo", "\u00bb"},  {"bull", "\u2022"},  {"middot", "\u00b7"}, {"copy", "\u00a9"},   {"reg", "\u00ae"},
    {"trade", "\u2122"},  {"euro", "\u20ac"},  {"pound", "\u00a3"}, {"deg", "\u00b0"},    {"auml", "\u00e4"},
    {"ouml", "\u00f6"},   {"uuml", "\u00fc"},  {"Auml", "\u00c4"},  {"Ouml", "\u00d6"},   {"Uuml", "\u00dc"},
    {"szlig", "\u00df"},  {"eacute", "\u00e9"}, {"egrave", "\u00e8"}, {"agrave", "\u00e0"}, {"ccedil", "\u00e7"},
};
constexpr std::size_t kEntityBytes = 12;

// Elements whose content is no text, and those that don't part words; every other one does.
constexpr std::string_view kRaw[] = {"script", "style", "title", "noscript", "template"};
constexpr std::string_view kInline[] = {"a",  "abbr", "b",      "big",  "code", "em",  "font", "i",
                                        "s",  "small", "span",  "strong", "sub", "sup", "tt",   "u"};

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::find(names, name) != std::end(names);
}

// Reads from left to right, never back.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view html) : html_(html) {}

  std::string text() {
    while (at_ < html_.size()) {
      if (html_[at_] == '<') markup();
      else if (html_[at_] == '&') entity();
      else made_ += html_[at_++];
    }
    return std::move(made_);
  }

 private:
  bool starts(std::string_view token) const { return starts_nocase(html_.substr(at_), token); }

  void markup() {
    if (starts("<!--")) return skip_to("-->");
    const char next = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
    if (next == '!' || next == '?') return skip_to(">");
    if (next != '/' && !kAlpha.has(next)) {
      made_ += html_[at_++];  // a '<' of the text
      return;
    }
    const bool closes = next == '/';
    at_ += closes ? 2 : 1;
    const auto start = at_;
    while (at_ < html_.size() && kAlnum.has(html_[at_])) ++at_;
    const auto name = lower(html_.substr(start, std::min<std::size_t>(at_ - start, 16)));
    skip_attributes();
    if (!closes && is_one_of(name, kRaw)) skip_element(name);
    if (!is_one_of(name, kInline)) made_ += '\n';
  }

  void skip_to(std::string_view end) {
    const auto found = html_.find(end, at_);
    at_ = found == html_.npos ? html_.size() : found + end.size();
  }

  // To behind the tag's '>', which may stand in a quoted attribute.
  void skip_attributes() {
    char quote = '\0';
    for (; at_ < html_.size(); ++at_) {
      const char c = html_[at_];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '>') {
        ++at_;
        return;
      } else if ((c == '"' || c == '\'') && html_[at_ - 1] == '=') {
        quote = c;
      }
    }
  }

  // To the end tag.
  void skip_element(std::string_view name) {
    const auto end = "</" + std::string(name);
    while (at_ < html_.size() && !starts(end)) skip_one_to('<');
  }
  void skip_one_to(char c) {
    const auto found = html_.find(c, at_ + 1);
    at_ = found == html_.npos ? html_.size() : found;
  }

  void entity() {
    const auto candidate = html_.substr(at_ + 1, kEntityBytes);
    const auto end = candidate.find(';');
    const auto name = candidate.substr(0, end);
    if (end != candidate.npos && append_entity(name)) at_ += end + 2;
    else made_ += html_[at_++];
  }

  bool append_entity(std::string_view name) {
    if (name.starts_with('#')) {
      const bool is_hex = name.starts_with("#x") || name.starts_with("#X");
      const auto code = is_hex ? parse_hex(name.substr(2)) : parse_number(name.substr(1));
      if (!code || name.size() < 2) return false;
      append_character(*code > 0x10ffff || *code == 0 ? U'\ufffd' : static_cast<char32_t>(*code), made_);
      return true;
    }
    for (const auto& one : kEntities) {
      if (one.name != name) continue;
      made_ += one.text;
      return true;
    }
    return false;
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::string made_;
};

}  // namespace

std::string html_to_text(std::string_view html) { return HtmlReader(html).text(); }

}  // namespace postroad::message
