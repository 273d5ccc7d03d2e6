#include <doctest/doctest.h>

#include <set>

#include "control/testing.h"
#include "omad/service.h"
#include "omad/testing.h"

// What is another company's is answered, by every method that names something, as what does not exist; and no search, count or
// history tells of it.
using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
}

struct Ask {
  const char* method;
  const char* members;  // `south` stands for the other company, in all its names
};
constexpr Ask kAsks[] = {
    {"get_company", R"({"company":"south"})"},
    {"delete_company", R"({"company":"south"})"},
    {"search_companies", R"({"criteria":{"company":"south"}})"},
    {"get_company_changes", R"({"company":"south"})"},
    {"get_company_changes", R"({"company":"south","everything":true})"},
    {"change_company", R"({"company":"mine","parent":"south","attributes":{}})"},
    {"get_domain", R"({"domain":"south.test"})"},
    {"delete_domain", R"({"domain":"south.test"})"},
    {"push_domain", R"({"domain":"south.test","new_company":"north"})"},
    {"push_domain", R"({"domain":"north.test","new_company":"south"})"},
    {"restore_domain", R"({"domain":"south.test"})"},
    {"get_domain_changes", R"({"domain":"south.test"})"},
    {"get_user", R"({"user":"joe@south.test"})"},
    {"change_user", R"({"user":"joe@south.test","attributes":{"password":"correct horse"}})"},
    {"delete_user", R"({"user":"joe@south.test"})"},
    {"restore_user", R"({"user":"joe@south.test"})"},
    {"rename_user", R"({"user":"joe@south.test","new_name":"jim@south.test"})"},
    {"search_users", R"({"criteria":{"domain":"south.test"}})"},
    {"get_user_changes", R"({"user":"joe@south.test"})"},
    {"get_user_changes", R"({"user":"admin@south.adm"})"},
    {"get_user_attribute_history", R"({"user":"joe@south.test","attribute":"quota"})"},
    {"logout_user", R"({"user":"joe@south.test"})"},
    {"logout_user", R"({"user":"admin@south.adm"})"},
    {"app_password", R"({"user":"joe@south.test","mode":"add","tag":"phone"})"},
    {"app_password", R"({"user":"joe@south.test","mode":"remove","tag":"phone"})"},
    {"get_user_folders", R"({"user":"joe@south.test"})"},
    {"get_deleted_messages", R"({"user":"joe@south.test"})"},
    {"user_disable_2fa", R"({"user":"joe@south.test"})"},
    {"user_disable_2fa", R"({"user":"admin@south.adm"})"},
    {"generate_token", R"({"user":"joe@south.test","reason":"x"})"},
    {"generate_token", R"({"user":"admin@south.adm","reason":"x","type":"oma"})"},
    {"generate_token", R"({"user":"admin@north.adm","reason":"x","type":"oma","role":"company","object":"south"})"},
    {"generate_token", R"({"user":"admin@north.adm","reason":"x","type":"oma","role":"domain","object":"south.test"})"},
    {"revoke_token", R"({"user":"admin@south.adm"})"},
    {"set_role", R"({"user":"admin@south.adm","role":"company","object":"north"})"},
    {"add_role", R"({"user":"admin@north.adm","role":"company","object":"south"})"},
    {"add_role", R"({"user":"admin@north.adm","role":"workgroup","object":"south.test/staff"})"},
    {"remove_role", R"({"user":"joe@south.test","role":"domain","object":"south.test"})"},
    {"get_user", R"({"user":"admin@south.adm"})"},
    {"get_user", R"({"user":"nobody@south.adm"})"},
    {"change_user", R"({"user":"admin@south.adm","attributes":{"password":"correct horse"}})"},
    {"change_user", R"({"user":"nobody@south.adm","attributes":{"password":"correct horse"}})"},
    {"delete_user", R"({"user":"admin@south.adm"})"},
    {"rename_user", R"({"user":"admin@south.adm","new_name":"other@south.adm"})"},
    {"restore_user", R"({"user":"admin@south.adm"})"},
    {"search_users", R"({"criteria":{"domain":"south.adm"}})"},
    {"set_role", R"({"user":"admin@south.adm","role":"company","object":"south"})"},
    {"remove_role", R"({"user":"admin@south.adm","role":"company","object":"south"})"},
    {"create_workgroup", R"({"domain":"south.test","workgroup":"staff"})"},
    {"delete_workgroup", R"({"domain":"south.test","workgroup":"staff"})"},
    {"search_workgroups", R"({"criteria":{"domain":"south.test"}})"},
};

