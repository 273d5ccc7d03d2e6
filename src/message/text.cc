#include "message/text.h"

#include <optional>

#include "base/chars.h"
#include "base/text.h"
#include "message/characters.h"
#include "message/charset.h"
#include "message/header.h"
#include "message/transfer.h"

namespace postroad::message {
namespace {

// encoded-word: rfc2047 2, and the language of rfc2231 5. Views into the text.
struct EncodedWord {
  std::string_view charset;
  Encoding encoding = Encoding::Base64;
  std::string_view text;
  std::size_t end = 0;  // behind its "?="
};

constexpr CharClass kCharset = kVchar - CharClass("?=\"(),/:;<>@[]");

// Looks at no byte twice but for the next '?', so a flood of half-words stays linear.
std::optional<EncodedWord> encoded_word(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "=?") return std::nullopt;
  const auto charset_end = text.find('?', at + 2);
  if (charset_end == text.npos || text.size() - charset_end < 5 || text[charset_end + 2] != '?') return std::nullopt;
  const auto text_start = charset_end + 3;
  const auto text_end = text.find('?', text_start);
  if (text_end == text.npos || text.substr(text_end, 2) != "?=") return std::nullopt;

  EncodedWord word{text.substr(at + 2, charset_end - at - 2), Encoding::Base64,
                   text.substr(text_start, text_end - text_start), text_end + 2};
  const char letter = to_lower(text[charset_end + 1]);
  if (letter != 'b' && letter != 'q') return std::nullopt;
  if (letter == 'q') word.encoding = Encoding::QuotedPrintable;
  word.charset = word.charset.substr(0, word.charset.find('*'));
  if (word.charset.empty() || !kCharset.has_all(word.charset)) return std::nullopt;
  return word;
}

std::string decode(const EncodedWord& word) {
  if (word.encoding == Encoding::Base64) return decode_transfer(word.text, word.encoding);
  std::string text(word.text);
  for (char& c : text)
    if (c == '_') c = ' ';
  // White space at its end is no transport padding here.
  return decode_transfer(text + '=', word.encoding);
}

// Words next to each other are one text: the white space between them goes, and a character that a careless sender
// cut in two is put together.
class Decoded {
 public:
  void add(const EncodedWord& word) {
    if (!equal_nocase(charset_, word.charset)) flush();
    charset_ = word.charset;
    bytes_ += decode(word);
  }
  void add_raw(std::string_view text) {
    flush();
    text_ += to_utf8(text, "");
  }
  std::string take() {
    flush();
    return std::move(text_);
  }

 private:
  void flush() {
    if (!bytes_.empty()) text_ += to_utf8(bytes_, charset_);
    bytes_.clear();
  }
  std::string text_;
  std::string bytes_;
  std::string_view charset_;
};

}  // namespace

std::string decode_text(std::string_view value) {
  const auto text = unfold(value);
  Decoded decoded;
  std::size_t raw = 0;  // where text that is not decoded starts
  for (std::size_t at = text.find("=?"); at != text.npos;) {
    const auto word = encoded_word(text, at);
    if (!word) {
      at = text.find("=?", at + 1);
      continue;
    }
    const auto before = std::string_view(text).substr(raw, at - raw);
    const bool follows_word = raw > 0 && kWsp.has_all(before);
    if (!follows_word && !before.empty()) decoded.add_raw(before);
    decoded.add(*word);
    raw = word->end;
    at = text.find("=?", raw);
  }
  if (raw < text.size()) decoded.add_raw(std::string_view(text).substr(raw));
  return printable(decoded.take());
}

}  // namespace postroad::message
