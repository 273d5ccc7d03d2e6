#include "message/text.h"

#include <doctest/doctest.h>

using namespace postroad::message;

TEST_CASE("header text") {
  struct Case {
    const char* name;
    std::string value;
    const char* want;
  };
  const Case kCases[] = {
      {"plain", " Hello\r\n world ", "Hello world"},
      {"B", "=?UTF-8?B?SsO8cmdlbg==?=", "J\xc3\xbcrgen"},
      {"Q", "=?iso-8859-1?q?J=FCrgen_M=2E?=", "J\xc3\xbcrgen M."},
      {"language", "=?utf-8*de?q?=C3=BC?=", "\xc3\xbc"},
      {"among words", "Re: =?utf-8?q?=C3=BC?= x", "Re: \xc3\xbc x"},
      {"white space between two goes", "=?utf-8?q?a?= \r\n =?utf-8?q?b?=", "ab"},
      {"white space before a word stays", "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"},
      {"next to each other", "=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
      {"a character cut in two", "=?utf-8?q?=C3?= =?UTF-8?B?vA==?=", "\xc3\xbc"},
      {"a space at the end of a word", "=?utf-8?q?a_?= =?utf-8?q?_b?=", "a  b"},
      {"ISO-2022-JP", "=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac"},
      {"another charset behind", "=?iso-8859-1?q?=FC?= =?koi8-r?q?=C1?=", "\xc3\xbc\xd0\xb0"},
      {"within a word", "x=?utf-8?q?y?=z", "xyz"},
      {"spaces inside", "=?utf-8?q?a b?=", "a b"},
      {"empty", "=?utf-8?q?" "?=x", "x"},
      {"unknown encoding", "=?utf-8?x?abc?=", "=?utf-8?x?abc?="},
      {"unknown charset", "=?x-nope?q?=FC?=", "\xc3\xbc"},
      {"no charset", "=??q?abc?=", "=??q?abc?="},
      {"not closed", "=?utf-8?q?abc", "=?utf-8?q?abc"},
      {"cut everywhere", "=?utf-8?q =?utf-8? =? =?utf-8?q?ok?=", "=?utf-8?q =?utf-8? =? ok"},
      {"junk in base64", "=?utf-8?b?SGVs*bG8?=", "Hello"},
      {"an equals sign alone", "=?utf-8?q?a=b=?=", "a=b="},
      {"controls become spaces", "=?utf-8?q?a=0D=0Ab=00c=7F?=", "a  b c "},
      {"C1 controls too", "=?utf-8?q?a=C2=85b?=", "a  b"},
      {"invalid UTF-8", "=?utf-8?q?a=FFb?=", "a\xef\xbf\xbd" "b"},
      {"raw UTF-8", "J\xc3\xbcrgen", "J\xc3\xbcrgen"},
      {"raw Latin-1", "J\xfcrgen", "J\xc3\xbcrgen"},
      {"UTF-7 is a charset like any other", "=?utf-7?q?+AGEAYg-?=", "ab"},
      {"a byte order mark", "=?utf-16?b?/v8AYQBi?=", "ab"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(decode_text(row.value) == row.want);
  }
}