struct Neighbours : Face {
  control::testing::Reseller south = control::testing::add_reseller(control, "south");
  std::string token;  // of south's administrator, its id
  Neighbours() {
    make_domain("north.test");
    auto& api = *control.api;
    REQUIRE(control.run(api.domains.create(south.caller, {.name = "south.test", .company = {}, .cluster = {}, .settings = {}})));
    REQUIRE(control.run(api.workgroups.create(south.caller, "south.test", "staff")));
    REQUIRE(control.run(api.users.create(south.caller, control::testing::new_mailbox("south.test", "joe"))));
    REQUIRE(control.run(api.domains.set_administrator(south.caller, "south.test", "joe", true)));
    token = control.run(api.tokens.make(south.caller, {.reason = "billing"})).value().id;
  }
  std::string answer(const Ask& ask, const std::string& name) {
    std::string members = ask.members;
    replace_all(members, "south", name);
    auto got = json::parse(post(ask.method, members).body).as_object();
    got.erase("audit");
    return json::serialize(got);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Neighbours, "no method tells another's from what is not there") {
  for (const auto& ask : kAsks) {
    CAPTURE(ask.method);
    CAPTURE(ask.members);
    const auto there = answer(ask, "south");
    auto absent = answer(ask, "ghost");
    replace_all(absent, "ghost", "south");
    CHECK(there == absent);
    CHECK(there.starts_with(R"({"success":false)"));
  }
  CHECK(error("revoke_token", R"({"id":")" + token + "\"}") == error("revoke_token", R"({"id":"t22222222222222222222222222"})"));
  CHECK(control.query("SELECT count(*) FROM tokens WHERE id = $1", {token})[0][0].number() == 1);
  CHECK(control.run(control.api->users.get(south.caller, "south.test", "joe", control::kAnyUser)));
}

TEST_CASE_FIXTURE(Neighbours, "no search, count or history has anything of another") {
  ok("change_user", R"({"user":"ann@north.test","attributes":{"password":"correct horse"}})");
  const Ask kSearches[] = {
      {"search_companies", R"({"criteria":{"match":"*"}})"},
      {"search_companies", R"({"criteria":{"match":"s*"}})"},
      {"search_admins", R"({"criteria":{"match":"*"}})"},
      {"search_admins", "{}"},
      {"get_company", "{}"},
      {"get_company_changes", R"({"everything":true,"range":{"limit":1000}})"},
      {"authenticate", R"({"fetch_extra_info":true})"},
  };
  for (const auto& ask : kSearches) {
    CAPTURE(ask.method);
    const auto body = post(ask.method, ask.members).body;
    CHECK(body.starts_with("{\"success\":true"));
    CHECK_FALSE(body.contains("south"));
    CHECK_FALSE(body.contains("joe"));
  }
  CHECK(ok("search_companies", "{}").at("total_count").to_number<int>() == 1);
  CHECK(ok("search_admins", "{}").at("total_count").to_number<int>() == 1);
}

TEST_CASE_FIXTURE(Neighbours, "who acts from above has no name below") {
  REQUIRE(control.run(control.api->companies.create(reseller.caller, {.parent = {}, .name = "Child", .admin_domain = "child.adm", .cluster = {}})));
  REQUIRE(control.run(control.api->administrators.create(reseller.caller, {"child.adm", "kim"}, "secret-kim-1")));
  ok("change_company", R"({"company":"child","attributes":{"limit_users":7}})");
  user = "kim@child.adm";
  password = "secret-kim-1";
  const auto seen = json::serialize(ok("get_company_changes", R"({"everything":true})"));
  CHECK(seen.contains("operator"));
  CHECK_FALSE(seen.contains("north"));
  CHECK_FALSE(json::serialize(ok("search_admins", "{}")).contains("north"));
  CHECK_FALSE(json::serialize(ok("get_company", "{}")).contains("north"));
}
