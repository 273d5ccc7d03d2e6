#include "message/message_id.h"

#include <doctest/doctest.h>

using namespace postroad::message;

TEST_CASE("message ids") {
  struct Case {
    const char* name;
    std::string value;
    std::vector<std::string> want;
  };
  const Case kCases[] = {
      {"one", " <a@b>\r\n", {"a@b"}},
      {"several", "<a@b> <c@d>\r\n <e@f>", {"a@b", "c@d", "e@f"}},
      {"without white space between", "<a@b><c@d>", {"a@b", "c@d"}},
      {"one twice", "<a@b> <c@d> <a@b>", {"a@b", "c@d"}},
      {"folded inside", "<a\r\n @b>", {"a@b"}},
      {"comments", "(<no@id>) <a@b> (x (y) \\) z) <c@d>", {"a@b", "c@d"}},
      {"obs: a phrase", "Your message of \"Monday\" <a@b>", {"a@b"}},
      {"without brackets", " a@b ", {"a@b"}},
      {"words with an address are no id", "Message from a@b of Monday", {}},
      {"half a bracket", "a@b>", {}},
      {"empty brackets", "<> <a@b>", {"a@b"}},
      {"not closed", "<a@b> <c@d", {"a@b"}},
      {"opened twice", "<a <b@c>", {"b@c"}},
      {"a comment that isn't closed", "<a@b> ( <c@d>", {"a@b"}},
      {"too long", "<" + std::string(501, 'a') + "> <a@b>", {"a@b"}},
      {"nothing", "", {}},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(parse_message_ids(row.value) == row.want);
  }
}

TEST_CASE("of too many ids the first and the latest stay") {
  CHECK(parse_message_ids("<1@x> <2@x> <3@x> <4@x> <5@x>", 3) == std::vector<std::string>{"1@x", "4@x", "5@x"});
  CHECK(parse_message_ids("<1@x> <2@x>", 1) == std::vector<std::string>{"1@x"});
}
