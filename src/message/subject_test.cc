#include "message/subject.h"

#include <doctest/doctest.h>

using namespace postroad::message;

TEST_CASE("base subjects") {
  struct Case {
    const char* name;
    const char* subject;
    const char* want;
    bool is_reply;
  };
  constexpr Case kCases[] = {
      {"plain", "Hello", "Hello", false},
      {"reply", "Re: Hello", "Hello", true},
      {"replies and forwards", "re: FWD: Fw:  Hello", "Hello", true},
      {"white space before the colon", "Re : Hello", "Hello", true},
      {"counted reply", "Re[2]: Hello", "Hello", true},
      {"a list's name", "[list] Hello", "Hello", false},
      {"a list's name and a reply", "Re: [list] Re: [list] Hello", "Hello", true},
      {"lists' names in front of a reply", "[a] [b] Re: Hello", "Hello", true},
      {"nothing but a list's name", "[list]", "[list]", false},
      {"nothing but lists' names", "[a][b] [c]", "[c]", false},
      {"nothing but a reply", "Re:", "", true},
      {"trailer", "Hello (fwd)", "Hello", true},
      {"trailers", "Hello (fwd) (FWD)  ", "Hello", true},
      {"forward in brackets", "[Fwd: Hello]", "Hello", true},
      {"forward in brackets, again and again", "[fwd: [fwd: Re: [x] Hello (fwd)]]", "Hello", true},
      {"forward not closed", "[fwd: Hello", "[fwd: Hello", false},
      {"tabs and runs of spaces", "\tRe:\t a   b\t", "a b", true},
      {"a word that starts so", "Rest: Hello", "Rest: Hello", false},
      {"no colon", "Re Hello", "Re Hello", false},
      {"a blob that isn't closed", "[list Hello", "[list Hello", false},
      {"a blob in a blob", "[a [b] c] Hello", "[a [b] c] Hello", false},
      {"nothing", "", "", false},
      {"white space", "  ", "", false},
      {"UTF-8", "Re: \xc3\x9c", "\xc3\x9c", true},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto got = base_subject(row.subject);
    CHECK(got.text == row.want);
    CHECK(got.is_reply == row.is_reply);
  }
}
