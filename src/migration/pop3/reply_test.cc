#include "migration/pop3/reply.h"

#include <doctest/doctest.h>

namespace postroad::migration::pop3 {
namespace {

struct Case {
  const char* what;
  std::string line;
  std::string want;
};
const Case kCases[] = {
    {"ok", "+OK", "ok // "},
    {"ok with text", "+OK hello <1@x>", "ok // hello <1@x>"},
    {"error", "-ERR no", "err // no"},
    {"error with a code", "-ERR [in-use] locked", "err /IN-USE/ locked"},
    {"a code that does not end", "-ERR [in-use locked", "err // [in-use locked"},
    {"lower case", "+ok", "ok // "},
    {"continuation", "+ abc", "more // abc"},
    {"bare continuation", "+", "more // "},
    {"empty", "", "expected -ERR"},
    {"another word", "+OKAY", "expected space"},
    {"http", "HTTP/1.1 200", "expected -ERR"},
    {"NUL", std::string("\0", 1), "expected -ERR"},
};

TEST_CASE("replies, as they are understood and as they are refused") {
  for (const auto& [what, line, want] : kCases) {
    CAPTURE(what);
    const auto got = parse_reply(line);
    CHECK((got ? (got->is_ok ? "ok /" : got->is_continuation ? "more /" : "err /") + got->code + "/ " + got->text : got.error().text) == want);
  }
}

TEST_CASE("numbers and unique-ids") {
  CHECK(parse_stat("2 320")->second == 320);
  CHECK(parse_stat("2 320 and more")->first == 2);
  CHECK_FALSE(parse_stat("2"));
  CHECK_FALSE(parse_stat("4294967296 1"));
  CHECK_FALSE(parse_stat("1 18446744073709551616"));
  CHECK(parse_unique_id("1 whqtswO00WBw418f9t5JxYwZ")->second == "whqtswO00WBw418f9t5JxYwZ");
  CHECK_FALSE(parse_unique_id("1 "));
  CHECK_FALSE(parse_unique_id("x y"));
  CHECK_FALSE(parse_unique_id("1 " + std::string(513, 'x')));
}

std::string decoded(std::string_view bytes, std::size_t step) {
  Dots dots;
  std::string made;
  std::size_t at = 0;
  while (at < bytes.size() && !dots.is_done()) at += dots.feed(bytes.substr(at, step), made);
  return made + (dots.is_done() ? "|" + std::string(bytes.substr(at)) : "...");
}

TEST_CASE("multi-line responses lose their dots, wherever they are cut") {
  const std::pair<std::string, std::string> cases[] = {
      {"a\r\n.\r\n+OK", "a\r\n|+OK"},
      {".\r\n", "|"},
      {"..\r\n.\r\n", ".\r\n|"},
      {"..a\r\n...\r\n.\r\n", ".a\r\n..\r\n|"},
      {"a\n.\nb\r\n.\r\n", "a\n.\nb\r\n|"},      // LF.LF is no end
      {"a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n|"},
      {"a\r.\r\n.\r\n", "a\r.\r\n|"},
      {"a\r\r\n.\r\n", "a\r\r\n|"},
      {"a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n|"},
      {std::string("\0\0\r\n.\r\n", 7), std::string("\0\0\r\n|", 5)},
      {"a\r\n.", "a\r\n..."},
      {"never", "never..."},
  };
  for (const auto& [bytes, want] : cases)
    for (const std::size_t step : {1UL, 2UL, 3UL, 100UL}) CHECK(decoded(bytes, step) == want);
}

}  // namespace
}  // namespace postroad::migration::pop3
