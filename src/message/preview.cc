#include "message/preview.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "message/characters.h"
#include "message/charset.h"
#include "message/html.h"
#include "message/limits.h"
#include "message/transfer.h"

namespace postroad::message {
namespace {

// What newsletters fill their invisible first lines with: soft hyphen, combining grapheme joiner, zero-width spaces and
// joiners, marks of direction, byte order mark. No-break spaces go with the spaces.
constexpr std::string_view kInvisible[] = {"\u00ad", "\u034f", "\u200b", "\u200c", "\u200d", "\u200e",
                                           "\u200f", "\u2060", "\ufeff"};
constexpr std::string_view kNoBreakSpace = "\u00a0";

std::size_t invisible_at(std::string_view text) {
  if (!kEightBit.has(text[0])) return 0;  // nearly always
  for (const auto one : kInvisible)
    if (text.starts_with(one)) return one.size();
  return 0;
}

// One line, words one space apart; as much of it as a preview can hold.
std::string in_one_line(std::string_view text) {
  std::string made;
  bool space = false;
  for (std::size_t at = 0; at < text.size() && made.size() <= 4 * limits::kPreviewChars;) {
    const auto rest = text.substr(at);
    const auto skip = invisible_at(rest);
    const bool is_wide_space = kEightBit.has(rest[0]) && rest.starts_with(kNoBreakSpace);
    if (skip == 0 && !is_wide_space && rest[0] != ' ') {
      if (space && !made.empty()) made += ' ';
      made += rest[0];
      space = false;
    } else if (skip == 0) {
      space = true;
    }
    at += skip != 0 ? skip : is_wide_space ? kNoBreakSpace.size() : 1;
  }
  return made;
}

std::string without_quotes(std::string_view text) {
  std::string made;
  for (const auto line : split(text, '\n'))
    if (!line.starts_with('>')) (made += line) += '\n';
  return made;
}

std::string one_line(std::string text) { return in_one_line(printable(std::move(text))); }

std::string finished(std::string_view line) { return std::string(trim(first_characters(line, limits::kPreviewChars))); }

std::string text_of(const Part& part, std::string_view body, std::size_t most) {
  const auto octets = decode_transfer(body.substr(0, most), part.encoding);
  auto text = to_utf8(octets, parameter(part.parameters, "charset").value_or(""));
  // A character that the cut went through.
  if (body.size() > most && text.ends_with(kReplacement)) text.resize(text.size() - kReplacement.size());
  return text;
}

// Enough for nearly every plain text, and of no more than it needs to be decoded.
constexpr std::size_t kUsualSource = 2UL << 10;
// What the cut may have spoilt at the end of the line.
constexpr std::size_t kSpoilt = 16;

}  // namespace

std::string make_preview(const Part& part, std::string_view body) {
  if (part.subtype == "html") return finished(one_line(html_to_text(text_of(part, body, limits::kPreviewSource))));
  if (body.size() > kUsualSource) {
    const auto line = one_line(without_quotes(text_of(part, body, kUsualSource)));
    if (first_characters(line, limits::kPreviewChars).size() + kSpoilt <= line.size()) return finished(line);
  }
  auto text = text_of(part, body, limits::kPreviewSource);
  const auto own_words = finished(one_line(without_quotes(text)));
  return own_words.empty() ? finished(one_line(std::move(text))) : own_words;
}

}  // namespace postroad::message
