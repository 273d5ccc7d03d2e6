#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "oma/errors.h"
#include "oma/fields.h"
#include "oma/limits.h"
#include "oma/reply.h"
#include "oma/request.h"

using namespace postroad;
using namespace postroad::oma;
namespace json = boost::json;

TEST_CASE("replies have their members in order, joined as clients match them") {
  CHECK(success_reply({}, "q1") == R"({"success":true, "audit":"q1"})");
  CHECK(success_reply({{"duration", 24}, {"token", "t"}}, "q1") == R"({"success":true, "duration":24, "token":"t", "audit":"q1"})");
  CHECK(failure_reply({Fault::Refused, "no \"such\"\r\nthing", "NO_USER"}, "q2") ==
        R"({"success":false, "error_number":2, "error":"no \"such\"\r\nthing", "audit":"q2"})");
  CHECK(failure_reply({Fault::Broken, "disk /var/x failed", ""}, "q3") ==
        R"({"success":false, "error_number":0, "error":"the server failed; it is logged", "audit":"q3"})");
}

TEST_CASE("an error's text is bounded, and stays UTF-8") {
  std::string text(kErrorTextBytes - 1, 'x');
  const auto reply = failure_reply({Fault::Refused, text + "\xc3\xa4", ""}, "q");
  CHECK(json::parse(reply).at("error").as_string() == text);
}

TEST_CASE("one code has one number, and each number one meaning") {
  std::set<std::string_view> codes;
  std::set<int> told;
  for (const auto& row : kErrorNumbers) {
    if (!row.code.empty()) CHECK(codes.insert(row.code).second);
    if (!row.meaning.empty()) CHECK(told.insert(row.number).second);
    CHECK(told.contains(row.number));
  }
  CHECK(number_of({Fault::NotFound, "", ""}) == 2);
  CHECK(number_of({Fault::Broken, "", ""}) == 0);
  CHECK(number_of({Fault::Refused, "", "DOMAIN_NOT_EMPTY"}) == 21);
}

TEST_CASE("docs/oma.md lists every number with its meaning") {
  std::ifstream file("docs/oma.md");
  std::stringstream page;
  page << file.rdbuf();
  for (const auto& row : kErrorNumbers)
    if (!row.meaning.empty()) CHECK(page.str().contains("| " + std::to_string(row.number) + " | " + std::string(row.meaning) + " |"));
}

TEST_CASE("what is no request") {
  struct Case {
    const char* name;
    std::string body;
    const char* code;
  };
  const Case kCases[] = {
      {"nothing", "", ""},
      {"no JSON", "user=x", ""},
      {"cut short", R"({"credentials":{"user":"x")", ""},
      {"two values", "{}{}", ""},
      {"a list", "[]", "BAD_REQUEST"},
      {"no credentials", "{}", "BAD_REQUEST"},
      {"credentials of another type", R"({"credentials":"x"})", "BAD_REQUEST"},
      {"a user of another type", R"({"credentials":{"user":{}}})", "BAD_ATTRIBUTE"},
      {"a user that is too long", R"({"credentials":{"user":")" + std::string(kCredentialBytes + 1, 'x') + "\"}}", "BAD_ATTRIBUTE"},
      {"a control character", "{\"credentials\":{\"user\":\"x\\u0000\"}}", "BAD_ATTRIBUTE"},
      {"bad UTF-8", "{\"credentials\":{\"user\":\"\xff\"}}", ""},
      {"too deep", std::string(1000, '[') + std::string(1000, ']'), ""},
  };
  for (const auto& [name, body, code] : kCases) {
    CAPTURE(name);
    const auto parsed = parse_request(body);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().fault == Fault::Syntax);
    CHECK(parsed.error().code == code);
  }
}

TEST_CASE("a request keeps its own members, and no credentials among them") {
  const auto parsed = parse_request(R"({"credentials":{"user":"admin@north.adm","password":"p","extra":1},"user":"x@y.test","attributes":[]})");
  REQUIRE(parsed.has_value());
  CHECK(parsed->credentials.user == "admin@north.adm");
  CHECK(parsed->credentials.password == "p");
  CHECK(parsed->members.size() == 2);
  Fields fields(parsed->members, "");
  CHECK(fields.needed("user", 100) == "x@y.test");
  const auto* const attributes = fields.object("attributes");
  REQUIRE(attributes != nullptr);
  CHECK(attributes->empty());
  fields.no_others();
  CHECK(fields.result().has_value());
}

TEST_CASE("values come as loosely typed languages write them") {
  const auto object = json::parse(R"({"n":"12","m":12,"yes":"1","no":0,"t":true,"list":["a","b"],"one":"a","none":{},"number":5,"null":null})").as_object();
  Fields fields(object, "attributes");
  CHECK(fields.number("n", 100) == 12);
  CHECK(fields.number("m", 100) == 12);
  CHECK(fields.flag("yes") == true);
  CHECK(fields.flag("no") == false);
  CHECK(fields.flag("t") == true);
  CHECK(fields.list("list", 5, 10) == std::vector<std::string>{"a", "b"});
  CHECK(fields.list("one", 5, 10) == std::vector<std::string>{"a"});
  CHECK(fields.list("none", 5, 10) == std::vector<std::string>{});
  CHECK(fields.text("number", 10) == "5");
  CHECK_FALSE(fields.text("null", 10).has_value());
  CHECK_FALSE(fields.text("absent", 10).has_value());
  fields.no_others();
  CHECK(fields.result().has_value());
}

TEST_CASE("the first failure sticks, and says where it is") {
  struct Case {
    const char* object;
    void (*read)(Fields&);
    const char* text;
  };
  const Case kCases[] = {
      {R"({"n":-1})", [](Fields& f) { (void)f.number("n", 9); }, "attributes: 'n' is no whole number from 0 to 9"},
      {R"({"n":10})", [](Fields& f) { (void)f.number("n", 9); }, "attributes: 'n' is no whole number from 0 to 9"},
      {R"({"n":1.5})", [](Fields& f) { (void)f.number("n", 9); }, "attributes: 'n' is no whole number from 0 to 9"},
      {R"({"b":"maybe"})", [](Fields& f) { (void)f.flag("b"); }, "attributes: 'b' is neither true nor false"},
      {R"({"t":[]})", [](Fields& f) { (void)f.text("t", 9); }, "attributes: 't' is no text"},
      {R"({"t":"0123456789"})", [](Fields& f) { (void)f.text("t", 9); }, "attributes: 't' is over 9 bytes"},
      {R"({"t":"a\nb"})", [](Fields& f) { (void)f.text("t", 9); }, "attributes: 't' holds a control character"},
      {R"({"l":["a","b"]})", [](Fields& f) { (void)f.list("l", 1, 9); }, "attributes: 'l' holds more than 1"},
      {R"({"l":[["a"]]})", [](Fields& f) { (void)f.list("l", 1, 9); }, "attributes: 'l' is no text"},
      {R"({})", [](Fields& f) { (void)f.needed("t", 9); }, "attributes: 't' is missing"},
      {R"({"quato":1})", [](Fields&) {}, "attributes: 'quato' is not known"},
  };
  for (const auto& [text, read, want] : kCases) {
    CAPTURE(text);
    const auto object = json::parse(text).as_object();
    Fields fields(object, "attributes");
    read(fields);
    fields.no_others();
    REQUIRE_FALSE(fields.result().has_value());
    CHECK(fields.result().error().text == want);
  }
}
