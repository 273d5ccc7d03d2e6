#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "app/errors.h"
#include "app/reply.h"
#include "app/request.h"

using namespace postroad;
using namespace postroad::app;

TEST_CASE("requests: names in any case, quotes doubled, values unquoted") {
  const auto made = parse_request("create_Mailbox DOMAIN=\"example.com\"  mailbox=joe\r\n  title=\"the \"\"big\"\" one\" empty=\"\" x=");
  REQUIRE(made);
  CHECK(made->command == "CREATE_MAILBOX");
  CHECK(*made->find("domain") == "example.com");
  CHECK(*made->find("mailbox") == "joe");
  CHECK(*made->find("title") == "the \"big\" one");
  CHECK(*made->find("empty") == "");
  CHECK(*made->find("x") == "");
  CHECK(made->find("y") == nullptr);
  CHECK(parse_request("QUIT")->attributes.empty());
}

TEST_CASE("requests that are refused") {
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  };
  std::string many = "VER";
  for (int i = 0; i < 101; ++i) many += " a" + std::to_string(i) + "=1";
  const Case kCases[] = {
      {"empty", "", "expected command"},
      {"no command", "=\"x\"", "expected command"},
      {"open quote", "VER ver=\"3.5", "expected \""},
      {"no equals sign", "VER ver", "expected ="},
      {"no space between", "VER a=\"1\"b=\"2\"", "expected white space between attributes"},
      {"twice", "VER a=1 A=2", "expected attribute a once"},
      {"control character", "VER a=\"x\x01y\"", "expected no control characters in a"},
      {"line end in a value", "VER a=\"x\r\ny\"", "expected no control characters in a"},
      {"NUL", std::string("VER a=\"x\0y\"", 11), "expected no control characters in a"},
      {"not UTF-8", "VER a=\"\xff\"", "expected UTF-8"},
      {"too many", many, "expected at most 100 attributes"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto made = parse_request(row.text);
    REQUIRE_FALSE(made);
    CHECK(made.error().text == row.want);
  }
}

TEST_CASE("flags and lists") {
  CHECK(parse_flag("T") == true);
  CHECK(parse_flag("f") == false);
  CHECK_FALSE(parse_flag("maybe"));
  CHECK(parse_list("a, b,,c ") == std::vector<std::string>{"a", "b", "c"});
  CHECK(parse_list("").empty());
}

TEST_CASE("replies, to the byte") {
  CHECK(ok_reply("Signed in.") == "OK 0 Signed in\r\n.\r\n");
  CHECK(ok_reply("") == "OK 0\r\n.\r\n");
  CHECK(error_reply(17, "no such\r\nmailbox...") == "ER 17 no such  mailbox\r\n.\r\n");
  CHECK(error_reply(30, "") == "ER 30 failed\r\n.\r\n");
  CHECK(record_reply({{"A", "x\"y"}, {"B", ""}}) == "OK 0\r\nA=\"x\"\"y\" B=\"\"\r\n.\r\n");
  const Table table{{"MAILBOX", "TYPE"}, {{"joe", "mailbox"}, {"a,b", "x\"y"}}};
  CHECK(table_reply(table, Version::V3_5) == "OK 0 Success\r\nMAILBOX,TYPE\r\n\"joe\",\"mailbox\"\r\n\"a,b\",\"x\"\"y\"\r\n.\r\n");
  CHECK(table_reply(table, Version::V3_4) == "OK 0\r\nMAILBOX TYPE\r\n,\r\n\"joe\" \"mailbox\"\r\n,\r\n\"a,b\" \"x\"\"y\"\r\n.\r\n");
  CHECK(table_reply({{"DOMAIN"}, {}}, Version::V3_3) == "OK 0\r\nDOMAIN\r\n.\r\n");
  CHECK(table_reply({{"DOMAIN"}, {}}, Version::V3_5) == "OK 0 Success\r\nDOMAIN\r\n.\r\n");
}

TEST_CASE("one number, one meaning; those that clients know are as they know them") {
  std::set<int> numbers;
  std::set<std::string_view> codes;
  for (const auto& row : kErrorNumbers) {
    CHECK(row.number > 0);
    CHECK(numbers.insert(row.number).second);
    if (!row.code.empty()) CHECK(codes.insert(row.code).second);
  }
  CHECK(number_of({Fault::Conflict, "", "USER_EXISTS"}) == 16);
  CHECK(number_of({Fault::NotFound, "", "NO_USER"}) == 17);
  CHECK(number_of({Fault::Broken, "", ""}) == 30);
}

TEST_CASE("docs/app.md lists every error number") {
  std::ifstream file("docs/app.md");
  std::ostringstream page;
  page << file.rdbuf();
  for (const auto& row : kErrorNumbers) {
    const auto want = "| " + std::to_string(row.number) + " | " + std::string(row.meaning) + " |";
    CAPTURE(want);
    CHECK(page.str().contains(want));
  }
}
