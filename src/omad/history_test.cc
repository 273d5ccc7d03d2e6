#include <doctest/doctest.h>

#include <algorithm>

#include "control/testing.h"
#include "omad/history.h"
#include "omad/service.h"
#include "omad/testing.h"
#include "omad/user_attributes.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Past : Face {
  Past() {
    ok("change_domain", R"({"domain":"example.com","attributes":{"timezone":"Europe/Berlin"}})");
    made = ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse","quota":1000000,"name":"Joe Doe"}})");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"quota":2000000,"service_imap4":"suspended"}})");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"another horse"}})");
  }
  json::object made;
};

}  // namespace

TEST_CASE_FIXTURE(Past, "a user's changes, newest first, without passwords") {
  const auto reply = ok("get_user_changes", R"({"user":"joe@example.com"})");
  const auto& changes = reply.at("changes").as_array();
  REQUIRE(changes.size() == 3);  // each change_user is one
  CHECK(changes.at(0).at("msg").as_string().starts_with("password.set joe@example.com"));
  const auto has = [&](std::size_t at, std::initializer_list<std::string_view> parts) {
    const std::string message(changes.at(at).at("msg").as_string());
    CAPTURE(message);
    for (const auto part : parts) CHECK(message.contains(part));
  };
  has(0, {"(secret)"});
  has(1, {"joe@example.com", "quota_bytes", "1000000", "2000000", "services"});
  has(2, {"joe@example.com", "quota_bytes", "1000000", "Joe", "Doe", "(secret)"});
  CHECK_FALSE(json::serialize(reply).contains("horse"));
  CHECK_FALSE(json::serialize(reply).contains("argon2"));
  for (const auto& each : changes) {
    CHECK(each.at("user") == "admin@north.adm");
    CHECK(each.at("application") == "oma");
    CHECK(each.at("time").as_int64() > 0);
  }
  // What a request changed bears its id.
  CHECK(std::ranges::any_of(changes, [&](const auto& each) { return each.at("request") == made.at("audit"); }));
  const auto second = ok("get_user_changes", R"({"user":"joe@example.com","range":{"first":1,"limit":1}})");
  REQUIRE(second.at("changes").as_array().size() == 1);
  CHECK(second.at("changes").at(0) == changes.at(1));
  CHECK(error("get_user_changes", "{}") == 5);
}

TEST_CASE_FIXTURE(Past, "one attribute's history") {
  const auto quota = ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"quota"})");
  REQUIRE(quota.at("count").to_number<int>() == 2);
  CHECK(quota.at("history").at(0).at("from") == "1000000");
  CHECK(quota.at("history").at(0).at("to") == "2000000");
  const auto password = ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"password"})");
  CHECK(password.at("history").at(0).at("to") == "(secret)");
  CHECK(ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"fax"})").at("count").to_number<int>() == 0);
  CHECK(error("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"quato"})") == 5);
  CHECK(error("get_user_attribute_history", R"({"user":"joe@example.com"})") == 5);
}

TEST_CASE_FIXTURE(Past, "one service's history is its state, and no other's") {
  ok("change_user", R"({"user":"joe@example.com","attributes":{"service_pop3":"disabled"}})");
  const auto imap = ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"service_imap4"})").at("history").as_array();
  REQUIRE(imap.size() == 2);
  CHECK(imap[0].at("field") == "service_imap4");
  CHECK(imap[0].at("from") == "enabled");
  CHECK(imap[0].at("to") == "suspended");
  CHECK(imap[1].at("from") == "");
  CHECK(imap[1].at("to") == "enabled");
  const auto pop = ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"service_pop3"})").at("history").as_array();
  REQUIRE(pop.size() == 2);
  CHECK(pop[0].at("to") == "disabled");
}

