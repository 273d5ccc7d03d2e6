#include <doctest/doctest.h>

#include "omad/testing.h"

// What attributes may hold, against hostile input: an error that says what is wrong, and nothing of the request done.
using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

std::string user_with(const std::string& attribute, const json::value& value) {
  return json::serialize(json::object{{"user", "joe@example.com"}, {"attributes", {{attribute, value}, {"name", "Changed"}}}});
}

json::string text(std::size_t size) { return json::string(size, 'x'); }

json::array many(std::size_t count, const std::string& before, const std::string& behind) {
  json::array made;
  for (std::size_t n = 0; n < count; ++n) made.emplace_back(before + std::to_string(n) + behind);
  return made;
}

struct Hostile : Face {
  Hostile() {
    make_domain("example.com");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse","name":"Joe","aliases":["joey"]}})");
  }
  std::string name() { return std::string(ok("get_user", R"({"user":"joe@example.com"})").at("attributes").at("name").as_string()); }
};

TEST_CASE("attributes of users that can't be: an error, and nothing else of the request is done") {
  struct Case {
    const char* name;
    const char* attribute;
    json::value value;
  };
  const json::string nul("a\0b", 3);
  const Case kCases[] = {
      {"a long title", "title", text(201)},
      {"NUL in a title", "title", nul},
      {"a line end in a phone number", "phone", "1\r\nBcc: x"},
      {"a long password", "password", text(1025)},
      {"NUL in a password", "password", nul},
      {"an empty password", "password", ""},
      {"a hash of no kind", "password", "{NONE}abc"},
      {"a costly hash", "password", "{ARGON2ID}$argon2id$v=19$m=4194304,t=4294967295,p=255$c2FsdHNhbHQ$AAAA"},
      {"a sealed password", "password", "{SEALED}AAAA"},
      {"1001 allowed senders", "allow", many(1001, "a", "@x.test")},
      {"a sender with a comma", "allow", json::array{"a@x.test,b@x.test"}},
      {"a sender with a quotation mark", "block", json::array{"a\"@x.test"}},
      {"an empty sender", "block", json::array{""}},
      {"a list in a list", "block", json::parse(R"([["a@x.test"]])")},
      {"2001 aliases", "aliases", many(2001, "a", "")},
      {"one alias of 2000 that can't be", "aliases", [] { auto made = many(1999, "a", ""); made.emplace_back("no way"); return made; }()},
      {"an alias that is its own name", "aliases", json::array{"joe"}},
      {"an alias of another domain", "aliases", json::array{"a@other.test"}},
      {"an alias with two dots", "aliases", json::array{"a..b"}},
      {"an alias in Cyrillic", "aliases", json::array{"j\u043ee"}},
      {"an autoresponder of 4001 characters", "autoresponder", text(4001)},
      {"NUL in an autoresponder", "autoresponder", nul},
      {"1001 recipients", "forward_recipients", many(1001, "a", "@x.test")},
      {"a recipient in Cyrillic", "forward_recipients", json::array{"a@ex\u0430mple.com"}},
      {"a recipient with a line end", "forward_recipients", json::array{"a@x.test\r\nRCPT"}},
      {"a recipient that is a command", "forward_recipients", json::array{"|/bin/sh@x.test "}},
      {"a quota below nothing", "quota", -1},
      {"a quota with a fraction", "quota", 1.5},
      {"a quota beyond all", "quota", std::uint64_t{1} << 60},
      {"a quota as a text of digits that run over", "quota", "99999999999999999999999"},
      {"10001 recipients a day", "smtp_sent_limit", 10'001},
      {"a service in no state", "service_imap4", "sleeping"},
      {"a type that is none", "type", "postmaster"},
      {"a time zone with a path", "timezone", "../../etc/passwd;"},
      {"a language of much", "language", text(36)},
      {"an end in the far future", "autoresponder_option_enddate", std::uint64_t{1} << 50},
      {"an attribute that is not known", "qouta", 1},
      {"an object for a text", "title", json::object{{"a", 1}}},
  };
  Hostile face;
  for (const auto& [name, attribute, value] : kCases) {
    CAPTURE(name);
    const auto number = face.error("change_user", user_with(attribute, value));
    CHECK((number >= 4 && number < 30));
    CHECK(face.name() == "Joe");
  }
  CHECK(face.ok("get_user", R"({"user":"joe@example.com"})").at("attributes").at("aliases") == json::array{"joey"});
  CHECK(control::testing::broken_integrity(face.control) == "");
}

TEST_CASE("as much as may be: 2000 aliases, 1000 senders, 1000 recipients, 4000 characters") {
  Hostile face;
  json::string umlauts;
  for (int n = 0; n < 4000; ++n) umlauts += "\u00e4";
  for (const auto& [attribute, value] : {std::pair<std::string, json::value>("aliases", many(2000, "a", "")), std::pair<std::string, json::value>("allow", many(1000, "a", "@x.test")), std::pair<std::string, json::value>("block", many(1000, "a", "@x.test")),
                                         std::pair<std::string, json::value>("forward_recipients", many(1000, "a", "@x.test")), std::pair<std::string, json::value>("autoresponder", umlauts)}) {
    CAPTURE(attribute);
    face.ok("change_user", json::serialize(json::object{{"user", "joe@example.com"}, {"attributes", {{attribute, value}}}}));
  }
  const auto got = face.ok("get_user", R"({"user":"joe@example.com"})").at("attributes").as_object();
  CHECK(got.at("aliases").as_array().size() == 2000);
  CHECK(got.at("allow").as_array().size() == 1000);
  CHECK(got.at("forward_recipients").as_array().size() == 1000);
  CHECK(got.at("autoresponder").as_string().size() == 8000);
  CHECK(face.control.query("SELECT id FROM changes WHERE kind = 'aliases.alter'").size() == 22);  // of the creation, and by hundreds
  CHECK(face.control.clusters.at("a").aliases.size() + face.control.clusters.at("b").aliases.size() == 2000);
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"aliases":["a7"]}})");
  CHECK(face.control.clusters.at("a").aliases.size() + face.control.clusters.at("b").aliases.size() == 1);
  CHECK(control::testing::broken_integrity(face.control) == "");
}

