#include <doctest/doctest.h>

#include <set>

#include "control/testing_codes.h"
#include "omad/service.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Signing : Face {
  Signing() { make_domain("example.com"); }
  // With other credentials than the reseller's.
  json::object by(const json::object& credentials, const std::string& method, const std::string& members = "{}") {
    auto request = json::parse(members).as_object();
    request["credentials"] = credentials;
    return json::parse(post_raw(method, json::serialize(request)).body).as_object();
  }
  json::object by_token(const std::string& token, const std::string& method = "authenticate", const std::string& members = "{}", const std::string& who = "admin@north.adm") {
    return by({{"user", who}, {"token", token}}, method, members);
  }
  static bool is_good(const json::object& reply) { return reply.at("success").as_bool(); }
  static std::int64_t number(const json::object& reply) { return is_good(reply) ? 0 : reply.at("error_number").as_int64(); }
  std::string make_token(const std::string& members) { return std::string(ok("generate_token", members).at("token").as_string()); }
};

}  // namespace

TEST_CASE_FIXTURE(Signing, "a session's token takes the password's place until it ends") {
  const auto plain = ok("authenticate", "{}");
  CHECK_FALSE(plain.contains("session_token"));
  const auto made = ok("authenticate", R"({"generate_session_token":true,"session_token_duration":60,"fetch_extra_info":true})");
  CHECK(made.at("session_token_duration").to_number<int>() == 60);
  CHECK(made.at("extra_info").at("user") == "admin@north.adm");
  CHECK(made.at("extra_info").at("roles").at(0).at("role") == "company");
  const std::string token(made.at("session_token").as_string());
  CHECK(is_good(by_token(token, "get_domain", R"({"domain":"example.com"})")));
  CHECK(is_good(by({{"token", token}}, "authenticate")));                      // its holder need not be named
  CHECK(number(by_token(token, "authenticate", "{}", "other@north.adm")) == 1);
  CHECK(number(by_token(token + "0")) == 1);
  control.world.run_for(std::chrono::seconds(61));
  CHECK(number(by_token(token)) == 1);
  CHECK(error("authenticate", R"({"generate_session_token":1,"session_token_duration":0})") == 5);
  CHECK(error("authenticate", R"({"generate_session_token":1,"session_token_duration":86401})") == 5);
  CHECK(ok("authenticate", R"({"generate_session_token":1})").at("session_token_duration").to_number<int>() == 10'800);
}

TEST_CASE_FIXTURE(Signing, "tokens of each kind") {
  const auto raw = post("generate_token", R"({"user":"admin@north.adm","reason":"billing","type":"oma","duration":2})").body;
  CHECK(raw.contains("\"token\":\"prt_"));
  CHECK(raw.substr(raw.find("\"token\"")).contains("\", \"audit\":"));  // as clients that match text look for it
  const auto made = json::parse(raw).as_object();
  CHECK(made.at("duration").to_number<int>() == 2);
  const std::string api(made.at("token").as_string());
  CHECK(is_good(by_token(api)));
  CHECK(is_good(by_token(api)));
  const auto once = make_token(R"({"user":"admin@north.adm","reason":"portal","type":"sso","duration":1})");
  const auto signed_on = by_token(once);
  CHECK(is_good(signed_on));
  CHECK(is_good(by_token(std::string(signed_on.at("session_token").as_string()))));
  CHECK(number(by_token(once)) == 1);
  const auto chosen = make_token(R"({"user":"admin@north.adm","reason":"x","oma":1,"token":"chosen by its own user"})");
  CHECK(chosen == "chosen by its own user");
  CHECK(is_good(by_token(chosen)));
  CHECK(error("generate_token", R"({"user":"admin@north.adm","reason":"x","token":"short"})") == 6);
  CHECK(error("generate_token", R"({"user":"admin@north.adm"})") == 5);
  CHECK(error("generate_token", R"({"user":"admin@north.adm","reason":"x","type":"ever"})") == 5);
  CHECK(error("generate_token", R"({"user":"admin@north.adm","reason":"x","duration":0})") == 5);
  CHECK(error("generate_token", R"({"user":"admin@north.adm","reason":"x","duration":25})") == 6);  // a session ends within a day
  CHECK(error("generate_token", R"({"user":"nobody@north.adm","reason":"x"})") == 2);
  // In the password's place, for clients that have nothing else.
  CHECK(is_good(by({{"user", "admin@north.adm"}, {"password", api}}, "authenticate")));
  ok("revoke_token", R"({"id":")" + std::string(made.at("id").as_string()) + "\"}");
  CHECK(number(by_token(api)) == 1);
  CHECK(error("revoke_token", R"({"id":"t22222222222222222222222222"})") == 2);
  CHECK(is_good(by_token(chosen)));
  ok("revoke_token", R"({"user":"admin@north.adm"})");
  CHECK(number(by_token(chosen)) == 1);
}

