#include "migration/table.h"

#include <doctest/doctest.h>

namespace postroad::migration {
namespace {

TEST_CASE("a file of mailboxes is read") {
  const auto rows = parse_table(
      "\xef\xbb\xbfLocal,server,remote,password,skip,translate,plaintext\r\n"
      "ann@example.org,imaps://mail.far.example,ann,\"a,\"\"b\"\"\",Junk*; Trash,Sent Mail=Sent;A=B,yes\r\n"
      "\n"
      "bob@example.org,mail.far.example:1993,bob,secret,,,\n"
      "carol@example.org,x,carol,last,,,no");
  REQUIRE_MESSAGE(rows.has_value(), (rows ? "" : rows.error().text));
  REQUIRE(rows->size() == 3);
  const auto& ann = rows->front();
  CHECK(ann.line == 2);
  CHECK(ann.local == "ann@example.org");
  CHECK(ann.server == "imaps://mail.far.example");
  CHECK(ann.password == "a,\"b\"");
  CHECK(ann.skip == std::vector<std::string>{"Junk*", "Trash"});
  CHECK(ann.translate == std::map<std::string, std::string>{{"Sent Mail", "Sent"}, {"A", "B"}});
  CHECK(ann.allow_plaintext);
  CHECK((*rows)[1].line == 4);
  CHECK_FALSE((*rows)[1].allow_plaintext);
  CHECK((*rows)[2].password == "last");
}

TEST_CASE("a file that is none is refused with the line, and without passwords") {
  const std::string head = "local,server,remote,password,plaintext,translate\n";
  const std::pair<std::string, const char*> kCases[] = {
      {"", "line 1: there is no column "},
      {"local,server,remote\n", "line 1: the column password is missing"},
      {"local,local,server,remote,password\n", "line 1: the column local is there twice"},
      {"local,moon\n", "line 1: there is no column moon"},
      {head + "a,b,c,hidden\n", "line 2: expected 6 fields, there are 4"},
      {head + "a,b,c,\"hidden,yes,\n", "line 3: a quote is not closed"},
      {head + "a,b,c,\"hidden\"x,yes,\n", "line 2: expected a comma or the line's end"},
      {head + "a,b,c,hidden,maybe,\n", "line 2: expected yes or no"},
      {head + "a,b,c,hidden,yes,A\n", "line 2: translate: expected FROM=TO"},
      {head + std::string(kFieldBytes + 1, 'x') + ",b,c,hidden,,\n", "line 2: a field is too long"},
  };
  for (const auto& [text, want] : kCases) {
    const auto rows = parse_table(text);
    REQUIRE_FALSE(rows.has_value());
    CHECK(rows.error().text == want);
  }
}

}  // namespace
}  // namespace postroad::migration
