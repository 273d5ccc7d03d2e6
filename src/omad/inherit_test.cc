#include <doctest/doctest.h>

#include "omad/testing.h"

// What is unset is inherited, and null or an empty text unsets: users, domains and companies.
using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Inherited : Face {
  Inherited() {
    make_domain("example.com");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
  }
  json::value attribute(const std::string& what, const std::string& name, const std::string& attribute) {
    const auto told = ok("get_" + what, json::serialize(json::object{{what, name}})).at("attributes").as_object();
    return told.contains(attribute) ? told.at(attribute) : json::value(nullptr);
  }
  void set(const std::string& what, const std::string& name, const std::string& attribute, const json::value& value) {
    CAPTURE(what);
    CAPTURE(attribute);
    CAPTURE(json::serialize(value));
    ok("change_" + what, json::serialize(json::object{{what, name}, {"attributes", {{attribute, value}}}}));
  }
};

struct Setting {
  const char* name;
  json::value outer;
  json::value inner;
  json::value none;  // as it is told where nobody sets it
};

const Setting kSettings[] = {
    {"brand", "April", "May", ""},
    {"filterdelivery", "quarantine", "passthrough", ""},
    {"language", "de", "pt-BR", ""},
    {"reject_spam", true, false, nullptr},
    {"service_smtprelay_webmail", "disabled", "enabled", nullptr},
    {"smtp_sent_limit", 100, 0, nullptr},
    {"spamfolder", "Spam", "Junk", ""},
    {"spamheader", "X-Spam", "X-Junk", ""},
    {"spamlevel", "High", "Very High", ""},
    {"spamtag", "[spam]", "[junk]", ""},
    {"timezone", "Europe/Berlin", "Asia/Tokyo", ""},
    {"allow", json::array{"a@x.test"}, json::array{"b@x.test"}, json::array{}},
};
const Setting kOfDomains[] = {
    {"password_strength", "good", "weak", "null"},
    {"quota", 1000, 2000, nullptr},
    {"quota_maximum", 100'000, 0, nullptr},
    {"service_imap4", "disabled", "enabled", nullptr},
    {"service_pop3", "suspended", "enabled", nullptr},
    {"service_smtpin", "disabled", "enabled", nullptr},
    {"service_smtprelay", "disabled", "enabled", nullptr},
    {"service_webmail", "disabled", "enabled", nullptr},
    {"workgroup", "sales", "support", nullptr},
};

}  // namespace

TEST_CASE_FIXTURE(Inherited, "null and an empty text unset what inherits") {
  const auto is_list = [](const json::value& value) { return value.is_array(); };
  const auto check = [&](const Setting& setting, const std::string& what, const std::string& name, const std::string& outer_what, const std::string& outer_name) {
    CAPTURE(what);
    CAPTURE(setting.name);
    set(outer_what, outer_name, setting.name, setting.outer);
    CHECK(attribute(what, name, setting.name) == setting.outer);
    for (const json::value& unset : {json::value(nullptr), json::value("")}) {
      set(what, name, setting.name, setting.inner);
      if (!is_list(setting.inner)) CHECK(attribute(what, name, setting.name) == setting.inner);
      set(what, name, setting.name, unset);
      CHECK(attribute(what, name, setting.name) == setting.outer);
    }
    set(outer_what, outer_name, setting.name, nullptr);
    CHECK(attribute(what, name, setting.name) == setting.none);
  };
  for (const auto& setting : kSettings) {
    check(setting, "user", "joe@example.com", "domain", "example.com");
    check(setting, "domain", "example.com", "company", "north");
  }
  for (const auto& setting : kOfDomains) check(setting, "domain", "example.com", "company", "north");
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Inherited, "limits are taken away by null, an empty text and a number below nothing") {
  ok("change_company", R"({"company":"inner","attributes":{}})");
  for (const json::value& none : {json::value(nullptr), json::value(""), json::value(-1), json::value("-1")}) {
    for (const char* limit : {"limit_users", "limit_aliases"}) {
      set("domain", "example.com", limit, 5);
      CHECK(attribute("domain", "example.com", limit) == 5);
      set("domain", "example.com", limit, none);
      CHECK(attribute("domain", "example.com", limit) == nullptr);
    }
    for (const char* limit : {"limit_domains", "limit_users", "limit_storage", "limit_messages"}) {
      set("company", "inner", limit, 5);
      CHECK(attribute("company", "inner", limit) == 5);
      set("company", "inner", limit, none);
      CHECK(attribute("company", "inner", limit) == nullptr);
    }
  }
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"limit_users":"many"}})") == 6);
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"quota":-1}})") == 6);
}

