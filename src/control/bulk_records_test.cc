#include <doctest/doctest.h>

#include "control/bulk_records.h"
#include "control/bulk_row.h"

namespace postroad::control {
namespace {

std::string told(const Result<Records>& made) {
  if (!made) return "error: " + made.error().text;
  std::string text;
  for (const auto& row : made->rows) {
    text += std::to_string(row.line) + ":";
    for (const auto& field : row.fields) text += "[" + field + "]";
    if (!row.problem.empty()) text += "!";
    text += " ";
  }
  return text + "+" + std::to_string(made->taken);
}

TEST_CASE("rows of CSV, whole or at a file's end") {
  struct Case {
    const char* name;
    std::string text;
    bool is_last;
    const char* want;
  };
  const Case kCases[] = {
      {"plain", "a,b\nc,d\n", false, "1:[a][b] 2:[c][d] +8"},
      {"CRLF", "a,b\r\nc\r\n", false, "1:[a][b] 2:[c] +8"},
      {"no line end", "a,b\nc,d", true, "1:[a][b] 2:[c][d] +7"},
      {"the beginning of a row", "a,b\nc,d", false, "1:[a][b] +4"},
      {"quoted", "\"a,\"\"b\"\n,\"\"\n", false, "1:[a,\"b] 2:[][] +12"},
      {"a line end in quotes", "\"a\nb\",c\nd\n", false, "1:[a\nb][c] 3:[d] +10"},
      {"a quote that may be two", "\"a\"", false, "+0"},
      {"a quote that is the last", "\"a\"", true, "1:[a] +3"},
      {"empty lines", "\n\r\na\n\n", false, "3:[a] +6"},
      {"fields without text", ",,\n", false, "1:[][][] +3"},
      {"a quote within", "a\"b,c\nd\n", false, "1:[a\"b][c]! 2:[d] +8"},
      {"something behind a quote", "\"a\"b,c\nd\n", false, "1:[a][c]! 2:[d] +9"},
      {"a bare CR", "a\rb\nc\n", false, "1:[a\rb]! 2:[c] +6"},
      {"a quote that is not closed", "a\n\"b,c\nd\n", true, "error: line 2: a quote is not closed"},
      {"too long", "a\n" + std::string(kRecordBytes + 1, 'x'), false, "error: line 2: a row is longer than 65536 bytes, or a quote is never closed"},
      {"a quote that never ends", "a\n\"" + std::string(kRecordBytes, '\n'), false, "error: line 2: a row is longer than 65536 bytes, or a quote is never closed"},
      {"nothing", "", true, "+0"},
  };
  for (const auto& each : kCases) {
    CAPTURE(each.name);
    CHECK(told(split_csv(each.text, 1, each.is_last)) == each.want);
  }
}

TEST_CASE("a file in pieces of any size gives the same rows") {
  const std::string text = "a,\"b\"\"\nc\"\r\n\r\nd,e\n\"f\",\"\"\ng";
  const auto whole = told(split_csv(text, 1, true));
  for (std::size_t size = 1; size < text.size(); ++size) {
    std::string rest;
    std::uint64_t line = 1;
    std::vector<Record> rows;
    for (std::size_t at = 0; at < text.size(); at += size) {
      rest += text.substr(at, size);
      auto made = split_csv(rest, line, at + size >= text.size()).value();
      rows.insert(rows.end(), made.rows.begin(), made.rows.end());
      rest.erase(0, made.taken);
      line = made.line;
    }
    CHECK(told(Records{.rows = rows, .taken = text.size(), .line = line}) == whole);
  }
}

TEST_CASE("JSON lines") {
  CHECK(told(split_lines("{}\r\n\n  \n{\"a\":1}\n{", 5, false)) == "5:[{}] 8:[{\"a\":1}] +16");
  CHECK(told(split_lines("{}", 1, true)) == "1:[{}] +2");
  CHECK(told(split_lines(std::string(kRecordBytes + 1, ' '), 7, false)) == "error: line 7: a row is longer than 65536 bytes");
}

TEST_CASE("what a spreadsheet would run is not a formula in a result") {
  CHECK(csv_field("plain") == "plain");
  CHECK(csv_field("=HYPERLINK(1)") == "'=HYPERLINK(1)");
  CHECK(csv_field("@a,\"b\"") == "\"'@a,\"\"b\"\"\"");
  CHECK(csv_field("-1\n+2") == "\"'-1\n+2\"");
  CHECK(csv_field("") == "");
}

std::string told(const BulkRow& row) {
  if (!row.problem.empty()) return "! " + row.problem;
  std::string text;
  for (const auto& [column, value] : row.given) text += column + "=" + value + " ";
  return text;
}

TEST_CASE("a line of JSON gives columns") {
  struct Case {
    const char* line;
    const char* want;
  };
  constexpr Case kCases[] = {
      {R"({"address":"a@b.test","quota":5,"generate_password":true,"targets":["c@d.test","e@f.test"],"title":null})",
       "address=a@b.test quota=5 generate_password=yes targets=c@d.test;e@f.test "},
      {R"({"title":""})", "title= "},
      {R"({"adress":"x"})", "! there is no column 'adress'"},
      {R"({"title":{"a":1}})", "! title: expected a text, a number, a truth value or a list of texts"},
      {R"({"targets":[1]})", "! targets: expected a text, a number, a truth value or a list of texts"},
      {R"({"title":"a\u0000b"})", "! title holds a NUL"},
      {R"([1])", "! expected one JSON object on a line"},
      {R"({"title":[[[[[[[[1]]]]]]]]})", "! expected one JSON object on a line"},
      {"{", "! expected one JSON object on a line"},
      {"{\"title\":\"\xff\"}", "! expected one JSON object on a line"},
  };
  for (const auto& each : kCases) CHECK(told(row_of_json(1, each.line)) == each.want);
}

TEST_CASE("a header names known columns, once each") {
  CHECK(bulk_header({" Address ", "PASSWORD"}, 1).value() == std::vector<std::string>{"address", "password"});
  CHECK(bulk_header({"address", "colour\x1b[31m"}, 1).error().text == "line 1: there is no column 'colour?[31m'");
  CHECK(bulk_header({"address", "address"}, 1).error().text == "line 1: the column address is there twice");
  CHECK(told(row_of_csv({"address", "title"}, 2, {"a"})) == "! expected 2 fields, there are 1");
  CHECK(told(row_of_csv({"address", "title"}, 2, {"a", "\xff"})) == "! title is not UTF-8");
  CHECK(told(row_of_csv({"address", "title"}, 2, {"a", std::string("\0", 1)})) == "! title holds a NUL");
  CHECK(told(row_of_csv({"address", "title"}, 2, {"a", ""})) == "address=a ");
}

TEST_CASE("rows come back from what is kept of them") {
  const std::vector<BulkRow> rows{row_of_json(3, R"({"address":"a@b.test","title":"ä \"x\""})"), row_of_json(4, "[]")};
  const auto back = decode_rows(encode_rows(rows)).value();
  REQUIRE(back.size() == 2);
  CHECK(told(back[0]) == told(rows[0]));
  CHECK(told(back[1]) == told(rows[1]));
  CHECK(back[1].line == 4);
  for (const char* damaged : {"", "{}", "[1]", "[[1,2,3]]", "[[\"a\",\"\",{}]]", "[[1,\"\",{\"a\":1}]]"}) CHECK_FALSE(decode_rows(damaged));
}

TEST_CASE("what a row means") {
  struct Case {
    const char* line;
    const char* want;
  };
  constexpr Case kCases[] = {
      {R"({"address":"a@b.test"})", "create a@b.test"},
      {R"({"address":"a@b.test","quota":"5 g"})", "create a@b.test quota 5368709120"},
      {R"({"action":"Delete","address":"a@b.test"})", "delete a@b.test"},
      {R"({"action":"delete","domain":"b.test"})", "delete b.test"},
      {R"({"address":"a@b.test","type":"alias","alias_of":"c@B.test"})", "create a@b.test alias of c"},
      {R"({"address":"a@b.test","type":"alias","alias_of":"c@other.test"})", "! alias_of is in another domain"},
      {R"({"address":"a@b.test","type":"alias"})", "! alias_of belongs to type alias"},
      {R"({"address":"a@b.test","alias_of":"c"})", "! alias_of belongs to type alias"},
      {R"({"action":"change","address":"a@b.test","alias_of":"c"})", "! alias_of can't be changed: delete the alias and make another"},
      {R"({"action":"delete","address":"a@b.test","title":"x"})", "! title has no meaning where a user is deleted"},
      {R"({"domain":"b.test","quota":1})", "! quota has no meaning for a domain"},
      {R"({})", "! address or domain is needed, and not both"},
      {R"({"address":"a@b.test","domain":"b.test"})", "! address or domain is needed, and not both"},
      {R"({"address":"@b.test"})", "! address is no address"},
      {R"({"address":"a@b.test","action":"purge"})", "! action is create, change or delete"},
      {R"({"address":"a@b.test","type":"admin"})", "! type is mailbox, filter, forward, group or alias"},
      {R"({"address":"a@b.test","quota":"-1"})", "! quota is a number of bytes, or of K, M, G or T"},
      {R"({"address":"a@b.test","quota":"99999999999999T"})", "! quota is a number of bytes, or of K, M, G or T"},
      {R"({"address":"a@b.test","service_imap":"off"})", "! service_imap is enabled, disabled or suspended"},
      {R"({"address":"a@b.test","generate_password":"maybe"})", "! generate_password is yes or no"},
      {R"({"address":"a@b.test","generate_password":"yes","password":"x"})", "! generate_password and password exclude each other"},
      {R"({"address":"a@b.test","new_name":"c"})", "! new_name has no meaning where a user is created"},
  };
  for (const auto& each : kCases) {
    CAPTURE(each.line);
    const auto made = change_of_row(row_of_json(1, each.line));
    std::string text;
    if (!made) text = "! " + made.error().text;
    else {
      text = std::string(bulk_action_name(made->action)) + " " + made->subject();
      if (made->settings.quota_bytes) text += " quota " + std::to_string(**made->settings.quota_bytes);
      if (!made->target.empty()) text += " alias of " + made->target;
    }
    CHECK(text == each.want);
  }
}

}  // namespace
}  // namespace postroad::control
