#include "imap/scanner.h"

#include <doctest/doctest.h>

#include "imap/limits.h"

namespace imap = postroad::imap;
using imap::Scanner;
using postroad::Time;

namespace {

// What a rule reads from all of `text`, or its failure.
template <class Rule>
std::string read(std::string_view text, Rule rule) {
  Scanner in(text);
  const std::string got = (in.*rule)();
  in.end();
  return in.failed() ? in.error().text : "=" + got;
}

std::string astring(std::string_view text) {
  Scanner in(text);
  const auto got = in.astring();
  in.end();
  return in.failed() ? in.error().text : "=" + got;
}

}  // namespace

TEST_CASE("astring") {
  struct Case {
    const char* name;
    std::string_view text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"atom", "abc]", "=abc]"},
      {"quoted", R"("a b")", "=a b"},
      {"quoted empty", R"("")", "="},
      {"escapes", R"("a\"b\\c")", "=a\"b\\c"},
      {"literal", "{3}\r\na\"b", "=a\"b"},
      {"literal+", "{3+}\r\nabc", "=abc"},
      {"literal after a bare LF", "{3}\nabc", "=abc"},
      {"empty literal", "{0}\r\n", "="},
      {"literal with a line end", "{2}\r\n\r\n", "=\r\n"},
      {"UTF-8 in quotes", "\"\xc3\xbc\"", "=\xc3\xbc"},
      {"nothing", "", "expected string"},
      {"a list", "(a)", "expected string"},
      {"wildcard", "a*", "expected end of command"},
      {"open quote", "\"abc", "expected closing quote"},
      {"line end in quotes", "\"a\r\nb\"", "expected closing quote"},
      {"NUL in quotes", {"\"a\0b\"", 5}, "expected closing quote"},
      {"unknown escape", R"("a\n")", "expected \\\" or \\\\ in a quoted string"},
      {"backslash at the end", R"("a\)", "expected quoted character"},
      {"broken UTF-8 in quotes", "\"\xc3\"", "expected UTF-8 in a quoted string"},
      {"8-bit atom", "\xc3\xbc", "expected string"},
      {"short literal", "{4}\r\nabc", "expected literal"},
      {"literal without its bytes", "{4}", "expected \n"},
      {"NUL in a literal", {"{3}\r\na\0b", 8}, "expected a literal without NUL"},
      {"literal8", "~{3}\r\nabc", "expected end of command"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(astring(row.text) == row.want);
  }
}

TEST_CASE("mailbox") {
  struct Case {
    const char* name;
    std::string_view text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"plain", "Work", "=Work"},
      {"inbox in any case", "iNbOx", "=INBOX"},
      {"inbox's child in any case", "inbox/Lists", "=INBOX/Lists"},
      {"not inbox", "inboxes", "=inboxes"},
      {"modified UTF-7", "Entw&APw-rfe", "=Entw\xc3\xbcrfe"},
      {"quoted", R"("Sent Items")", "=Sent Items"},
      {"invalid modified UTF-7", "a&b", "expected a mailbox name in modified UTF-7"},
      {"8-bit", "\"\xc3\xbc\"", "expected a mailbox name in modified UTF-7"},
      {"control", {"{2}\r\na\x01", 7}, "expected a mailbox name in modified UTF-7"},
      {"NUL", {"{2}\r\na\0", 7}, "expected a literal without NUL"},
      {"empty", "\"\"", "expected mailbox"},
      {"wildcard", "a%", "expected end of command"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(read(row.text, &Scanner::mailbox) == row.want);
  }
  CHECK(read(std::string(imap::kMailboxBytes, 'x'), &Scanner::mailbox).starts_with("="));
  CHECK(read(std::string(imap::kMailboxBytes + 1, 'x'), &Scanner::mailbox) == "expected a shorter mailbox name");
}

TEST_CASE("flags: system flags in any case, keywords once, nothing else") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"none", "()", ""},
      {"all", R"((\seen \ANSWERED \Flagged \Deleted \Draft))", R"(\Answered \Flagged \Deleted \Seen \Draft)"},
      {"keywords", "($Forwarded work)", "$Forwarded work"},
      {"a keyword twice", "(Work work \\Seen)", "\\Seen Work"},
      {"recent can't be set", "(\\Recent)", "expected a flag that can be set"},
      {"unknown", "(\\Nope)", "expected a flag that can be set"},
      {"star", "(\\*)", "expected flag"},
      {"two spaces", "(\\Seen  work)", "expected flag"},
      {"unclosed", "(\\Seen", "expected )"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    Scanner in(row.text);
    const auto flags = in.flag_list();
    in.end();
    CHECK((in.failed() ? in.error().text : imap::flags_text(flags)) == row.want);
  }
  Scanner longest(std::string_view("(") );
  CHECK(longest.flag_list() == imap::Flags{});
  const auto keyword = std::string(imap::kKeywordBytes + 1, 'k');
  Scanner too_long(keyword);
  too_long.flag_keyword();
  CHECK(too_long.error().text == "expected a shorter flag");
}

TEST_CASE("date-time") {
  struct Case {
    const char* name;
    const char* text;
    std::int64_t want;  // seconds since 1970, or -1: refused
  };
  constexpr Case kCases[] = {
      {"rfc3501's own", R"("17-Jul-1996 02:44:25 -0700")", 837596665},
      {"one digit", R"(" 1-Jan-1970 00:00:01 +0000")", 1},
      {"east of Greenwich", R"("01-Jan-1970 01:00:00 +0100")", 0},
      {"leap day", R"("29-Feb-2024 00:00:00 +0000")", 1709164800},
      {"leap second", R"("31-Dec-2016 23:59:60 +0000")", 1483228800},
      {"no leap day", R"("29-Feb-2023 00:00:00 +0000")", -1},
      {"day 0", R"("00-Jan-2023 00:00:00 +0000")", -1},
      {"hour 24", R"("01-Jan-2023 24:00:00 +0000")", -1},
      {"one digit without its space", R"("1-Jan-2023 00:00:00 +0000")", -1},
      {"the year that there isn't", R"("01-Jan-0000 00:00:00 +0000")", -1},
      {"before year 1 in UTC", R"("01-Jan-0001 00:00:00 +0100")", -1},
      {"year 10000 in UTC", R"("31-Dec-9999 23:30:00 -0100")", -1},
      {"the last second", R"("31-Dec-9999 23:59:59 +0000")", 253402300799},
      {"no zone", R"("01-Jan-2023 00:00:00")", -1},
      {"month", R"("01-Jax-2023 00:00:00 +0000")", -1},
      {"signs in digits", R"("01-Jan-2023 +1:00:00 +0000")", -1},
      {"unquoted", "01-Jan-2023 00:00:00 +0000", -1},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    Scanner in(row.text);
    const auto got = in.date_time();
    in.end();
    CHECK(in.failed() == (row.want == -1));
    if (row.want != -1) CHECK(got == Time(std::chrono::seconds(row.want)));
  }
}

TEST_CASE("character classes, on all bytes") {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    CAPTURE(c);
    const bool is_special = c < 0x20 || c > 0x7e || std::string_view("(){ %*\"\\]").contains(byte);
    CHECK(imap::kAtomChar.has(byte) == !is_special);
    CHECK(imap::kAstringChar.has(byte) == (!is_special || byte == ']'));
    CHECK(imap::kTagChar.has(byte) == ((!is_special || byte == ']') && byte != '+'));
    CHECK(imap::kListChar.has(byte) == (!is_special || byte == ']' || byte == '%' || byte == '*'));
  }
}
