#include <doctest/doctest.h>

#include "control/testing_codes.h"
#include "omad/testing.h"

// Administrators of companies, by the methods of users.
using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Office : Face {
  Office() { ok("change_company", R"({"company":"inner","attributes":{"name":"Inner"}})"); }
  // By another's credentials; 0: it was done.
  std::int64_t by(const std::string& who, const std::string& word, const std::string& method, const std::string& members = "{}") {
    auto request = json::parse(members).as_object();
    request["credentials"] = {{"user", who}, {"password", word}};
    const auto got = json::parse(post_raw(method, json::serialize(request)).body).as_object();
    return got.at("success").as_bool() ? 0 : got.at("error_number").as_int64();
  }
  json::value roles(const std::string& who) { return ok("get_user", R"({"user":")" + who + "\"}").at("metadata").at("roles"); }
};

}  // namespace

TEST_CASE_FIXTURE(Office, "a company below gets an administrator, who signs in once it has a role") {
  const auto nobody = json::parse(post("get_user", R"({"user":"bob@inner.adm"})").body).as_object();
  CHECK(nobody.at("error_number").as_int64() == 2);
  CHECK(nobody.at("settable_attributes") == json::array{"password"});
  const auto made = ok("change_user", R"({"user":"Bob@INNER.adm","create_only":true,"attributes":{"password":"correct horse"}})");
  CHECK(made.at("state") == "applied");
  CHECK(error("change_user", R"({"user":"bob@inner.adm","create_only":true,"attributes":{"password":"correct horse"}})") == 7);
  CHECK(roles("bob@inner.adm") == json::object{});
  CHECK(by("bob@inner.adm", "correct horse", "authenticate") == 1);
  CHECK(ok("search_admins", "{}").at("total_count").to_number<int>() == 1);
  ok("set_role", R"({"user":"bob@inner.adm","role":"company","object":"inner"})");
  CHECK(by("bob@inner.adm", "correct horse", "get_company", R"({"company":"inner"})") == 0);
  CHECK(by("bob@inner.adm", "correct horse", "get_company", R"({"company":"north"})") == 9);
  const auto bob = ok("get_user", R"({"user":"bob@inner.adm"})");
  CHECK(bob.at("type") == "administrator");
  CHECK(bob.at("attributes").at("account") == "bob@inner.adm");
  CHECK(bob.at("metadata").at("roles") == json::object{{"company", json::array{"inner"}}});
  CHECK(bob.at("metadata").at("2fa_enabled") == false);
  CHECK(bob.at("metadata").at("options").is_object());
  const auto admins = ok("search_admins", R"({"criteria":{"match":"bob@*"}})");
  REQUIRE(admins.at("count").to_number<int>() == 1);
  CHECK(admins.at("admins").at(0).at("control") == json::array{"inner.adm"});
  ok("add_role", R"({"user":"bob@inner.adm","role":"company_ro","object":"north"})");
  CHECK(roles("bob@inner.adm") == json::object{{"company", json::array{"inner"}}, {"company_ro", json::array{"north"}}});
  ok("remove_role", R"({"user":"bob@inner.adm","role":"company_ro","object":"north"})");
  ok("set_role", R"({"user":"bob@inner.adm","role":"company_ro","object":"inner"})");
  CHECK(roles("bob@inner.adm") == json::object{{"company_ro", json::array{"inner"}}});
  ok("remove_role", R"({"user":"bob@inner.adm","role":"company_ro","object":"inner"})");
  CHECK(by("bob@inner.adm", "correct horse", "authenticate") == 1);
}

TEST_CASE_FIXTURE(Office, "passwords of administrators: another's, one's own, and nobody's who may do more") {
  ok("change_user", R"({"user":"bob@inner.adm","attributes":{"password":"correct horse"}})");
  ok("set_role", R"({"user":"bob@inner.adm","role":"company_view","object":"inner"})");
  ok("change_user", R"({"user":"bob@inner.adm","attributes":{"password":"another horse"}})");
  CHECK(by("bob@inner.adm", "correct horse", "authenticate") == 1);
  CHECK(by("bob@inner.adm", "another horse", "change_user", R"({"user":"bob@inner.adm","attributes":{"password":"his own horse"}})") == 0);
  CHECK(by("bob@inner.adm", "his own horse", "authenticate") == 0);
  CHECK(by("bob@inner.adm", "his own horse", "get_user", R"({"user":"bob@inner.adm"})") == 0);
  ok("change_user", R"({"user":"ann@inner.adm","attributes":{"password":"correct horse"}})");
  CHECK(by("bob@inner.adm", "his own horse", "change_user", R"({"user":"ann@inner.adm","attributes":{"password":"x horse"}})") == 4);
  CHECK(by("bob@inner.adm", "his own horse", "change_user", R"({"user":"new@inner.adm","attributes":{"password":"x horse"}})") == 4);
  CHECK(by("bob@inner.adm", "his own horse", "delete_user", R"({"user":"ann@inner.adm"})") == 4);
  // Who administers a company takes over nobody to whom one from above gave more.
  ok("set_role", R"({"user":"bob@inner.adm","role":"company","object":"inner"})");
  ok("set_role", R"({"user":"ann@inner.adm","role":"company","object":"north"})");
  CHECK(by("bob@inner.adm", "his own horse", "change_user", R"({"user":"ann@inner.adm","attributes":{"password":"x horse"}})") == 4);
  CHECK(by("bob@inner.adm", "his own horse", "delete_user", R"({"user":"ann@inner.adm"})") == 4);
  CHECK(by("bob@inner.adm", "his own horse", "set_role", R"({"user":"bob@inner.adm","role":"company","object":"north"})") == 9);
  CHECK(by("ann@inner.adm", "correct horse", "authenticate") == 0);
  CHECK_FALSE(json::serialize(ok("get_user_changes", R"({"user":"bob@inner.adm"})")).contains("horse"));
}

