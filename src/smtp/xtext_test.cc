#include "smtp/xtext.h"

#include <doctest/doctest.h>

using namespace postroad::smtp;

TEST_CASE("xtext goes there and back for all bytes") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  CHECK(parse_xtext(xtext(all)) == all);
  CHECK(xtext("a+b=c d") == "a+2Bb+3Dc+20d");
}

TEST_CASE("xtext that no encoder writes is refused") {
  for (const char* bad : {"a b", "a=b", "+", "+4", "+4g", "+2b", "\x7f", "\xc3\xbc"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_xtext(bad));
  }
}

TEST_CASE("utf-8-addr-xtext") {
  struct Case {
    const char* text;
    const char* want;  // null: refused
  };
  constexpr Case kCases[] = {
      {"ann", "ann"},          {"\\x{FC}", "\xc3\xbc"},     {"\\x{1F4EE}", "\xf0\x9f\x93\xae"},
      {"\\x{fc}", nullptr},    {"\\x{F", nullptr},          {"\\x{}", nullptr},
      {"\\x{110000}", nullptr}, {"\\x{D800}", nullptr},     {"\\x{20AC}", "\xe2\x82\xac"},
      {"a b", nullptr},        {"\xff", nullptr},           {"\xc3\xbc", "\xc3\xbc"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    const auto got = parse_utf8_addr_xtext(row.text);
    CHECK(got.has_value() == (row.want != nullptr));
    if (got && row.want != nullptr) CHECK(*got == row.want);
  }
}
