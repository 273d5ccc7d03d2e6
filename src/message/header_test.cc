#include "message/header.h"

#include <doctest/doctest.h>

using namespace postroad::message;
using namespace std::literals;

TEST_CASE("which lines are fields") {
  struct Case {
    const char* name;
    std::string line;
    bool is_field;
  };
  const Case kCases[] = {
      {"plain", "Subject: x\r\n", true},
      {"no space behind the colon", "Subject:x\r\n", true},
      {"white space before the colon", "Subject \t: x\r\n", true},
      {"nothing behind the colon", "X-Empty:\r\n", true},
      {"no colon", "Subject\r\n", false},
      {"no name", ": x\r\n", false},
      {"a space in the name", "Sub ject: x\r\n", false},
      {"an mbox separator", "From ann Mon Nov 23 22:26:05 2026\r\n", false},
      {"8-bit name", "S\xc3\xbc: x\r\n", false},
      {"a control in the name", "Sub\0ject: x\r\n"s, false},
      {"the longest name", std::string(255, 'n') + ": x", true},
      {"too long a name", std::string(256, 'n') + ": x", false},
      {"nothing", "", false},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK((find_colon(row.line) != std::string::npos) == row.is_field);
  }
}

TEST_CASE("fields, with their folds and junk, and nothing behind the empty line") {
  const std::string block = "A: one\r\n two\r\nB:\r\njunk\r\n more junk\r\nA : three\n\r\nC: body\r\n";
  const auto got = fields(block);
  REQUIRE(got.size() == 4);
  CHECK(got[0].name == "A");
  CHECK(got[0].raw == "A: one\r\n two\r\n");
  CHECK(got[0].value == " one\r\n two\r\n");
  CHECK(got[1].name == "B");
  CHECK(got[1].value == "\r\n");
  CHECK(got[2].name.empty());
  CHECK(got[2].raw == "junk\r\n more junk\r\n");
  CHECK(got[3].name == "A");
  CHECK(got[3].value == " three\n");
}

TEST_CASE("fields lose no byte of a header") {
  for (const std::string block : {"", "A", "A:", " x\r\ny\r\n", "A: b\r\n c", "\r", "A:\n\tB\nC"}) {
    CAPTURE(block);
    std::string all;
    for (const auto& field : fields(block)) all += field.raw;
    CHECK(all == block);
  }
}

TEST_CASE("unfold takes line ends out and leaves white space") {
  CHECK(unfold(" one\r\n two\n\tthree \r\n") == "one two\tthree");
  CHECK(unfold("a\rb") == "a b");
  CHECK(unfold("a\0b"sv) == "a b");
  CHECK(unfold("\r\n").empty());
}

TEST_CASE("field_value is of the first field of that name, in any case") {
  CHECK(field_value("Subject: a\r\nsubject: b\r\n", "SUBJECT") == "a");
  CHECK(field_value("Subject: a\r\n\r\nFrom: b\r\n", "from").empty());
}
