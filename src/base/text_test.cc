#include "base/text.h"

#include <doctest/doctest.h>

#include "base/chars.h"
#include "base/id.h"
#include "base/scanner.h"

using namespace postroad;

TEST_CASE("numbers: only digits, and never past the limit") {
  struct Case {
    const char* name;
    const char* text;
    std::uint64_t max;
    std::optional<std::uint64_t> want;
  };
  constexpr Case kCases[] = {
      {"plain", "42", UINT64_MAX, 42},
      {"empty", "", UINT64_MAX, std::nullopt},
      {"sign", "-1", UINT64_MAX, std::nullopt},
      {"plus", "+1", UINT64_MAX, std::nullopt},
      {"at the limit", "4294967295", 4294967295, 4294967295},
      {"past the limit", "4294967296", 4294967295, std::nullopt},
      {"largest", "18446744073709551615", UINT64_MAX, UINT64_MAX},
      {"overflow", "18446744073709551616", UINT64_MAX, std::nullopt},
      {"small limit", "7", 5, std::nullopt},
      {"leading zeros", "007", 10, 7},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(parse_number(row.text, row.max) == row.want);
  }
}

TEST_CASE("base64 goes there and back, and refuses what no encoder writes") {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) CHECK(parse_base64(base64(text)) == text);
  CHECK(base64("foob") == "Zm9vYg==");
  for (const char* bad : {"Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9", "Zm9v\r\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_base64(bad));
  }
}

TEST_CASE("UTF-8: overlong forms, surrogates and cut sequences are refused") {
  CHECK(is_utf8("gr\xc3\xbc\xc3\x9f"));
  CHECK(is_utf8("\xf0\x9f\x93\xae"));
  for (const char* bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\x80", "\xff"}) CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("ids sort by the time that they were made at") {
  const Time early{std::chrono::milliseconds(1'700'000'000'000)};
  const Time late = early + std::chrono::milliseconds(1);
  const auto first = make_id('e', early, 65535, UINT64_MAX);
  const auto second = make_id('e', late, 0, 0);
  CHECK(first < second);
  CHECK(is_id(first, 'e'));
  CHECK_FALSE(is_id(first, 'f'));
  CHECK_FALSE(is_id(first.substr(1), 'e'));
  CHECK(id_time(second) == late);
  CHECK(unpack_id('e', pack_id(first)) == first);
  CHECK(pack_id(first) < pack_id(second));
}

TEST_CASE("a scanner's first failure sticks") {
  Scanner in("UID 12 x");
  in.expect("uid");
  in.space();
  CHECK(in.number(10, "small number") == 0);
  CHECK(in.run(kAlpha, 1, "word").empty());
  CHECK(in.result().error().text == "expected small number");
}

TEST_CASE("a scanner reads runs and counts") {
  Scanner in("abc12 {3}xyz");
  CHECK(in.run(kAlpha, 1, "word") == "abc");
  CHECK(in.number(99, "number") == 12);
  in.expect(" {");
  const auto count = in.number(100, "count");
  in.expect("}");
  CHECK(in.take(count, "literal") == "xyz");
  in.end();
  CHECK(in.result());
}

TEST_CASE("character classes, on all bytes") {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    CAPTURE(c);
    CHECK(kDigit.has(byte) == (c >= '0' && c <= '9'));
    CHECK(kControl.has(byte) == (c < 32 || c == 127));
    CHECK(kVchar.has(byte) == (c > 32 && c < 127));
    CHECK(kEightBit.has(byte) == (c >= 128));
    CHECK(kAtext.has(byte) == ((std::isalnum(c) && c < 128) || (c > 0 && c < 128 && std::string_view("!#$%&'*+-/=?^_`{|}~").contains(byte))));
  }
}

TEST_CASE("secrets compare whole") {
  CHECK(equal_secret("abc", "abc"));
  CHECK_FALSE(equal_secret("abc", "abd"));
  CHECK_FALSE(equal_secret("abc", "ab"));
}
