#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "control/operator.h"
#include "control/testing_codes.h"

namespace postroad::control {
namespace {
using namespace testing;
namespace json = boost::json;

struct Desk : Control {
  Operator desk{*loop, *api, log};
  json::object ask(const std::string& line) { return json::parse(run(desk.answer(line))).as_object(); }
  json::object ok(const std::string& line) {
    auto made = ask(line);
    CAPTURE(line);
    CAPTURE(json::serialize(made));
    CHECK_FALSE(made.contains("error"));
    return made;
  }
  std::string error(const std::string& line) {
    const auto made = ask(line);
    CAPTURE(line);
    return made.contains("error") ? std::string(made.at("error").as_string()) : "none";
  }
  std::string enter(const std::string& password, const std::string& code = {}, const std::string& peer = "192.0.2.9") {
    return code_of(run(api->sign_in.verify("admin", "first.adm", password, "test", peer, code)));
  }
};

constexpr auto kFirst = R"({"command":"company_create","admin_domain":"first.adm","name":"First","cluster":"a","limits":{"domains":5,"mailboxes":100,"storage":null},)"
                        R"("administrator":"admin","password":"a very long word"})";

TEST_CASE_FIXTURE(Desk, "the first company and its administrator, who signs in") {
  const auto made = ok(kFirst);
  CHECK(made.at("company").at("amounts").at("mailboxes").at("limit").to_number<int>() == 100);
  CHECK(made.at("company").at("amounts").at("storage").at("limit").is_null());
  CHECK_FALSE(json::serialize(made).contains("a very long word"));
  CHECK(enter("a very long word") == "ok");
  ok(R"({"command":"company_create","admin_domain":"below.adm","name":"Below","parent":"first.adm","limits":{"mailboxes":40}})");
  const auto list = ok(R"({"command":"company_list"})");
  CHECK(list.at("total").to_number<int>() == 2);
  CHECK(list.at("companies").at(0).at("parent") == "first.adm");
  CHECK(ok(R"({"command":"company_list","under":"first.adm"})").at("total").to_number<int>() == 1);
  CHECK(ok(R"({"command":"company_list","match":"fir*"})").at("total").to_number<int>() == 1);
  const auto shown = ok(R"({"command":"company_show","company":"first.adm"})");
  CHECK(shown.at("company").at("amounts").at("mailboxes").at("used").to_number<int>() == 40);  // what is given on
  CHECK(shown.at("administrators").at(0).at("name") == "admin");
  CHECK(ok(R"({"command":"company_limits","company":"first.adm","limits":{"mailboxes":50}})").at("company").at("amounts").at("mailboxes").at("limit").to_number<int>() == 50);
  ok(R"({"command":"company_delete","company":"below.adm"})");
}

TEST_CASE_FIXTURE(Desk, "what can't be done is said, and nothing is changed") {
  ok(kFirst);
  struct Case {
    const char* name;
    const char* line;
    const char* says;
  };
  const Case kCases[] = {
      {"it is there", kFirst, "not available"},
      {"no administrators' domain", R"({"command":"company_create","admin_domain":"second.test","name":"Second"})", ".adm"},
      {"an unknown parent", R"({"command":"company_create","admin_domain":"second.adm","name":"Second","parent":"ghost.adm"})", "no such company"},
      {"an unknown cluster", R"({"command":"company_create","admin_domain":"second.adm","name":"Second","cluster":"x"})", "no cluster"},
      {"a limit of another name", R"({"command":"company_limits","company":"first.adm","limits":{"mails":5}})", "no limit"},
      {"a limit that is none", R"({"command":"company_limits","company":"first.adm","limits":{"mailboxes":"many"}})", "a number"},
      {"no limit", R"({"command":"company_limits","company":"first.adm"})", "name a limit"},
      {"a company that is not there", R"({"command":"company_show","company":"ghost.adm"})", "no such company"},
      {"no name", R"({"command":"administrator_password","user":"admin","password":"x"})", "admin@north.adm"},
      {"no password", R"({"command":"administrator_create","user":"ann@first.adm"})", "password is empty"},
      {"an unknown role", R"({"command":"administrator_create","user":"ann@first.adm","role":"king","password":"a very long word"})", "no role"},
      {"who is not there", R"({"command":"administrator_unlock","user":"ann@first.adm"})", "no such administrator"},
      {"no such token", R"({"command":"token_revoke","id":"t1"})", "no such token"},
      {"no such domain", R"({"command":"audit","domain":"ghost.test"})", "no domain"},
  };
  for (const auto& [name, line, says] : kCases) {
    CAPTURE(name);
    const auto said = error(line);
    CAPTURE(said);
    CHECK(said.contains(says));
  }
  CHECK(ok(R"({"command":"company_list"})").at("total").to_number<int>() == 1);
  CHECK(error(R"({"command":"company_create","admin_domain":"second.adm","name":"Second","administrator":"b c","password":"a very long word"})").contains("the company was created"));
}

TEST_CASE_FIXTURE(Desk, "an administrator is let in again") {
  ok(kFirst);
  for (int n = 0; n < 3; ++n) CHECK(enter("guess") == code::kSignInFailed);
  CHECK(enter("a very long word") == code::kTooManyFailures);
  CHECK(ok(R"({"command":"administrator_unlock","user":"Admin@first.adm"})").at("count").to_number<int>() == 1);
  CHECK(enter("a very long word") == "ok");
  for (int n = 0; n < 3; ++n) CHECK(enter("guess") == code::kSignInFailed);
  CHECK(ok(R"({"command":"administrator_unlock","address":"192.0.2.10"})").at("count").to_number<int>() == 0);
  CHECK(ok(R"({"command":"administrator_unlock","address":"192.0.2.9"})").at("count").to_number<int>() == 2);
  CHECK(enter("a very long word") == "ok");

  const auto caller = run(api->sign_in.verify("admin", "first.adm", "a very long word", "test", "192.0.2.9")).value();
  Device device(*this);
  device.enrol(caller);
  CHECK(enter("a very long word") == code::kSecondFactor);
  for (int n = 0; n < 10; ++n) CHECK(enter("a very long word", device.wrong_code()) == code::kSecondFactor);
  CHECK(enter("a very long word", device.code()) == code::kTooManyFailures);
  ok(R"({"command":"administrator_unlock","user":"admin@first.adm"})");
  CHECK(enter("a very long word", device.code()) == "ok");
  CHECK(ok(R"({"command":"administrator_list","company":"first.adm"})").at("administrators").at(0).at("second_factor").as_bool());
  ok(R"({"command":"administrator_reset_totp","user":"admin@first.adm"})");
  CHECK(enter("a very long word") == "ok");
  ok(R"({"command":"administrator_password","user":"admin@first.adm","password":"another long word"})");
  CHECK(enter("a very long word") == code::kSignInFailed);
  CHECK(enter("another long word") == "ok");
}

TEST_CASE_FIXTURE(Desk, "tokens are listed without themselves, and revoked") {
  ok(kFirst);
  const auto caller = run(api->sign_in.verify("admin", "first.adm", "a very long word", "test", "192.0.2.9")).value();
  const auto one = run(api->tokens.make(caller, {.reason = "billing"})).value();
  run(api->tokens.make(caller, {.reason = "portal"})).value();
  const auto listed = ok(R"({"command":"token_list","user":"admin@first.adm"})");
  CHECK(listed.at("tokens").as_array().size() == 2);
  CHECK_FALSE(json::serialize(listed).contains("prt_"));
  ok(R"({"command":"token_revoke","id":")" + one.id + "\"}");
  CHECK(code_of(run(api->sign_in.verify_token(one.text, "test", "192.0.2.9"))) == code::kSignInFailed);
  CHECK(ok(R"({"command":"token_revoke","user":"admin@first.adm"})").at("count").to_number<int>() == 1);
  ok(R"({"command":"administrator_create","user":"ann@first.adm","role":"company_ro","password":"a very long word"})");
  ok(R"({"command":"administrator_delete","user":"admin@first.adm"})");
  CHECK(ok(R"({"command":"company_show","company":"first.adm"})").at("administrators").as_array().size() == 1);
}

TEST_CASE_FIXTURE(Desk, "operators see who changed what, themselves too; one request has one id") {
  ok(kFirst);
  const auto entries = ok(R"({"command":"audit","company":"first.adm"})").at("entries").as_array();
  REQUIRE(entries.size() == 3);  // its administrator, its limits, itself
  CHECK(entries[0].at("actor") == "operator");
  CHECK(entries[0].at("face") == "operator");
  CHECK(entries[0].at("request") == entries[2].at("request"));
  CHECK_FALSE(entries[0].at("request").as_string().empty());
  CHECK(entries[0].at("time").as_string().ends_with("Z"));
  CHECK(std::string_view(entries[0].at("what").as_string()).contains("company \"\" -> \"first.adm\""));
  CHECK(entries[0].at("object").as_string().starts_with("user/p"));
  CHECK(entries[0].at("fields").as_array()[0].at("to").as_string().starts_with("o"));  // as it is kept
  const auto first = ok(R"({"command":"audit","most":1})");
  CHECK(first.at("entries").as_array().size() == 1);
  CHECK(ok(R"({"command":"audit","most":10,"after":")" + std::string(first.at("after").as_string()) + "\"}").at("entries").as_array().size() == 2);
  CHECK(ok(R"({"command":"audit","kind":"administrator.put","actor":"operator"})").at("entries").as_array().size() == 1);
  CHECK(ok(R"({"command":"audit","from":4000000000})").at("entries").as_array().empty());
}

}  // namespace
}  // namespace postroad::control
