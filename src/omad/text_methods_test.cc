#include <doctest/doctest.h>

#include "omad/testing.h"

// Bulletins, filters, and what companies have beside their limits.
using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

TEST_CASE("bulletins of a company and of a domain") {
  Face face;
  face.make_domain("example.com");
  for (const auto& [of, owner] : {std::pair<std::string, std::string>("company", R"("company":"north")"), {"domain", R"("domain":"example.com")"}}) {
    CAPTURE(of);
    const auto members = "{" + owner + R"(,"bulletin":"Fridge","type":"auto"})";
    face.ok("change_" + of + "_bulletin", "{" + owner + R"(,"bulletin":"Fridge","type":"auto","bulletin_text":"Subject: Empty it\n\nDear {'name'}"})");
    CHECK(face.ok("get_" + of + "_bulletin", members).at("bulletin_text") == "Subject: Empty it\n\nDear {'name'}");
    CHECK(face.ok("post_" + of + "_bulletin", members).at("delivered").to_number<int>() == 0);
    const auto shown = face.ok("get_" + of, "{" + owner + "}").at("metadata").at("bulletins");
    CHECK(shown.at("auto").at(0).at("bulletin") == "Fridge");
    CHECK(shown.at("auto").at(0).as_object().contains("posttime"));
    CHECK(shown.at("manual").as_array().empty());
    face.ok("change_" + of + "_bulletin", members);  // without a text: it is deleted
    CHECK(face.error("get_" + of + "_bulletin", members) == 2);
    CHECK(face.error("change_" + of + "_bulletin", members) == 2);
    CHECK(face.error("get_" + of + "_bulletin", "{" + owner + R"(,"bulletin":"Fridge","type":"weekly"})") == 5);
    CHECK(face.error("get_" + of + "_bulletin", "{" + owner + R"(,"bulletin":"Fridge"})") == 5);
    CHECK(face.error("change_" + of + "_bulletin", "{" + owner + R"(,"bulletin":"Fridge","type":"auto","bulletin_text":"no headers"})") == 6);
  }
  CHECK(face.error("get_company_bulletin", R"({"company":"south","bulletin":"x","type":"auto"})") == 9);
  CHECK(face.error("get_domain_bulletin", R"({"domain":"south.test","bulletin":"x","type":"auto"})") == 9);
}

TEST_CASE("a user's filters") {
  Face face;
  face.make_domain("example.com");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
  auto made = face.ok("set_sieve", R"({"user":"joe@example.com","ruleset":"managesieve","data":"keep;\r\n","active_rule":"managesieve"})");
  CHECK(json::serialize(made.at("rulesets")) == R"({"managesieve":"updated"})");
  CHECK(made.at("active_rule") == "updated to managesieve");
  made = face.ok("set_sieve", R"({"user":"joe@example.com","ruleset":"managesieve","data":"discard;","active_rule":"managesieve"})");
  CHECK(made.at("active_rule") == "already set to managesieve");
  const auto got = face.ok("get_sieve", R"({"user":"joe@example.com"})");
  CHECK(json::serialize(got.at("rulesets")) == R"({"managesieve":"discard;"})");
  CHECK(got.at("active_rule") == "managesieve");
  face.ok("set_sieve", R"({"user":"joe@example.com","ruleset":"managesieve","data":null})");
  CHECK(face.ok("get_sieve", R"({"user":"joe@example.com"})").at("active_rule").is_null());
  CHECK(face.error("set_sieve", R"({"user":"joe@example.com","ruleset":"x"})") == 2);
  CHECK(face.error("set_sieve", R"({"user":"joe@example.com","ruleset":"\u00fc","data":"keep;"})") == 6);
  CHECK(face.error("set_sieve", R"({"user":"joe@example.com","ruleset":"x","data":")" + std::string(70'000, '#') + "\"}") == 5);
  CHECK(face.error("get_sieve", R"({"user":"zoe@example.com"})") == 2);
  CHECK(face.error("get_sieve", R"({"user":"joe@elsewhere.test"})") == 9);
}

TEST_CASE("a company has contacts, settings for those below it, and who may move domains to it") {
  Face face;
  face.ok("change_company", R"({"company":"inner","attributes":{"name":"Inner","language":"de","brand":"April","spamtag":"[SPAM]","domain_push_allowed":["north"],
          "contacts":[{"type":"abuse","email":"abuse@far.example","name":"Ann","notes":"by day\nonly"}],"stats_mailout":["stats@far.example"]}})");
  auto inner = face.ok("get_company", R"({"company":"inner"})").at("attributes").as_object();
  CHECK(inner.at("language") == "de");
  CHECK(inner.at("brand") == "April");
  CHECK(inner.at("spamtag") == "[SPAM]");
  CHECK(json::serialize(inner.at("domain_push_allowed")) == R"(["north"])");
  CHECK(json::serialize(inner.at("stats_mailout")) == R"(["stats@far.example"])");
  CHECK(inner.at("contacts").at(0).at("notes") == "by day\nonly");
  face.ok("change_company", R"({"company":"inner","attributes":{"contacts":[],"language":""}})");
  inner = face.ok("get_company", R"({"company":"inner"})").at("attributes").as_object();
  CHECK(inner.at("contacts").as_array().empty());
  CHECK(inner.at("language") == "");
  CHECK(inner.at("brand") == "April");
  const std::pair<const char*, int> kCases[] = {
      {R"({"company":"inner","attributes":{"contacts":[{"type":"moon","email":"a@b.example"}]}})", 6},
      {R"({"company":"inner","attributes":{"contacts":[{"type":"abuse","moon":"a@b.example"}]}})", 6},
      {R"({"company":"inner","attributes":{"contacts":"x"}})", 6},
      {R"({"company":"inner","attributes":{"stats_mailout":["nobody"]}})", 6},
      {R"({"company":"inner","attributes":{"domain_push_allowed":["a b"]}})", 6},
  };
  for (const auto& [members, number] : kCases) {
    CAPTURE(members);
    CHECK(face.error("change_company", members) == number);
  }
}
