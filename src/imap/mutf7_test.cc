#include "imap/mutf7.h"

#include <doctest/doctest.h>

using namespace postroad::imap;

TEST_CASE("modified UTF-7 goes there and back") {
  struct Case {
    const char* wire;
    const char* utf8;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"INBOX", "INBOX"},
      {"a&-b", "a&b"},
      {"&-&-", "&&"},
      {"Entw&APw-rfe", "Entwürfe"},
      {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"},  // rfc3501 5.1.3's own
      {"&2D3c7g-", "📮"},
      {"&AOQ-&-&APY-", "ä&ö"},
      {"&AOQA9gD8-", "äöü"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.wire);
    CHECK(from_mutf7(row.wire) == row.utf8);
    CHECK(to_mutf7(row.utf8) == row.wire);
  }
}

TEST_CASE("modified UTF-7 that no encoder writes is refused") {
  struct Case {
    const char* name;
    const char* wire;
  };
  constexpr Case kCases[] = {
      {"shift left open", "&AOQ"},
      {"nothing after the shift", "abc&"},
      {"printable ASCII in base64", "&AGE-"},
      {"a NUL in base64", "&AAA-"},
      {"a line break in base64", "&AAo-"},
      {"lone high surrogate", "&2D0-"},
      {"lone low surrogate", "&3K4-"},
      {"surrogates the wrong way round", "&3K7YPQ-"},
      {"two runs side by side", "&AOQ-&APY-"},
      {"bits left over", "&AOR-"},
      {"a whole character left over", "&AOQA-"},
      {"the alphabet of plain base64", "&U/BTFw-"},
      {"not base64 at all", "&a b-"},
      {"8-bit", "Entw\xc3\xbcrfe"},
      {"a control character", "a\tb"},
      {"DEL", "a\x7f"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK_FALSE(from_mutf7(row.wire));
  }
}
