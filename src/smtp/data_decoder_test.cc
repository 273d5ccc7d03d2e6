#include "smtp/data_decoder.h"

#include <vector>

#include <doctest/doctest.h>

using namespace postroad::smtp;

namespace {

struct Decoded {
  std::string message;
  std::string rest;  // behind the end
  bool is_done = false;
  Flaws flaws;
};

// Feeds in pieces of `size` bytes.
Decoded decode(std::string_view bytes, std::size_t size) {
  Decoded got;
  DataDecoder decoder(got.message, 1 << 20);
  std::size_t at = 0;
  while (at < bytes.size() && !decoder.is_done()) at += decoder.feed(bytes.substr(at, size));
  got.rest = bytes.substr(at);
  got.is_done = decoder.is_done();
  got.flaws = decoder.flaws();
  return got;
}

struct Case {
  const char* name;
  std::string bytes;
  std::string message;  // where there is no flaw
  bool is_done;
  Flaws flaws;
};

constexpr Flaws kNone{};
constexpr Flaws kBareLf{.bare_lf = true};
constexpr Flaws kBareCr{.bare_cr = true};
constexpr Flaws kNul{.nul = true};
constexpr Flaws kBoth{.bare_lf = true, .bare_cr = true};

}  // namespace

TEST_CASE("the end of the message, and only CRLF.CRLF is one") {
  const std::string end = "\r\n.\r\n";
  const std::vector<Case> cases = {
      {"plain", "a\r\n.\r\n", "a\r\n", true, kNone},
      {"empty", ".\r\n", "", true, kNone},
      {"one empty line", "\r\n.\r\n", "\r\n", true, kNone},
      {"a dot removed", "..\r\n.\r\n", ".\r\n", true, kNone},
      {"one dot of two", "..a\r\n.b\r\n.\r\n", ".a\r\nb\r\n", true, kNone},
      {"dots within a line stay", "a..b.\r\n.\r\n", "a..b.\r\n", true, kNone},
      {"not ended", "a\r\n.", "", false, kNone},
      {"not ended in the CR", "a\r\n.\r", "", false, kNone},
      {"LF.LF", "a\n.\n" + end, "", true, kBareLf},
      {"LF.CRLF", "a\n.\r\n" + end, "", true, kBareLf},
      {"CRLF.LF", "a\r\n.\nb" + end, "", true, kBareLf},
      {"CRLF.CR", "a\r\n.\rb" + end, "", true, kBareCr},
      {"CR.CR", "a\r.\rb" + end, "", true, kBareCr},
      {"CR.CRLF", "a\r.\r\nb" + end, "", true, kBareCr},
      {"CR.LF", "a\r.\nb" + end, "", true, kBoth},
      {"CRCRLF", "a\r\r\n.\r\n", "", true, kBareCr},
      {"CRLF.CRCRLF", "a\r\n.\r\r\nb" + end, "", true, kBareCr},
      {"CRLF NUL . CRLF", std::string("a\r\n\0.\r\nb", 8) + end, "", true, kNul},
      {"CRLF . NUL CRLF", std::string("a\r\n.\0\r\nb", 8) + end, "", true, kNul},
      {"CR NUL LF . CRLF", std::string("a\r\0\n.\r\nb", 8) + end, "", true, {true, true, true}},
  };
  for (const auto& row : cases) {
    for (const std::size_t size : {1, 2, 3, 5, 1000}) {
      CAPTURE(row.name);
      CAPTURE(size);
      const auto got = decode(row.bytes, size);
      CHECK(got.is_done == row.is_done);
      CHECK(got.flaws == row.flaws);
      if (row.is_done && !row.flaws.any()) CHECK(got.message == row.message);
      CHECK(got.rest.empty());
    }
  }
}

TEST_CASE("what follows the end is left for commands") {
  for (const std::size_t size : {1, 2, 3, 4, 1000}) {
    const auto got = decode("a\r\n.\r\nMAIL FROM:<>\r\n.\r\n", size);
    CHECK(got.message == "a\r\n");
    CHECK(got.rest == "MAIL FROM:<>\r\n.\r\n");
  }
}

TEST_CASE("a smuggled message stays inside the one that carries it") {
  const auto got = decode("a\r\n\n.\nMAIL FROM:<x@example.org>\nDATA\n.\n\r\n.\r\nQUIT\r\n", 7);
  CHECK(got.flaws.bare_lf);
  CHECK(got.rest == "QUIT\r\n");
}

TEST_CASE("beyond the limit only the size grows") {
  std::string kept;
  DataDecoder decoder(kept, 10);
  const std::string line(98, 'x');
  for (int i = 0; i < 100; ++i) decoder.feed(line + "\r\n");
  CHECK(decoder.size_bytes() == 10'000);
  CHECK(decoder.is_too_large());
  CHECK(kept.size() <= 10);
  CHECK_FALSE(decoder.is_done());
  decoder.feed(".\r\n");
  CHECK(decoder.is_done());
  CHECK(decoder.size_bytes() == 10'000);
}

TEST_CASE("chunks are checked across their borders") {
  const std::vector<Case> cases = {
      {"plain", "a\r\nb\r\n", "", true, kNone},  {"no line end", "a", "", true, kNone},
      {"bare LF", "a\nb", "", true, kBareLf},    {"bare CR", "a\rb", "", true, kBareCr},
      {"CR at the end", "a\r", "", true, kBareCr}, {"LF first", "\na", "", true, kBareLf},
      {"NUL", std::string("a\0b", 3), "", true, kNul}, {"CRCRLF", "a\r\r\n", "", true, kBareCr},
      {"dots mean nothing", "a\r\n.\r\nb", "", true, kNone},
  };
  for (const auto& row : cases) {
    for (const std::size_t size : {1, 2, 1000}) {
      CAPTURE(row.name);
      CAPTURE(size);
      LineCheck check;
      for (std::size_t at = 0; at < row.bytes.size(); at += size)
        check.feed(std::string_view(row.bytes).substr(at, size));
      check.end();
      CHECK(check.flaws() == row.flaws);
    }
  }
}