TEST_CASE("a domain asks for strong passwords, and hashes are not judged") {
  Hostile face;
  face.ok("change_domain", R"({"domain":"example.com","attributes":{"password_strength":"good"}})");
  CHECK(face.ok("get_domain", R"({"domain":"example.com"})").at("attributes").at("password_strength") == "good");
  CHECK(face.error("change_user", R"({"user":"joe@example.com","attributes":{"password":"kzfpwa84","name":"Changed"}})") == 6);
  CHECK(face.error("change_user", R"({"user":"ann@example.com","attributes":{"password":"ann@example.com"}})") == 6);
  CHECK(face.name() == "Joe");
  face.ok("change_user", R"({"user":"ann@example.com","attributes":{"password":"{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="}})");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"tulip 9 Vase on it"}})");
  CHECK(face.error("change_domain", R"({"domain":"example.com","attributes":{"password_strength":"mighty"}})") == 6);
  face.ok("change_domain", R"({"domain":"example.com","attributes":{"password_strength":"null"}})");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"kzfpwa84"}})");
}

TEST_CASE("a company asks for strong passwords in its domains, which may ask for others") {
  Hostile face;
  CHECK(face.ok("get_company", "{}").at("attributes").at("password_strength") == "null");
  face.ok("change_company", R"({"company":"north","attributes":{"password_strength":"good"}})");
  CHECK(face.ok("get_company", R"({"company":"north"})").at("attributes").at("password_strength") == "good");
  CHECK(face.ok("get_domain", R"({"domain":"example.com"})").at("attributes").at("password_strength") == "good");
  CHECK(face.error("change_user", R"({"user":"joe@example.com","attributes":{"password":"kzfpwa84"}})") == 6);
  face.ok("change_domain", R"({"domain":"example.com","attributes":{"password_strength":"medium"}})");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"kzfpwa84"}})");
  CHECK(face.error("change_company", R"({"company":"north","attributes":{"password_strength":"mighty"}})") == 6);
}

TEST_CASE("names that look like others are refused or the same") {
  Hostile face;
  for (const char* name : {"ex\u0430mple.com", "\uff45xample.com", "example.com.", "example..com", "-example.com", "example_a.com", "exam ple.com", "example.com\u200b", "a", "example.adm",
                           "xn--\u0430.com", "example.com/..", "example.com\\u0000.net"}) {
    CAPTURE(name);
    CHECK(face.error("change_domain", std::string(R"({"domain":")") + name + "\"}") >= 4);
  }
  CHECK(face.error("change_domain", R"({"domain":"EXAMPLE.com","create_only":true})") == 7);
  CHECK(face.error("change_user", R"({"user":"JOE@EXAMPLE.COM","create_only":true})") == 7);
  CHECK(face.error("change_user", R"({"user":"j\u043ee@example.com","attributes":{"password":"correct horse"}})") >= 4);
  CHECK(face.error("change_user", R"({"user":"@example.com","attributes":{"password":"correct horse"}})") >= 4);
  CHECK(face.error("change_user", R"({"user":"joe@","attributes":{"password":"correct horse"}})") >= 4);
}

}  // namespace
