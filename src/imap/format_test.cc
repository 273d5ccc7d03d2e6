#include "imap/format.h"

#include <doctest/doctest.h>

#include "imap/pattern.h"
#include "imap/scanner.h"

using namespace postroad::imap;
using postroad::Time;

namespace {

template <class Put, class T>
std::string put(Put put_it, const T& value) {
  std::string made;
  put_it(made, value);
  return made;
}

}  // namespace

TEST_CASE("strings take the shortest form that can hold them") {
  CHECK(put(put_string, "") == "\"\"");
  CHECK(put(put_string, "a \"b\" \\") == R"("a \"b\" \\")");
  CHECK(put(put_string, "a\r\nb") == "{4}\r\na\r\nb");
  CHECK(put(put_string, "\xc3\xbc") == "{2}\r\n\xc3\xbc");
  CHECK(put(put_string, std::string_view("a\0b", 3)) == "{3}\r\na b");
  CHECK(put(put_string, std::string(5000, 'x')).starts_with("{5000}\r\n"));
  CHECK(put(put_astring, "abc") == "abc");
  CHECK(put(put_astring, "a b") == "\"a b\"");
  CHECK(put(put_astring, "nil") == "\"nil\"");
  CHECK(put(put_astring, "") == "\"\"");
  CHECK(put(put_mailbox, "Entw\xc3\xbcrfe & mehr") == "\"Entw&APw-rfe &- mehr\"");
  CHECK(put(put_text, "a\r\n* BYE \xc3") == "a??* BYE ?");
}

TEST_CASE("what is written reads back") {
  for (const std::string text : {"", "a", "NIL", "a b", "\"\\", "x]", "\r\n", "\xc3\xbc", "(", "%"}) {
    CAPTURE(text);
    const auto wire = put(put_astring, text);
    Scanner in(wire);
    CHECK(in.astring() == text);
    CHECK(in.at_end());
  }
}

TEST_CASE("a date goes there and back") {
  const Time time{std::chrono::seconds(837596665)};
  const auto text = put(put_date_time, time);
  CHECK(text == "\"17-Jul-1996 09:44:25 +0000\"");
  CHECK(Scanner(text).date_time() == time);
  CHECK(put(put_date_time, Time{}) == "\" 1-Jan-1970 00:00:00 +0000\"");
}

TEST_CASE("patterns of LIST") {
  struct Case {
    const char* reference;
    const char* pattern;
    const char* name;
    bool want;
  };
  constexpr Case kCases[] = {
      {"", "*", "a/b", true},
      {"", "%", "a", true},
      {"", "%", "a/b", false},
      {"", "%/%", "a/b", true},
      {"", "%/%", "a/b/c", false},
      {"a/", "%", "a/b", true},
      {"a", "/%", "a/b", true},
      {"", "a*c", "a/b/c", true},
      {"", "a%c", "abc", true},
      {"", "a%c", "a/c", false},
      {"", "*b*", "abc", true},
      {"", "%*", "a/b", true},
      {"", "*%", "a/b", true},
      {"", "inbox", "INBOX", true},
      {"", "InBox/%", "INBOX/x", true},
      {"", "INBOX", "INBOX/x", false},
      {"", "work", "Work", false},
      {"", "", "", true},
      {"", "", "a", false},
      {"", "a", "", false},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.pattern);
    CAPTURE(row.name);
    CHECK(Pattern(row.reference, row.pattern).matches(row.name) == row.want);
  }
}

TEST_CASE("a pattern of many wildcards is no heavier than another") {
  std::string pattern;
  for (int i = 0; i < 250; ++i) pattern += "*a";
  CHECK_FALSE(Pattern("", pattern + "b").matches(std::string(1000, 'a')));
  CHECK(Pattern("", pattern).matches(std::string(1000, 'a')));
}