TEST_CASE_FIXTURE(Office, "attributes that an administrator has not are refused, and nothing is done") {
  const char* const kAttributes[] = {R"("name":"Bob")",     R"("notes_external":"x")", R"("quota":1)",          R"("aliases":["b"])",  R"("workgroup":"staff")",
                                     R"("type":"mailbox")", R"("timezone":"UTC")",     R"("service_imap4":"enabled")", R"("brand":"x")", R"("pasword":"x")"};
  for (const auto* const attribute : kAttributes) {
    CAPTURE(attribute);
    CHECK(error("change_user", R"({"user":"bob@inner.adm","attributes":{"password":"correct horse",)" + std::string(attribute) + "}}") == 6);
  }
  CHECK(error("change_user", R"({"user":"bob@inner.adm"})") == 6);
  CHECK(error("change_user", R"({"user":"bob@inner.adm","attributes":{"password":""}})") == 6);
  CHECK(error("change_user", R"({"user":"b..b@inner.adm","attributes":{"password":"correct horse"}})") == 6);
  CHECK(error("change_user", R"({"user":"@inner.adm","attributes":{"password":"correct horse"}})") == 6);
  CHECK(error("get_user", R"({"user":"bob@inner.adm"})") == 2);
  CHECK(error("rename_user", R"({"user":"bob@inner.adm","new_name":"bo@inner.adm"})") == 4);
  CHECK(error("restore_user", R"({"user":"bob@inner.adm"})") == 4);
  CHECK(control.query("SELECT id FROM administrators").size() == 1);
}

TEST_CASE_FIXTURE(Office, "administrators are deleted, but not by themselves, and listed by search_users") {
  for (const auto* const name : {"bob", "ann", "cy"}) ok("change_user", R"({"user":")" + std::string(name) + R"(@inner.adm","attributes":{"password":"correct horse"}})");
  ok("set_role", R"({"user":"bob@inner.adm","role":"company","object":"inner"})");
  const auto all = ok("search_users", R"({"criteria":{"domain":"inner.adm"}})");
  CHECK(all.at("total_count").to_number<int>() == 3);
  CHECK(all.at("users").at(0).at("user") == "ann@inner.adm");
  CHECK(all.at("users").at(0).at("type") == "administrator");
  const auto some = ok("search_users", R"({"criteria":{"domain":"INNER.adm","match":"?*n*"},"range":{"first":0,"limit":1},"fields":["user"]})");
  CHECK(some.at("users") == json::array{json::object{{"user", "ann@inner.adm"}}});
  CHECK(ok("search_users", R"({"criteria":{"domain":"inner.adm"},"sort":{"direction":"desc"},"range":{"first":2}})").at("users").at(0).at("user") == "ann@inner.adm");
  CHECK(ok("search_users", R"({"criteria":{"domain":"inner.adm","type":["mailbox"]}})").at("total_count").to_number<int>() == 0);
  CHECK(error("search_users", R"({"criteria":{"domain":"inner.adm","workgroup":"staff"}})") == 2);
  CHECK(by("bob@inner.adm", "correct horse", "delete_user", R"({"user":"bob@inner.adm"})") == 4);
  CHECK(by("bob@inner.adm", "correct horse", "delete_user", R"({"user":"cy@inner.adm"})") == 0);
  CHECK(by("bob@inner.adm", "correct horse", "delete_user", R"({"user":"cy@inner.adm"})") == 2);
  ok("delete_user", R"({"user":"bob@inner.adm"})");
  CHECK(by("bob@inner.adm", "correct horse", "authenticate") == 1);
  CHECK(ok("search_users", R"({"criteria":{"domain":"inner.adm"}})").at("total_count").to_number<int>() == 1);
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Office, "a second factor is shown") {
  control::testing::Device device(control);
  const auto token = std::string(ok("generate_token", R"({"user":"admin@north.adm","reason":"x","type":"oma"})").at("token").as_string());
  device.enrol(reseller.caller);
  password = token;
  CHECK(ok("get_user", R"({"user":"admin@north.adm"})").at("metadata").at("2fa_enabled") == true);
}
