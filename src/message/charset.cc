#include "message/charset.h"

#include <array>
#include <utility>

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "base/chars.h"
#include "base/text.h"

namespace postroad::message {
namespace {

constexpr CharClass kCharsetName = kAlnum | CharClass("-_.:+()");

// What a name means to those who write mail, where ICU takes it more narrowly. The WHATWG's encoding standard says so too.
struct Alias {
  std::string_view name;
  std::string_view means;
};
constexpr Alias kAliases[] = {
    {"iso-8859-1", "windows-1252"}, {"latin1", "windows-1252"},        {"iso_8859-1", "windows-1252"},
    {"iso-8859-9", "windows-1254"}, {"iso-8859-11", "windows-874"},    {"tis-620", "windows-874"},
    {"gb2312", "gb18030"},          {"gbk", "gb18030"},                {"x-gbk", "gb18030"},
    {"euc-kr", "windows-949"},      {"ks_c_5601-1987", "windows-949"}, {"iso-8859-8-i", "iso-8859-8"},
    {"x-mac-roman", "macintosh"},   {"utf8", "utf-8"},                 {"unicode-1-1-utf-7", "utf-7"},
};
// Those that say nothing.
constexpr std::string_view kGuessed[] = {"", "us-ascii", "ascii", "ansi_x3.4-1968", "default"};

std::string canonical(std::string_view charset) {
  auto name = lower(trim(charset));
  for (const auto& alias : kAliases)
    if (name == alias.name) return std::string(alias.means);
  return name;
}

bool is_guessed(std::string_view name) {
  for (const auto guessed : kGuessed)
    if (name == guessed) return true;
  return false;
}

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open(const std::string& name) {
  // ICU takes options behind a comma; a sender gives none.
  if (name.size() > 60 || !kCharsetName.has_all(name)) return nullptr;
  UErrorCode status = U_ZERO_ERROR;
  Converter made(ucnv_open(name.c_str(), &status));
  if (U_FAILURE(status)) return nullptr;
  return made;
}

}  // namespace

class CharsetDecoder::Icu {
 public:
  explicit Icu(Converter converter) : converter_(std::move(converter)) {}
  void feed(std::string_view bytes, std::string& into) { convert(bytes, false, into); }
  void finish(std::string& into) {
    convert({}, true, into);
    if (high_ != 0) into += kReplacement;
    high_ = 0;
  }

 private:
  void convert(std::string_view bytes, bool flush, std::string& into) {
    const char* source = bytes.data();
    const char* const end = source + bytes.size();
    for (UErrorCode status = U_BUFFER_OVERFLOW_ERROR; status == U_BUFFER_OVERFLOW_ERROR;) {
      std::array<char16_t, 1024> units;
      char16_t* target = units.data();
      status = U_ZERO_ERROR;
      ucnv_toUnicode(converter_.get(), &target, units.data() + units.size(), &source, end, nullptr, flush, &status);
      append(std::u16string_view(units.data(), static_cast<std::size_t>(target - units.data())), into);
    }
  }

  // A surrogate pair may be cut by the end of the buffer or of a piece.
  void append(std::u16string_view units, std::string& into) {
    std::u16string whole;
    if (high_ != 0) whole += std::exchange(high_, u'\0');
    whole += units;
    if (!whole.empty() && U16_IS_LEAD(whole.back())) {
      high_ = whole.back();
      whole.pop_back();
    }
    icu::UnicodeString(false, whole.data(), static_cast<std::int32_t>(whole.size())).toUTF8String(into);
  }

  Converter converter_;
  char16_t high_ = 0;
};

CharsetDecoder::CharsetDecoder(std::string_view charset) {
  const auto name = canonical(charset);
  if (name == "utf-8") return;
  if (auto converter = is_guessed(name) ? nullptr : open(name))
    icu_ = std::make_unique<Icu>(std::move(converter));
  else
    utf8_ = Utf8Decoder(Utf8Decoder::Else::Windows1252);
}
CharsetDecoder::~CharsetDecoder() = default;
CharsetDecoder::CharsetDecoder(CharsetDecoder&&) noexcept = default;
CharsetDecoder& CharsetDecoder::operator=(CharsetDecoder&&) noexcept = default;

void CharsetDecoder::feed(std::string_view bytes, std::string& into) {
  if (icu_) icu_->feed(bytes, into);
  else utf8_.feed(bytes, into);
}

void CharsetDecoder::finish(std::string& into) {
  if (icu_) icu_->finish(into);
  else utf8_.finish(into);
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  std::string made;
  made.reserve(bytes.size());
  CharsetDecoder decoder(charset);
  decoder.feed(bytes, made);
  decoder.finish(made);
  return made;
}

bool is_known_charset(std::string_view charset) {
  const auto name = canonical(charset);
  return name == "us-ascii" || name == "utf-8" || (!is_guessed(name) && open(name) != nullptr);
}

}  // namespace postroad::message