TEST_CASE_FIXTURE(Signing, "a token may give less") {
  const auto reads = make_token(R"({"user":"admin@north.adm","reason":"report","type":"oma","role":"company_ro"})");
  CHECK(is_good(by_token(reads, "get_domain", R"({"domain":"example.com"})")));
  CHECK(number(by_token(reads, "change_domain", R"({"domain":"example.com","attributes":{"timezone":"UTC"}})")) == 4);
  const auto domain = make_token(R"({"user":"admin@north.adm","reason":"site","type":"oma","role":"domain","object":"example.com"})");
  make_domain("other.example.com");
  CHECK(is_good(by_token(domain, "change_domain", R"({"domain":"example.com","attributes":{"timezone":"UTC"}})")));
  CHECK(number(by_token(domain, "get_domain", R"({"domain":"other.example.com"})")) == 9);
}

TEST_CASE_FIXTURE(Signing, "who has a second factor gives its code apart or at the password's end, or comes by a token") {
  control::testing::Device device(control);
  device.enrol(reseller.caller);
  const auto with = [&](const std::string& word, const std::string& code = {}) {
    json::object given{{"user", "admin@north.adm"}, {"password", word}};
    if (!code.empty()) given["code"] = code;
    return by(given, "authenticate", R"({"generate_session_token":true})");
  };
  const auto bare = with("secret-north");
  CHECK(number(bare) == 1);
  CHECK(std::string(bare.at("error").as_string()).contains("second factor"));
  CHECK(number(with("secret-north" + device.wrong_code())) == 1);
  CHECK(number(with("secret-north", device.wrong_code())) == 1);
  const auto code = device.code();
  const auto in = with("secret-north" + code);
  CHECK(is_good(in));
  CHECK(number(with("secret-north", code)) == 1);  // it was used
  CHECK(is_good(by_token(std::string(in.at("session_token").as_string()))));
  control.world.run_for(sasl::kTotpStep * 2);
  CHECK(is_good(with("secret-north", device.code())));
  CHECK(is_good(with("secret-north", device.recovery[0])));
  // A wrong password's code tells nothing.
  const auto wrong = with("secret-south" + device.code());
  CHECK(wrong.at("error") == with("secret-south").at("error"));
}

TEST_CASE_FIXTURE(Signing, "a second factor is enabled, confirmed, and taken away by who administers") {
  const auto made = ok("enable_2fa", "{}");
  CHECK(made.at("uri").as_string().starts_with("otpauth://totp/"));
  CHECK(error("confirm_2fa", R"({"code":"x"})") == 1);
  const auto secret = control::testing::from_base32(std::string(made.at("secret").as_string()));
  const auto step = std::chrono::duration_cast<std::chrono::seconds>(control.loop->clock().now().time_since_epoch()) / sasl::kTotpStep;
  const auto confirmed = ok("confirm_2fa", R"({"code":")" + sasl::hotp_code(secret, static_cast<std::uint64_t>(step)) + "\"}");
  CHECK(confirmed.at("recovery_codes").as_array().size() == control::kRecoveryCodes);
  CHECK(error("authenticate", "{}") == 1);
  REQUIRE(control.run(control.api->administrators.create(reseller.caller, {"north.adm", "ann"}, "secret-ann-1")));
  CHECK(is_good(by({{"user", "ann@north.adm"}, {"password", "secret-ann-1"}}, "user_disable_2fa", R"({"user":"admin@north.adm"})")));
  CHECK(is_good(by({{"user", "admin@north.adm"}, {"password", "secret-north"}}, "authenticate")));
  CHECK(error("user_disable_2fa", R"({"user":"admin@ghost.adm"})") == 9);
}

