#include "imap/fetch.h"

#include <doctest/doctest.h>

#include "imap/limits.h"

using namespace postroad::imap;

namespace {

// The items' names in the response, or the failure.
std::string parsed(std::string_view text) {
  const auto got = parse_fetch(Scanner(text));
  if (!got) return got.error().text;
  std::string made;
  for (const auto& item : got->items) made += (made.empty() ? "" : " ") + item_text(item) + (item.peek ? "'" : "");
  return made;
}

}  // namespace

TEST_CASE("FETCH") {
  struct Case {
    const char* text;
    const char* want;  // a peeking item has an apostrophe
  };
  constexpr Case kCases[] = {
      {" 1 FLAGS", "FLAGS"},
      {" 1 (UID flags Uid)", "UID FLAGS"},
      {" 1 ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"},
      {" 1 fast", "FLAGS INTERNALDATE RFC822.SIZE"},
      {" 1 FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY"},
      {" 1 (ALL)", "expected fetch item"},
      {" 1 (BODY BODYSTRUCTURE)", "BODY BODYSTRUCTURE"},
      {" 1 (RFC822 RFC822.HEADER RFC822.TEXT RFC822.SIZE)", "RFC822 RFC822.HEADER' RFC822.TEXT RFC822.SIZE"},
      {" 1 (MODSEQ EMAILID THREADID)", "MODSEQ EMAILID THREADID"},
      {" 1 BODY[]", "BODY[]"},
      {" 1 BODY.PEEK[]", "BODY[]'"},
      {" 1 body.peek[header]", "BODY[HEADER]'"},
      {" 1 BODY[TEXT]<0.100>", "BODY[TEXT]<0>"},
      {" 1 BODY[]<0.4294967295>", "BODY[]<0>"},
      {" 1 BODY[]<4294967295.4294967295>", "BODY[]<4294967295>"},
      {" 1 BODY[1]", "BODY[1]"},
      {" 1 BODY[1.2.MIME]", "BODY[1.2.MIME]"},
      {" 1 BODY[4.2.HEADER.FIELDS (to \"From\")]", "BODY[4.2.HEADER.FIELDS (TO FROM)]"},
      {" 1 BODY[HEADER.FIELDS.NOT (X)]", "BODY[HEADER.FIELDS.NOT (X)]"},
      {" 1 BODY[HEADER.FIELDS (\"A B\")]", "BODY[HEADER.FIELDS (\"A B\")]"},
      {" 1 (BODY[1] BODY[2])", "BODY[1] BODY[2]"},
      {" 1 BODY[]<0.0>", "expected a number above 0"},
      {" 1 BODY[]<0.4294967296>", "expected number"},
      {" 1 BODY[]<4294967296.1>", "expected offset"},
      {" 1 BODY[]<1>", "expected ."},
      {" 1 BODY[0]", "expected a number above 0"},
      {" 1 BODY[MIME]", "expected number"},
      {" 1 BODY[1.]", "expected number"},
      {" 1 BODY[1.HEADERS]", "expected ]"},
      {" 1 BODY[HEADER.FIELDS ()]", "expected header field name"},
      {" 1 BODY[HEADER.FIELDS (\"\")]", "expected header field name"},
      {" 1 BODY.PEEK", "expected ["},
      {" 1 BODYX[]", "expected fetch item"},
      {" 1 ()", "expected fetch item"},
      {" 1 (FLAGS", "expected )"},
      {" 1 FLAGS UID", "expected end of command"},
      {" 1 FLAGS (CHANGEDSINCE 5)", "FLAGS"},
      {" 1 FLAGS (CHANGEDSINCE 0)", "expected a mod-sequence above 0"},
      {" 1 FLAGS (CHANGEDSINCE 9223372036854775808)", "expected mod-sequence"},
      {" 1 FLAGS (CHANGEDSINCE 5 VANISHED)", "expected )"},  // rfc7162's QRESYNC is not offered
      {" 1", "expected space"},
      {"", "expected space"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    CHECK(parsed(row.text) == row.want);
  }
}

TEST_CASE("FETCH is bounded in items, part numbers and header fields") {
  std::string items = " 1 (FLAGS";
  for (std::size_t i = 0; i < kFetchItems; ++i) items += " BODY[]";
  CHECK(parsed(items + ")") == "expected fewer items");

  std::string parts = " 1 BODY[1";
  for (std::size_t i = 0; i < kSectionDepth; ++i) parts += ".1";
  CHECK(parsed(parts + "]") == "expected fewer part numbers");

  std::string fields = " 1 BODY[HEADER.FIELDS (A";
  for (std::size_t i = 0; i < kSectionFields; ++i) fields += " A";
  CHECK(parsed(fields + ")]") == "expected fewer header fields");
}
