#include <doctest/doctest.h>

#include "pop3/command.h"
#include "pop3/multiline.h"

using namespace postroad;
using namespace postroad::pop3;

TEST_CASE("a line is a keyword and the rest behind one space") {
  struct Case {
    const char* name;
    std::string text;
    const char* keyword;  // null: refused
    const char* rest;
  };
  const Case kCases[] = {
      {"plain", "STAT", "STAT", ""},
      {"lower case", "retr 1", "RETR", "1"},
      {"a password with spaces at both ends", "PASS  a b ", "PASS", " a b "},
      {"empty", "", nullptr, ""},
      {"space first", " STAT", nullptr, ""},
      {"over-long keyword", "ABCDEFGHIJKLMNOPQ", nullptr, ""},
      {"NUL", std::string("PASS a\0b", 8), nullptr, ""},
      {"bare CR", "NOOP\rQUIT", nullptr, ""},
      {"8 bit", "\xff\xfe", nullptr, ""},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto line = parse_line(row.text);
    REQUIRE(line.has_value() == (row.keyword != nullptr));
    if (!line) continue;
    CHECK(line->keyword == row.keyword);
    CHECK(line->rest == row.rest);
  }
}

TEST_CASE("message numbers start with 1 and end with 2^32-1") {
  CHECK(parse_number("1") == 1);
  CHECK(parse_number(" 7 ") == 7);
  CHECK(parse_number("4294967295") == 4294967295);
  for (const char* bad : {"", "0", "-1", "+1", "1 2", "x", "4294967296", "99999999999999999999"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_number(bad));
  }
  CHECK(parse_maybe_number("")->has_value() == false);
  CHECK(parse_maybe_number("3")->value() == 3);
  CHECK(parse_top("3 0")->lines == 0);
  CHECK_FALSE(parse_top("3"));
  CHECK_FALSE(parse_top("3 -1"));
}

TEST_CASE("AUTH with and without an initial response") {
  CHECK(parse_auth("")->mechanism == "");
  CHECK_FALSE(parse_auth("PLAIN")->initial);
  CHECK(parse_auth("PLAIN =")->initial == "=");
  CHECK_FALSE(parse_auth("PLAIN a b"));
}

TEST_CASE("a multi-line response doubles leading dots and ends once, however the message is cut") {
  struct Case {
    const char* name;
    std::string message;
    std::string want;
  };
  const Case kCases[] = {
      {"plain", "A: b\r\n\r\nx\r\n", "A: b\r\n\r\nx\r\n.\r\n"},
      {"dots", "A: b\r\n\r\n.\r\n..x\r\n", "A: b\r\n\r\n..\r\n...x\r\n.\r\n"},
      {"no last line end", "A: b\r\n\r\nx", "A: b\r\n\r\nx\r\n.\r\n"},
      {"empty", "", ".\r\n"},
      {"a dot alone", ".", "..\r\n.\r\n"},
  };
  for (const auto& row : kCases) {
    for (std::size_t size = 1; size <= row.message.size() + 1; ++size) {
      CAPTURE(row.name);
      CAPTURE(size);
      Multiline body;
      std::string got;
      for (std::size_t at = 0; at < row.message.size(); at += size) body.feed(std::string_view(row.message).substr(at, size), got);
      body.finish(got);
      CHECK(got == row.want);
    }
  }
}

TEST_CASE("TOP is the header, the blank line and so many lines") {
  const std::string message = "A: b\r\n c\r\n\r\none\r\n\r\n.three\r\n";
  const std::string want[] = {"A: b\r\n c\r\n\r\n.\r\n", "A: b\r\n c\r\n\r\none\r\n.\r\n", "A: b\r\n c\r\n\r\none\r\n\r\n.\r\n",
                              "A: b\r\n c\r\n\r\none\r\n\r\n..three\r\n.\r\n", "A: b\r\n c\r\n\r\none\r\n\r\n..three\r\n.\r\n"};
  for (std::uint32_t lines = 0; lines < 5; ++lines) {
    for (std::size_t size = 1; size < 9; ++size) {
      Multiline body(lines);
      std::string got;
      for (std::size_t at = 0; at < message.size() && !body.is_done(); at += size) body.feed(std::string_view(message).substr(at, size), got);
      body.finish(got);
      CAPTURE(lines);
      CAPTURE(size);
      CHECK(got == want[lines]);
    }
  }
}