TEST_CASE_FIXTURE(Past, "aliases that were added and removed") {
  ok("change_user", R"({"user":"joe@example.com","attributes":{"aliases":["joey","jo"]}})");
  ok("change_user", R"({"user":"joe@example.com","attributes":{"aliases":["jo","josef"]}})");
  const auto found = ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"aliases"})").at("history").as_array();
  REQUIRE(found.size() == 2);
  CHECK(found[0].at("added") == json::array{"josef"});
  CHECK(found[0].at("removed") == json::array{"joey"});
  CHECK(found[1].at("added") == json::array{"jo", "joey"});
  CHECK(found[1].at("removed") == json::array{});
  CHECK(found[1].at("user") == "admin@north.adm");
  json::array many;
  for (int n = 0; n < 300; ++n) many.emplace_back("a" + std::to_string(n));
  ok("change_user", json::serialize(json::object{{"user", "joe@example.com"}, {"attributes", {{"aliases", many}}}}));
  std::size_t added = 0;
  for (const auto& line : ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"aliases"})").at("history").as_array()) added += line.at("added").as_array().size();
  CHECK(added == 303);
}

TEST_CASE_FIXTURE(Past, "histories tell names where others are referred to, as they were") {
  ok("create_workgroup", R"({"domain":"example.com","workgroup":"sales"})");
  ok("change_user", R"({"user":"joe@example.com","attributes":{"workgroup":"sales"}})");
  CHECK(ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"workgroup"})").at("history").at(0).at("from") == "staff");
  CHECK(std::string(ok("get_user_changes", R"({"user":"joe@example.com"})").at("changes").at(0).at("msg").as_string()).contains(R"(workgroup "staff" -> "sales")"));
  ok("change_user", R"({"user":"joe@example.com","attributes":{"workgroup":"staff"}})");
  ok("delete_workgroup", R"({"domain":"example.com","workgroup":"sales"})");
  CHECK(ok("get_user_attribute_history", R"({"user":"joe@example.com","attribute":"workgroup"})").at("history").at(0).at("from") == "sales");
  ok("change_domain", R"({"domain":"example.com","attributes":{"catchall":"joe"}})");
  CHECK(std::string(ok("get_domain_changes", R"({"domain":"example.com"})").at("changes").at(0).at("msg").as_string()).contains(R"(catch_all "" -> "joe@example.com")"));
  ok("change_company", R"({"company":"east","attributes":{"name":"East"}})");
  ok("push_domain", R"({"domain":"example.com","new_company":"east"})");
  CHECK(json::serialize(ok("get_domain_changes", R"({"domain":"example.com"})")).contains(R"(company \"north.adm\" -> \"east.adm\")"));
  // Who sees what lies below alone is told nothing of what is above.
  ok("change_user", R"({"user":"kim@east.adm","attributes":{"password":"secret-kim-1"}})");
  ok("set_role", R"({"user":"kim@east.adm","role":"company","object":"east"})");
  user = "kim@east.adm";
  password = "secret-kim-1";
  CHECK_FALSE(json::serialize(ok("get_company_changes", R"({"everything":true})")).contains("north"));
}

TEST_CASE("each attribute that change_user takes has a history") {
  for (const auto& name : omad::settable_of_user()) {
    CAPTURE(name);
    CHECK_FALSE(omad::audited_fields(name.as_string()).empty());
  }
}

TEST_CASE_FIXTURE(Past, "a domain's and a company's changes: of themselves, or of everything in them") {
  const auto count = [&](const std::string& method, const std::string& members) { return ok(method, members).at("count").to_number<int>(); };
  const auto own = ok("get_domain_changes", R"({"domain":"example.com"})");
  for (const auto& each : own.at("changes").as_array()) CHECK_FALSE(std::string(each.at("msg").as_string()).contains("joe@"));
  CHECK(count("get_domain_changes", R"({"domain":"example.com","everything":true})") > count("get_domain_changes", R"({"domain":"example.com"})"));
  ok("change_company", R"({"company":"east","attributes":{"name":"East"}})");
  CHECK(json::serialize(ok("get_company_changes", R"({"company":"east"})").at("changes").at(0)).contains("east.adm"));
  CHECK(count("get_company_changes", "{}") >= 1);
  CHECK(count("get_company_changes", R"({"everything":1})") > count("get_company_changes", "{}") + 3);
  const auto later = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(control.loop->clock().now().time_since_epoch()).count() + 60);
  CHECK(count("get_company_changes", R"({"everything":1,"from":)" + later + "}") == 0);
}
