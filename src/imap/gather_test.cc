#include "imap/gather.h"

#include <doctest/doctest.h>

#include "base/limits.h"
#include "imap/limits.h"

using namespace postroad::imap;
using Next = Gather::Next;

TEST_CASE("a literal is announced at the end of a line and nowhere else") {
  struct Case {
    const char* line;
    bool is_literal;
    std::uint64_t size;
    bool is_synchronizing;
  };
  constexpr Case kCases[] = {
      {"a LOGIN {5}\r\n", true, 5, true},
      {"a LOGIN {5+}\r\n", true, 5, false},
      {"{0}\n", true, 0, true},
      {"a APPEND x ~{7}\r\n", true, 7, true},
      {"a LOGIN {5} x\r\n", false, 0, true},
      {"a LOGIN {}\r\n", false, 0, true},
      {"a LOGIN {-1}\r\n", false, 0, true},
      {"a LOGIN {+}\r\n", false, 0, true},
      {"a LOGIN {5++}\r\n", false, 0, true},
      {"a LOGIN 5}\r\n", false, 0, true},
      {"}\r\n", false, 0, true},
      {"\r\n", false, 0, true},
      {"a x {99999999999999999999}\r\n", true, UINT64_MAX, true},
      {"a x {18446744073709551615+}\r\n", true, UINT64_MAX, false},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.line);
    const auto got = literal_of(row.line);
    REQUIRE(got.has_value() == row.is_literal);
    if (!got) continue;
    CHECK(got->size_bytes == row.size);
    CHECK(got->is_synchronizing == row.is_synchronizing);
  }
}

TEST_CASE("a command is put together from lines and literals") {
  Gather gather(1000);
  CHECK(gather.line("a LOGIN {5}\r\n") == Next::Literal);
  CHECK(gather.literal()->size_bytes == 5);
  gather.add("alice");
  CHECK(gather.line(" {3+}\r\n") == Next::Literal);
  CHECK_FALSE(gather.literal()->is_synchronizing);
  gather.add("a}\n");
  CHECK(gather.line("\r\n") == Next::Command);
  CHECK(gather.text() == "a LOGIN {5}\r\nalice {3+}\r\na}\n");
}

TEST_CASE("what is too long stays too long") {
  Gather gather(100);
  CHECK(gather.line("a SEARCH TEXT {200+}\r\n") == Next::TooLong);
  CHECK(gather.literal()->size_bytes == 200);
  CHECK(gather.line(" SEEN\r\n") == Next::TooLong);
  CHECK_FALSE(gather.literal());
  CHECK(gather.text().starts_with("a SEARCH "));
}

TEST_CASE("a literal's limit holds for one, for their number, and for all together") {
  Gather one(SIZE_MAX / 2);
  CHECK(one.line("a X {65537}\r\n") == Next::TooLong);
  Gather huge(SIZE_MAX / 2);
  CHECK(huge.line("a X {18446744073709551615+}\r\n") == Next::TooLong);

  Gather number(SIZE_MAX / 2);
  for (int i = 0; i < kLiterals; ++i) REQUIRE(number.line("{0+}\r\n") == Next::Literal);
  CHECK(number.line("{0+}\r\n") == Next::TooLong);

  Gather all(100);
  CHECK(all.line("a X {80}\r\n") == Next::Literal);
  all.add(std::string(80, 'x'));
  CHECK(all.line(" {20}\r\n") == Next::TooLong);
}

TEST_CASE("the message of APPEND is told from its other literals, and may have any size") {
  Gather plain(1000);
  CHECK(plain.line("a APPEND INBOX (\\Seen) {52428800}\r\n") == Next::Message);
  CHECK(plain.literal()->size_bytes == 52428800);
  CHECK(plain.text() == "a APPEND INBOX (\\Seen) {52428800}\r\n");

  Gather named(1000);
  CHECK(named.line("a APPEND {5+}\r\n") == Next::Literal);
  named.add("INBOX");
  CHECK(named.line(" {10+}\r\n") == Next::Message);

  Gather broken(1000);
  CHECK(broken.line("a APPEND INBOX (\\Nope) {10}\r\n") == Next::Literal);
  Gather not_append(1000);
  CHECK(not_append.line("a APPENDIX INBOX {99999999}\r\n") == Next::TooLong);
  Gather too_long(10);
  CHECK(too_long.line("a APPEND INBOX {10}\r\n") == Next::TooLong);
}
