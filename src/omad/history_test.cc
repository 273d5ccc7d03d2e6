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
