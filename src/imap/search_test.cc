#include "imap/search.h"

#include <doctest/doctest.h>

#include "imap/limits.h"

using namespace postroad::imap;
using Kind = SearchKey::Kind;

namespace {

std::string shown(const SearchKey& key);
std::string shown_all(const SearchKey& key) {
  std::string made;
  for (const auto& below : key.keys) made += (made.empty() ? "" : " ") + shown(below);
  return made;
}

std::string shown(const SearchKey& key) {
  const auto day = [&key] { return std::to_string(key.day.time_since_epoch().count()); };
  switch (key.kind) {
    case Kind::All: return "all";
    case Kind::And: return "(" + shown_all(key) + ")";
    case Kind::Or: return "or(" + shown_all(key) + ")";
    case Kind::Not: return "not(" + shown_all(key) + ")";
    case Kind::Flag: return flags_text(key.flags);
    case Kind::Recent: return "recent";
    case Kind::Numbers: return set_text(key.set.resolve(100));
    case Kind::Uids: return "uid:" + set_text(key.set.resolve(100));
    case Kind::Header: return key.field + "=" + key.text;
    case Kind::Body: return "body=" + key.text;
    case Kind::Text: return "text=" + key.text;
    case Kind::Before: return "before=" + day();
    case Kind::On: return "on=" + day();
    case Kind::Since: return "since=" + day();
    case Kind::SentBefore: return "sentbefore=" + day();
    case Kind::SentOn: return "senton=" + day();
    case Kind::SentSince: return "sentsince=" + day();
    case Kind::Larger: return ">" + std::to_string(key.number);
    case Kind::Smaller: return "<" + std::to_string(key.number);
    case Kind::ModSeq: return "modseq=" + std::to_string(key.number);
    case Kind::EmailId: return "emailid=" + key.text;
    case Kind::ThreadId: return "threadid=" + key.text;
  }
  return "?";
}

std::string parsed(std::string_view text) {
  const auto got = parse_search(Scanner(text));
  return got ? shown_all(got->key) : got.error().text;
}

std::string repeated(std::string_view text, int times) {
  std::string made;
  for (int i = 0; i < times; ++i) made += text;
  return made;
}

}  // namespace

TEST_CASE("SEARCH") {
  struct Case {
    const char* text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {" ALL", "all"},
      {" seen UNSEEN", "\\Seen not(\\Seen)"},
      {" NEW OLD RECENT", "(recent not(\\Seen)) not(recent) recent"},
      {" KEYWORD $Junk UNKEYWORD x", "$Junk not(x)"},
      {" NOT DELETED", "not(\\Deleted)"},
      {" OR SEEN FLAGGED 1:3", "or(\\Seen \\Flagged) 1:3"},
      {" OR OR 1 2 (3 4)", "or(or(1 2) (3 4))"},
      {" *", "100"},
      {" UID 5:*", "uid:5:100"},
      {" (ALL)", "(all)"},
      {" FROM x", "FROM=x"},
      {" SUBJECT \"a b\" TO {2}\r\nxy", "SUBJECT=a b TO=xy"},
      {" HEADER message-id \"\"", "MESSAGE-ID="},
      {" BODY a TEXT b", "body=a text=b"},
      {" SINCE 1-Jan-1970 BEFORE \"2-Jan-1970\" ON 03-Jan-1970", "since=0 before=1 on=2"},
      {" SENTSINCE 1-Jan-1970 SENTBEFORE 2-Jan-1970 SENTON 3-Jan-1970", "sentsince=0 sentbefore=1 senton=2"},
      {" LARGER 0 SMALLER 4294967295", ">0 <4294967295"},
      {" MODSEQ 9223372036854775807", "modseq=9223372036854775807"},
      {" MODSEQ \"/flags/\\\\draft\" all 620", "modseq=620"},
      {" EMAILID Mabc THREADID Tdef", "emailid=Mabc threadid=Tdef"},
      {" CHARSET utf-8 TEXT \"\xc3\xbc\"", "text=\xc3\xbc"},
      {" CHARSET UTF-8 TEXT {1}\r\n\xc3", "expected text in UTF-8"},
      {" CHARSET KOI8-R TEXT {1}\r\n\xc3", "text=\xc3"},
      {" MODSEQ 9223372036854775808", "expected mod-sequence"},
      {" MODSEQ \"/x/y\" all 620", "expected an entry name of /flags/"},
      {" LARGER 4294967296", "expected size"},
      {" SINCE 31-Feb-2024", "expected a day that the month has"},
      {" OR SEEN", "expected space"},
      {" NOT", "expected space"},
      {" ()", "expected search key"},
      {" (ALL", "expected )"},
      {" ALL )", "expected search key"},
      {" NOPE", "expected search key"},
      {" KEYWORD \\Seen", "expected flag"},
      {" 0", "expected a number above 0"},
      {"", "expected space"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    CHECK(parsed(row.text) == row.want);
  }
}

TEST_CASE("SEARCH RETURN") {
  const auto got = parse_search(Scanner(" RETURN (MIN count) CHARSET x ALL"));
  REQUIRE(got);
  CHECK(got->extended);
  CHECK(got->min);
  CHECK(got->count);
  CHECK_FALSE(got->all);
  CHECK_FALSE(got->is_utf8());
  CHECK(parse_search(Scanner(" RETURN () ALL"))->all);
  CHECK(parsed(" RETURN (SAVE) ALL") == "expected MIN, MAX, ALL or COUNT");  // rfc5182 is not offered
}

TEST_CASE("SEARCH is bounded in depth and number") {
  CHECK(parsed(" " + repeated("(", 100'000) + "ALL") == "expected search keys less deep");
  CHECK(parsed(" " + repeated("NOT ", 10'000) + "ALL") == "expected search keys less deep");
  CHECK(parsed(" " + repeated("OR ", 10'000) + "ALL") == "expected search keys less deep");
  CHECK(parsed(" " + repeated("(", kSearchDepth - 1) + "ALL" + repeated(")", kSearchDepth - 1)).contains("all"));
  CHECK(parsed(repeated(" ALL", kSearchKeys)).starts_with("all"));
  CHECK(parsed(repeated(" ALL", kSearchKeys + 1)) == "expected fewer search keys");
}
