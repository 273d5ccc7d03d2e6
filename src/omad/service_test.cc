#include "omad/service.h"

#include <doctest/doctest.h>

#include "control/testing.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

TEST_CASE("every well-formed request is answered with 200, failures too") {
  Face face;
  const auto right = face.post("authenticate", "{}");
  CHECK(right.status == 200);
  CHECK(right.field("Content-Type") == "application/json; charset=utf-8");
  CHECK(right.body.starts_with("{\"success\":true, \"audit\":\"r"));
  const auto wrong = face.post_raw("authenticate", R"({"credentials":{"user":"admin@north.adm","password":"wrong"}})");
  CHECK(wrong.status == 200);
  CHECK(wrong.body.starts_with("{\"success\":false, \"error_number\":1, \"error\":\""));
}

TEST_CASE("what is no request has its status") {
  struct Case {
    const char* name;
    http::Request request;
    unsigned status;
  };
  const Case kCases[] = {
      {"no JSON", {"POST", "/api/echo", {}, "x", "192.0.2.1"}, 400},
      {"an unknown method", {"POST", "/api/ech", {}, "{}", "192.0.2.1"}, 404},
      {"another path", {"POST", "/", {}, "{}", "192.0.2.1"}, 404},
      {"a name with a path", {"POST", "/api/echo/..", {}, "{}", "192.0.2.1"}, 404},
      {"GET", {"GET", "/api/echo", {}, "", "192.0.2.1"}, 405},
      {"no credentials", {"POST", "/api/echo", {}, "{}", "192.0.2.1"}, 200},
  };
  Face face;
  for (const auto& [name, request, status] : kCases) {
    CAPTURE(name);
    const auto got = face.control.run(face.service->answer(request));
    CHECK(got.status == status);
    CHECK(json::parse(got.body).at("success").as_bool() == false);
  }
}

TEST_CASE("who is unknown, has no domain or no password is told the same") {
  Face face;
  std::set<std::string> texts;
  for (const char* credentials : {R"({"user":"admin@north.adm","password":"wrong"})", R"({"user":"nobody@north.adm","password":"secret-north"})",
                                  R"({"user":"admin@south.adm","password":"secret-north"})", R"({"user":"admin","password":"secret-north"})", R"({})"}) {
    const auto got = json::parse(face.post_raw("echo", std::string(R"({"credentials":)") + credentials + "}").body);
    CHECK(got.at("error_number").as_int64() == 1);
    texts.insert(std::string(got.at("error").as_string()));
  }
  CHECK(texts.size() == 1);
}

TEST_CASE("echo gives back what was sent, without credentials") {
  Face face;
  const auto got = face.ok("echo", R"({"a":[1,{"b":"c"}]})");
  CHECK(json::serialize(got.at("a")) == R"([1,{"b":"c"}])");
  CHECK_FALSE(got.contains("credentials"));
}

TEST_CASE("languages and time zones") {
  Face face;
  const auto languages = face.ok("get_valid_languages", "{}");
  CHECK(std::ranges::find(languages.at("languages").as_array(), json::value("de")) != languages.at("languages").as_array().end());
  const auto zones = face.ok("get_valid_timezones", "{}");
  const auto& all = zones.at("timezones").as_array();
  CHECK(all.size() > 300);
  CHECK(std::ranges::find(all, json::value("Europe/Berlin")) != all.end());
}

TEST_CASE("workgroups") {
  Face face;
  face.make_domain("example.com");
  face.ok("create_workgroup", R"({"domain":"example.com","workgroup":"staff"})");
  face.ok("create_workgroup", R"({"domain":"example.com","workgroup":"Sales"})");
  CHECK(face.error("create_workgroup", R"({"domain":"example.com","workgroup":"STAFF"})") == 7);
  CHECK(face.error("create_workgroup", R"({"domain":"example.com"})") == 5);
  CHECK(face.error("create_workgroup", R"({"domain":"other.test","workgroup":"x"})") == 9);
  const auto found = face.ok("search_workgroups", R"({"criteria":{"domain":"example.com","match":"s?a*"}})");
  CHECK(found.at("count").to_number<int>() == 1);
  CHECK(found.at("total_count").to_number<int>() == 1);
  const auto last = face.ok("search_workgroups", R"({"criteria":{"domain":"example.com"},"range":{"first":1,"limit":5},"sort":{"by":"workgroup","direction":"desc"}})");
  CHECK(last.at("total_count").to_number<int>() == 2);
  CHECK(last.at("workgroups").at(0).at("workgroup").as_string() == "Sales");
  CHECK(found.at("workgroups").at(0).at("workgroup").as_string() == "staff");
  face.ok("delete_workgroup", R"({"domain":"example.com","workgroup":"sales"})");
  CHECK(face.error("delete_workgroup", R"({"domain":"example.com","workgroup":"sales"})") == 2);
}

TEST_CASE("a domain and a user, from creation to deletion") {
  Face face;
  CHECK(face.error("get_domain", R"({"domain":"example.com"})") == 9);
  face.ok("change_domain", R"({"domain":"example.com","attributes":{"timezone":"Europe/Berlin","limit_users":5,"aliases":["example.net"]}})");
  CHECK(face.error("change_domain", R"({"domain":"example.com","create_only":true})") == 7);
  const auto domain = face.ok("get_domain", R"({"domain":"example.com"})");
  CHECK(domain.at("attributes").at("limit_users").to_number<int>() == 5);
  CHECK(domain.at("attributes").at("aliases").at(0) == "example.net");
  const auto nobody = json::parse(face.post("get_user", R"({"user":"joe@example.com"})").body);
  CHECK(nobody.at("error_number").to_number<int>() == 2);
  CHECK(nobody.at("settable_attributes").as_array().size() > 30);
  CHECK(face.error("change_user", R"({"user":"joe@example.com","attributes":{"quato":1}})") == 6);
  CHECK(face.error("change_user", R"({"user":"joe@example.com","attributes":{}})") == 6);
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse","aliases":["joey"]}})");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"aliases":["jo@example.com"],"service_imap4":"suspended"}})");
  const auto joe = face.ok("get_user", R"({"user":"joe@example.com"})");
  CHECK(joe.at("attributes").at("aliases") == json::array{"jo"});
  CHECK(joe.at("attributes").at("service_imap4") == "suspended");
  CHECK(face.error("get_user", R"({"user":"jo@example.com"})") == 3);
  CHECK(face.error("delete_domain", R"({"domain":"example.com"})") == 21);
  face.ok("delete_user", R"({"user":"joe@example.com"})");
}

TEST_CASE("what is another's is told as what is not there") {
  Face face;
  const auto south = control::testing::add_reseller(face.control, "south");
  REQUIRE(face.control.run(face.control.api->domains.create(south.caller, {.name = "south.test", .company = {}, .cluster = {}, .settings = {}})));
  for (const char* method : {"get_domain", "delete_domain", "search_users", "search_workgroups"}) {
    const auto ask = [&](const std::string& name) {
      auto got = json::parse(face.post(method, R"({"domain":")" + name + R"(","criteria":{"domain":")" + name + "\"}}").body).as_object();
      got.erase("audit");
      return json::serialize(got);
    };
    auto there = ask("south.test");
    auto absent = ask("ghost.test");
    there.replace(there.find("south"), 5, "ghost");
    CHECK(there == absent);
  }
  CHECK(face.error("get_company", R"({"company":"south"})") == face.error("get_company", R"({"company":"ghost"})"));
}