TEST_CASE_FIXTURE(Inherited, "no maximum of quotas, and the most where a domain's quota is more") {
  set("domain", "example.com", "quota_maximum", 0);
  ok("change_user", R"({"user":"ann@example.com","attributes":{"password":"correct horse"}})");
  set("user", "ann@example.com", "quota", 0);
  set("domain", "example.com", "quota_maximum", 5000);
  CHECK(error("change_user", R"({"user":"ann@example.com","attributes":{"quota":5001}})") == 20);
  ok("change_user", R"({"user":"kim@example.com","attributes":{"password":"correct horse"}})");
  CHECK(attribute("user", "kim@example.com", "quota") == 5000);
}

TEST_CASE_FIXTURE(Inherited, "new users have their domain's services, workgroup and quota, and get them again") {
  set("company", "north", "service_pop3", "disabled");
  ok("change_domain", R"({"domain":"example.com","attributes":{"service_webmail":"suspended","workgroup":"sales","quota":7000}})");
  const auto nobody = json::parse(post("get_user", R"({"user":"ann@example.com"})").body);
  CHECK(nobody.at("metadata").at("defaults").at("workgroup") == "sales");
  ok("change_user", R"({"user":"ann@example.com","attributes":{"password":"correct horse","service_imap4":"disabled"}})");
  const std::string ann = "ann@example.com";
  CHECK(attribute("user", ann, "workgroup") == "sales");
  CHECK(attribute("user", ann, "service_webmail") == "suspended");
  CHECK(attribute("user", ann, "service_pop3") == "disabled");
  CHECK(attribute("user", ann, "service_imap4") == "disabled");
  CHECK(attribute("user", ann, "service_smtpin") == "enabled");
  CHECK(attribute("user", ann, "quota") == 7000);
  // Those there are keep theirs, until they are told to have the domain's.
  CHECK(attribute("user", "joe@example.com", "service_webmail") == "enabled");
  set("user", "joe@example.com", "service_webmail", nullptr);
  CHECK(attribute("user", "joe@example.com", "service_webmail") == "suspended");
  set("user", ann, "service_imap4", "");
  CHECK(attribute("user", ann, "service_imap4") == "enabled");
  set("user", ann, "quota", 5);
  set("user", ann, "quota", nullptr);
  CHECK(attribute("user", ann, "quota") == 7000);
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"workgroup":"a/b"}})") == 6);
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"service_imap4":"sleeping"}})") == 6);
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Inherited, "a user's filter is an attribute too") {
  CHECK(attribute("user", "joe@example.com", "sieve") == "");
  set("user", "joe@example.com", "sieve", "keep;\n");
  CHECK(attribute("user", "joe@example.com", "sieve") == "keep;\n");
  auto scripts = ok("get_sieve", R"({"user":"joe@example.com"})");
  const auto name = std::string(scripts.at("active_rule").as_string());
  CHECK(scripts.at("rulesets").at(name) == "keep;\n");
  // The active one is meant, whatever its name.
  ok("set_sieve", R"({"user":"joe@example.com","ruleset":"mine","data":"discard;\n","active_rule":"mine"})");
  set("user", "joe@example.com", "sieve", "stop;\n");
  scripts = ok("get_sieve", R"({"user":"joe@example.com"})");
  CHECK(scripts.at("active_rule") == "mine");
  CHECK(scripts.at("rulesets").at("mine") == "stop;\n");
  set("user", "joe@example.com", "sieve", "");
  CHECK(attribute("user", "joe@example.com", "sieve") == "");
  CHECK_FALSE(ok("get_sieve", R"({"user":"joe@example.com"})").at("rulesets").as_object().contains("mine"));
  set("user", "joe@example.com", "sieve", "");
  ok("change_user", R"({"user":"ann@example.com","attributes":{"password":"correct horse","sieve":"keep;\n"}})");
  CHECK(attribute("user", "ann@example.com", "sieve") == "keep;\n");
  const auto changes = control.query("SELECT count(*) FROM changes")[0][0].number();
  CHECK(error("change_user", json::serialize(json::object{{"user", "joe@example.com"}, {"attributes", {{"title", "Changed"}, {"sieve", std::string(70'000, 'x')}}}})) == 6);
  CHECK(control.query("SELECT count(*) FROM changes")[0][0].number() == changes);
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Inherited, "spam levels, time zones and languages that there are not") {
  struct Case {
    const char* attribute;
    const char* value;
    const char* kept;  // null: refused
  };
  const Case kCases[] = {
      {"spamlevel", "Bananas", nullptr}, {"spamlevel", "very high", "Very High"}, {"spamlevel", "Normal", "Normal"},
      {"timezone", "Mars/Phobos", nullptr}, {"timezone", "Etc/Unknown", nullptr}, {"timezone", "GMT+25", nullptr}, {"timezone", "UTC", "UTC"}, {"timezone", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"}, {"timezone", "US/Eastern", "US/Eastern"},
      {"language", "Bananas", nullptr}, {"language", "e", nullptr}, {"language", "de--CH", nullptr}, {"language", "12", nullptr}, {"language", "de-", nullptr},
      {"language", "de", "de"}, {"language", "en_US", "en-US"}, {"language", "zh-Hant-TW", "zh-Hant-TW"},
  };
  for (const auto& [name, value, kept] : kCases) {
    for (const auto& [what, object] : {std::pair("user", "joe@example.com"), std::pair("domain", "example.com"), std::pair("company", "north")}) {
      CAPTURE(what);
      CAPTURE(value);
      if (kept == nullptr) {
        CHECK(error(std::string("change_") + what, json::serialize(json::object{{what, object}, {"attributes", {{name, value}}}})) == 6);
      } else {
        set(what, object, name, value);
        CHECK(attribute(what, object, name) == kept);
      }
    }
  }
}

TEST_CASE_FIXTURE(Inherited, "the filter alone delivers, or the other ways do") {
  const std::string joe = "joe@example.com";
  ok("change_user", R"({"user":"joe@example.com","attributes":{"forward_recipients":["a@b.test"],"delivery_forward":true,"delivery_local":true,"autoresponder":"Away.","delivery_autoresponder":true}})");
  set("user", joe, "delivery_filter", true);
  for (const char* other : {"delivery_forward", "delivery_local", "delivery_autoresponder"}) CHECK(attribute("user", joe, other) == false);
  CHECK(attribute("user", joe, "delivery_filter") == true);
  CHECK(attribute("user", joe, "autoresponder") == "Away.");
  CHECK(attribute("user", joe, "forward_recipients") == json::array{"a@b.test"});
  for (const char* other : {"delivery_forward", "delivery_local", "delivery_autoresponder"}) {
    CAPTURE(other);
    ok("change_user", json::serialize(json::object{{"user", joe}, {"attributes", {{"delivery_filter", true}, {other, false}}}}));
    CHECK(error("change_user", json::serialize(json::object{{"user", joe}, {"attributes", {{"delivery_filter", true}, {other, true}}}})) == 6);
    set("user", joe, other, true);
    CHECK(attribute("user", joe, "delivery_filter") == false);
    CHECK(attribute("user", joe, other) == true);
    set("user", joe, "delivery_filter", true);
  }
}
