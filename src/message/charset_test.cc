#include "message/charset.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "message/characters.h"

using namespace postroad;
using namespace postroad::message;
using namespace std::literals;

TEST_CASE("bytes of a charset") {
  struct Case {
    const char* name;
    std::string bytes;
    const char* charset;
    const char* want;
  };
  const Case kCases[] = {
      {"UTF-8", "\xc3\xbc", "UTF-8", "\xc3\xbc"},
      {"its careless name", "\xc3\xbc", "utf8", "\xc3\xbc"},
      {"invalid UTF-8", "a\xff\xc3", "utf-8", "a\xef\xbf\xbd\xef\xbf\xbd"},
      {"truncated UTF-8", "\xe2\x82", "utf-8", "\xef\xbf\xbd"},
      {"overlong UTF-8", "\xc0\xaf", "utf-8", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"surrogates in UTF-8", "\xed\xa0\x80", "utf-8", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"above Unicode", "\xf4\x90\x80\x80", "utf-8", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"a character that breaks off", "\xe2\x82" "a\xc3\xbc", "utf-8", "\xef\xbf\xbd" "a\xc3\xbc"},
      {"windows-1252 under Latin-1's name", "\x93x\x94", "ISO-8859-1", "\xe2\x80\x9cx\xe2\x80\x9d"},
      {"Latin-2", "\xe8", "iso-8859-2", "\xc4\x8d"},
      {"KOI8-R", "\xc1", "koi8-r", "\xd0\xb0"},
      {"Shift_JIS", "\x93\xfa", "shift_jis", "\xe6\x97\xa5"},
      {"GB2312 that is GBK", "\x87\x4f", "gb2312", "\xe5\x98\x9c"},
      {"Big5", "\xa4\xa4", "big5", "\xe4\xb8\xad"},
      {"Korean", "\xb0\xa1", "ks_c_5601-1987", "\xea\xb0\x80"},
      {"UTF-16", "\xfe\xff\0a\xd8\x3d\xdc\xee"s, "utf-16", "a\xf0\x9f\x93\xae"},
      {"half a surrogate pair", "\xd8\x3d"s, "utf-16be", "\xef\xbf\xbd"},
      {"US-ASCII with UTF-8", "\xc3\xbc", "us-ascii", "\xc3\xbc"},
      {"US-ASCII with windows-1252", "\xfc\x80", "us-ascii", "\xc3\xbc\xe2\x82\xac"},
      {"no charset", "\xfc", "", "\xc3\xbc"},
      {"unknown charset", "\xc3\xbc\xfc", "x-unknown", "\xc3\xbc\xc3\xbc"},
      {"a hole of windows-1252", "\x81", "", "\xef\xbf\xbd"},
      {"ICU's options are no charset", "\xc3\xbc", "utf-16,version=1", "\xc3\xbc"},
      {"nor is its default converter", "\xc3\xbc", "default", "\xc3\xbc"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(to_utf8(row.bytes, row.charset) == row.want);
  }
}

TEST_CASE("however the bytes are cut, the text is the same") {
  struct Case {
    std::string bytes;
    const char* charset;
  };
  const Case kCases[] = {
      {"a\xc3\xbc\xe2\x82\xac\xf0\x9f\x93\xae\xff\xe2\x82", "utf-8"},
      {"a\xc3\xbc\xe2\x82\xac\xfc\xe2\x82", ""},
      {"\x1b$BF|K\\\x1b(B x", "iso-2022-jp"},
      {"\xfe\xff\0a\xd8\x3d\xdc\xee\xd8"s, "utf-16"},
      {"\x93\xfa\x93", "shift_jis"},
  };
  for (const auto& row : kCases) {
    const auto whole = to_utf8(row.bytes, row.charset);
    CHECK(is_utf8(whole));
    for (std::size_t cut = 0; cut <= row.bytes.size(); ++cut) {
      CAPTURE(row.charset);
      CAPTURE(cut);
      CharsetDecoder decoder(row.charset);
      std::string got;
      decoder.feed(std::string_view(row.bytes).substr(0, cut), got);
      decoder.feed(std::string_view(row.bytes).substr(cut), got);
      decoder.finish(got);
      CHECK(got == whole);
    }
  }
}

TEST_CASE("which charsets are known") {
  for (const char* known : {"utf-8", "US-ASCII", "iso-8859-15", "windows-1251", "gb2312", "euc-jp"}) {
    CAPTURE(known);
    CHECK(is_known_charset(known));
  }
  for (const char* unknown : {"", "default", "x-nope", "utf-8,version=1", "../../etc/passwd"}) {
    CAPTURE(unknown);
    CHECK_FALSE(is_known_charset(unknown));
  }
}

TEST_CASE("texts that differ only in case fold to the same") {
  CHECK(fold_case("HeLLo 1") == "hello 1");
  CHECK(fold_case("STRASSE") == fold_case("stra\xc3\x9f" "e"));
  CHECK(fold_case("\xc3\x9c") == fold_case("u\xcc\x88"));  // U with diaeresis, composed and not
  CHECK(fold_case("\xef\xbc\xa1") == "a");                 // full-width A
  CHECK(fold_case("\xce\xa3\xce\x91\xce\xa3") == fold_case("\xcf\x83\xce\xb1\xcf\x82"));  // sigmas
  CHECK(is_utf8(fold_case("\xff\xfe")));
}

TEST_CASE("first characters") {
  CHECK(first_characters("a\xc3\xbc\xe2\x82\xac", 2) == "a\xc3\xbc");
  CHECK(first_characters("ab", 2) == "ab");
  CHECK(first_characters("ab", 0).empty());
}