TEST_CASE_FIXTURE(Signing, "who guesses is held up, and not the owner; what is said tells nothing") {
  REQUIRE(control.run(control.api->administrators.create(reseller.caller, {"north.adm", "closed", "company_token_only"}, "secret-closed")));
  const auto ask = [&](const std::string& who, const std::string& word, const std::string& peer) {
    const json::object request{{"credentials", {{"user", who}, {"password", word}}}};
    auto reply = json::parse(control.run(service->answer({"POST", "/api/authenticate", {}, json::serialize(request), peer})).body).as_object();
    reply.erase("audit");
    return reply;
  };
  for (const auto* const who : {"admin@north.adm", "nobody@north.adm", "admin@south.adm", "closed@north.adm", "joe@example.com"}) {
    CAPTURE(who);
    std::set<std::string> said;
    for (int n = 0; n < 3; ++n) said.insert(json::serialize(ask(who, "guess", "198.51.100.1")));
    CHECK(said == std::set<std::string>{R"({"success":false,"error_number":1,"error":"unknown administrator or wrong password"})"});
    // Held up, whether there is such an administrator or not, and whether the password is right or not.
    const auto held = ask(who, "secret-north", "198.51.100.1");
    CHECK(held.at("error_number").as_int64() == 23);
    CHECK(held.at("error").as_string().starts_with("too many failed logins from your address: try again in "));
  }
  CHECK(is_good(ask("admin@north.adm", "secret-north", "198.51.100.2")));
  CHECK(is_good(by_token(make_token(R"({"user":"admin@north.adm","reason":"x","type":"oma"})"))));
}

TEST_CASE_FIXTURE(Signing, "application passwords, four at most, are shown once and listed without themselves") {
  ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
  const auto change = [](const std::string& mode, const std::string& tag) {
    return json::serialize(json::object{{"user", "joe@example.com"}, {"mode", mode}, {"tag", tag}});
  };
  std::string first;
  for (const auto* const tag : {"phone", "tablet", "desk", "home"}) {
    const auto made = ok("app_password", change("add", tag));
    CHECK(made.at("app_password").as_string().size() == 22);
    if (first.empty()) first = made.at("app_password").as_string();
  }
  CHECK(error("app_password", change("add", "fifth")) == 20);
  CHECK(error("app_password", change("add", "phone")) == 7);
  CHECK(error("app_password", change("take", "phone")) == 5);
  const auto shown = ok("get_user", R"({"user":"joe@example.com"})").at("metadata").at("app_passwords").as_array();
  REQUIRE(shown.size() == 4);
  CHECK(shown[0].at("tag") == "desk");
  CHECK_FALSE(json::serialize(shown).contains(first));
  ok("app_password", change("remove", "phone"));
  CHECK(error("app_password", change("remove", "phone")) == 2);
  CHECK(ok("get_user", R"({"user":"joe@example.com"})").at("metadata").at("app_passwords").as_array().size() == 3);
  CHECK(number(by({{"user", "joe@example.com"}, {"password", first}}, "authenticate")) == 1);
}

TEST_CASE_FIXTURE(Signing, "logging somebody out ends sessions, at the cluster too, and no API token") {
  ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
  const auto api = make_token(R"({"user":"admin@north.adm","reason":"x","type":"oma"})");
  const auto session = make_token(R"({"user":"admin@north.adm","reason":"x","type":"session"})");
  const auto self = ok("logout_user", R"({"user":"admin@north.adm"})");
  CHECK(self.at("tokens").to_number<int>() == 1);
  CHECK(number(by_token(session)) == 1);
  CHECK(is_good(by_token(api)));
  control.reach.on_call = [](const std::string&, const std::string&, const std::string&) { return R"({"count":2,"folders":[]})"; };
  CHECK(ok("logout_user", R"({"user":"joe@example.com"})").at("sessions").to_number<int>() == 2);
  CHECK(error("logout_user", R"({"user":"joe@south.test"})") == 9);
  control.reach.on_call = nullptr;
  CHECK(error("logout_user", R"({"user":"joe@example.com"})") == 25);
}
