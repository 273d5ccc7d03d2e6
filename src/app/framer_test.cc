#include "app/framer.h"

#include <doctest/doctest.h>

#include <vector>

using namespace postroad::app;

namespace {

struct Taken {
  std::string text;
  std::string rest;  // behind the request
  bool is_whole;
  bool is_too_large;
};

// The bytes in pieces of `size`.
Taken take(std::string_view bytes, std::size_t most, std::size_t size) {
  Framer framer(most);
  std::size_t taken = 0;
  while (taken < bytes.size() && !framer.is_whole()) {
    const auto piece = bytes.substr(taken, size);
    taken += framer.take(piece);
  }
  return {framer.text(), std::string(bytes.substr(taken)), framer.is_whole(), framer.is_too_large()};
}

struct Case {
  const char* name;
  const char* bytes;
  const char* text;
  const char* rest;
  bool is_too_large = false;
};
constexpr Case kCases[] = {
    {"one line", "QUIT\r\n.\r\n", "QUIT\r\n", ""},
    {"bare LF", "QUIT\n.\n", "QUIT\r\n", ""},
    {"mixed line ends", "QUIT\n.\r\n", "QUIT\r\n", ""},
    {"several lines", "VER\r\n ver=3.5\r\n.\r\n", "VER\r\n ver=3.5\r\n", ""},
    {"the next one stays", "A\r\n.\r\nB\r\n.\r\n", "A\r\n", "B\r\n.\r\n"},
    {"nothing", ".\r\n", "", ""},
    {"a stuffed dot alone", "..\r\n.\r\n", ".\r\n", ""},
    {"stuffed dots", "..a\r\n...b\r\n.\r\n", ".a\r\n..b\r\n", ""},
    {"an unstuffed dot goes", ".a\r\n.\r\n", "a\r\n", ""},
    {"a dot and a space are no end", ". \r\n.\r\n", " \r\n", ""},
    {"two CRs are no line end", ".\r\r\n.\r\n", "\r\r\n", ""},
    {"CR alone is no line end", "A\r.\r\n.\r\n", "A\r.\r\n", ""},
    {"a line that ends in a dot", "A.\r\n.\r\n", "A.\r\n", ""},
    {"as large as may be", "12345678901234\r\n.\r\n", "12345678901234\r\n", ""},
    {"one byte more", "123456789012345\r\n.\r\nB", "", "B", true},
    {"far more, with what looks like ends", "12345678901234567890\r\n..\r\n.x\r\n123456789012.\r\n.\r\nB", "", "B", true},
    {"too large in many lines", "1\n2\n3\n4\n5\n6\n7\n.\nB", "", "B", true},
};

}  // namespace

TEST_CASE("requests are taken off a stream, however it comes in pieces") {
  for (const auto& row : kCases) {
    for (const std::size_t size : {1, 2, 3, 5, 1000}) {
      CAPTURE(row.name);
      CAPTURE(size);
      const auto got = take(row.bytes, 16, size);
      CHECK(got.is_whole);
      CHECK(got.text == row.text);
      CHECK(got.rest == row.rest);
      CHECK(got.is_too_large == row.is_too_large);
    }
  }
}

TEST_CASE("a request that is given up is read to its end") {
  Framer framer(1000);
  CHECK(framer.take("CREATE\r\n x=1") == 12);
  framer.give_up();
  CHECK(framer.take("\r\n..\r\nx.\r\n.\r\nQUIT") == 13);
  CHECK(framer.is_whole());
  CHECK(framer.text().empty());
  CHECK_FALSE(framer.is_too_large());
}

TEST_CASE("of what is too large nothing is kept, however long it goes on") {
  Framer framer(100);
  const std::string piece(10'000, 'x');
  for (int n = 0; n < 100; ++n) {
    framer.take(piece);
    CHECK(framer.text().size() <= 100);
  }
  CHECK_FALSE(framer.is_whole());
  framer.take("\n.\n");
  CHECK(framer.is_whole());
}
