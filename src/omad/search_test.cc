#include <doctest/doctest.h>

#include "control/testing_codes.h"
#include "feed/mailbox_calls.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Searched : Face {
  Searched() {
    make_domain("example.com");
    for (const char* user : {R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})",
                             R"({"user":"ann@example.com","attributes":{"password":"correct horse","workgroup":"staff","service_imap4":"suspended"}})",
                             R"({"user":"team@example.com","attributes":{"type":"group","forward_recipients":["z@y.test","a@y.test"]}})",
                             R"({"user":"away@example.com","attributes":{"type":"forward","forward_recipients":["b@y.test"]}})",
                             R"({"user":"joe@example.com","attributes":{"aliases":["joey"]}})",
                             R"({"user":"gone@example.com","attributes":{"password":"correct horse"}})"})
      ok("change_user", user);
    ok("delete_user", R"({"user":"gone@example.com"})");
  }
  // The users' local parts.
  std::string found(const std::string& criteria, const std::string& rest = "") {
    const auto got = ok("search_users", R"({"criteria":{"domain":"example.com")" + criteria + "}" + rest + "}");
    std::string made;
    for (const auto& user : got.at("users").as_array()) {
      const std::string_view name = user.at("user").as_string();
      made += (made.empty() ? "" : " ") + std::string(name.substr(0, name.find('@')));
    }
    return made + " of " + std::to_string(got.at("total_count").to_number<int>());
  }
};

TEST_CASE("users are searched by each criterion, in each order, by pages") {
  Searched face;
  CHECK(face.found("") == "ann away joe joey team of 5");
  CHECK(face.found("", R"(,"range":{"first":1,"limit":2})") == "away joe of 5");
  CHECK(face.found("", R"(,"sort":{"by":"user","direction":"descending"},"range":{"limit":2})") == "team joey of 5");
  CHECK(face.found("", R"(,"sort":{"by":"createtime"})") == "joe ann team away joey of 5");
  CHECK(face.found("", R"(,"sort":{"by":"id","direction":"desc"})") == "joey away team ann joe of 5");
  CHECK(face.found("", R"(,"sort":{"by":"type"})") == "joey away team ann joe of 5");
  CHECK(face.found("", R"(,"sort":{"by":"status"})") == "away joe joey team ann of 5");
  CHECK(face.found("", R"(,"sort":{"by":"target"})") == "ann joe away joey team of 5");
  CHECK(face.found("", R"(,"sort":{"by":"workgroup"})") == "ann away joe joey team of 5");
  CHECK(face.found("", R"(,"sort":{"by":"lastlogin"})") == "ann away joe joey team of 5");
  CHECK(face.found(R"(,"type":["alias","group"])") == "joey team of 2");
  CHECK(face.found(R"(,"type":"mailbox")") == "ann joe of 2");
  CHECK(face.found(R"(,"match":"jo?")") == "joe of 1");
  CHECK(face.found(R"(,"workgroup":"STAFF")") == "ann away joe joey team of 5");
  CHECK(face.found(R"(,"status":["suspended"])") == "ann of 1");
  CHECK(face.found(R"(,"status":"active","type":["mailbox"])") == "joe of 1");
  CHECK(face.found(R"(,"status":["quota"])") == " of 0");
  CHECK(face.found(R"(,"deleted":true)") == "gone of 1");
  CHECK(face.found(R"(,"status":["deleted"])", R"(,"sort":{"by":"delete_time"})") == "gone of 1");
  CHECK(face.found(R"(,"status":["deleted","active"])") == "away gone joe joey team of 5");
  CHECK(face.found(R"(,"status":["deleted","active"])", R"(,"range":{"first":1,"limit":1})") == "gone of 5");
}

TEST_CASE("what is found of a user") {
  Searched face;
  const auto got = face.ok("search_users", R"({"criteria":{"domain":"EXAMPLE.com"}})");
  CHECK(got.at("count").to_number<int>() == 5);
  CHECK_FALSE(got.contains("total_count_exact"));
  const auto& users = got.at("users").as_array();
  CHECK(users[0].at("status") == "suspended");
  CHECK(users[0].at("lastlogin").is_null());
  CHECK(users[0].at("createtime").as_int64() > 1'000'000);
  CHECK(users[3].at("alias_target") == "joe@example.com");
  CHECK(users[3].at("workgroup") == "staff");
  CHECK(users[4].at("forward_recepient_count").to_number<int>() == 2);
  CHECK(users[4].at("forward_recepient") == "z@y.test");
  const auto some = face.ok("search_users", R"({"criteria":{"domain":"example.com"},"fields":["user","status"]})");
  CHECK(json::serialize(some.at("users").at(0)) == R"({"user":"ann@example.com","status":"suspended"})");
  const auto deleted = face.ok("search_users", R"({"criteria":{"domain":"example.com","deleted":1}})").at("users").at(0).as_object();
  CHECK(deleted.contains("delete_time"));
  CHECK(deleted.at("status") == "deleted");
  face.ok("restore_user", R"({"user":"gone@example.com","id":")" + std::string(deleted.at("id").as_string()) + "\"}");
  CHECK(face.found("") == "ann away gone joe joey team of 6");
}

TEST_CASE("what a search finds: forwards of mailboxes, whole addresses, counts alone, last sign-ins alone") {
  Searched face;
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"delivery_forward":true,"forward_recipients":["far@y.test","away@y.test"]}})");
  const auto of = [&](const std::string& rest) { return face.ok("search_users", R"({"criteria":{"domain":"example.com",)" + rest); };
  auto joe = of(R"("match":"joe"}})").at("users").at(0).as_object();
  CHECK(joe.at("forward_recepient_count").to_number<int>() == 2);
  CHECK(joe.at("forward_recepient") == "far@y.test");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"delivery_forward":false}})");
  joe = of(R"("match":"joe"}})").at("users").at(0).as_object();
  CHECK(joe.at("forward_recepient_count").to_number<int>() == 0);
  CHECK(face.found(R"(,"match":"j*@example.com")") == "joe joey of 2");
  CHECK(face.found(R"(,"match":"JOE@*")") == "joe of 1");
  CHECK(face.found(R"(,"match":"joe@other.test")") == " of 0");
  CHECK(face.found(R"(,"match":"@example.com")") == " of 0");
  CHECK(face.found("", R"(,"range":{"limit":0})") == " of 5");
  CHECK(face.found(R"(,"deleted":true)", R"(,"range":{"limit":0})") == " of 1");
  CHECK(face.ok("search_domains", R"({"range":{"limit":0}})").at("count").to_number<int>() == 0);
  CHECK(face.ok("search_domains", R"({"range":{"limit":0}})").at("total_count").to_number<int>() == 1);
  CHECK(json::serialize(of(R"("match":"joe"},"fields":["lastlogin"]})").at("users")) == R"([{"lastlogin":null}])");
}

TEST_CASE("without a domain: users of all that the caller sees") {
  Searched face;
  face.make_domain("another.test");
  face.ok("change_user", R"({"user":"zoe@another.test","attributes":{"password":"correct horse"}})");
  const auto south = control::testing::add_reseller(face.control, "south");
  REQUIRE(face.control.run(face.control.api->domains.create(south.caller, {.name = "south.test", .company = {}, .cluster = {}, .settings = {}})));
  const auto got = face.ok("search_users", R"({"criteria":{}})");
  CHECK(got.at("total_count").to_number<int>() == 6);
  CHECK(got.at("users").at(0).at("user") == "zoe@another.test");
  CHECK(face.ok("search_users", R"({"criteria":{"status":["suspended"]}})").at("total_count").to_number<int>() == 1);
  CHECK(face.error("search_users", R"({"criteria":{"match":"a*"}})") == 6);
}

TEST_CASE("searches that are none") {
  Searched face;
  for (const char* request : {R"({"criteria":{"domain":"example.com","type":"mailbix"}})", R"({"criteria":{"domain":"example.com","status":["smtplimit"]}})",
                              R"({"criteria":{"domain":"example.com","quota":1}})", R"({"criteria":{"domain":"example.com"},"sort":{"by":"name"}})",
                              R"({"criteria":{"domain":"example.com"},"fields":["password"]})", R"({"criteria":{"domain":"example.com"},"range":{"first":-1}})",
                              R"({"criteria":{"domain":"example.com"},"range":{"limit":1001}})", R"({"criteria":{"domain":"example.com"},"sort":{"by":"delete_time"}})",
                              R"({"criteria":{"domain":"example.com","deleted":true,"workgroup":"staff"}})"}) {
    CAPTURE(request);
    const auto number = face.error("search_users", request);
    CHECK((number == 5 || number == 6));
  }
  CHECK(face.error("search_users", R"({"criteria":{"domain":"example.com","workgroup":"none"}})") == 2);
}

TEST_CASE("domains are searched, sorted and counted") {
  Searched face;
  face.make_domain("another.test");
  face.ok("change_domain", R"({"domain":"another.test","attributes":{"aliases":["alias.test"],"disabled":true}})");
  const auto names = [&](const std::string& rest) {
    std::string made;
    const auto got = face.ok("search_domains", "{" + rest + "}");
    for (const auto& domain : got.at("domains").as_array()) made += std::string(made.empty() ? "" : " ") + std::string(domain.at("domain").as_string());
    return made + " of " + std::to_string(got.at("total_count").to_number<int>());
  };
  CHECK(names("") == "alias.test another.test example.com of 3");
  CHECK(names(R"("criteria":{"company":"north","type":["domain"]})") == "another.test example.com of 2");
  CHECK(names(R"("criteria":{"type":"alias"})") == "alias.test of 1");
  CHECK(names(R"("criteria":{"match":"*.test"},"range":{"first":1})") == "another.test of 2");
  CHECK(names(R"("sort":{"by":"createtime"})") == "example.com another.test alias.test of 3");
  CHECK(names(R"("sort":{"by":"type","direction":"desc"})") == "example.com another.test alias.test of 3");
  CHECK(names(R"("criteria":{"deleted":true})") == " of 0");
  face.ok("change_domain", R"({"domain":"another.test","attributes":{"aliases":[]}})");
  CHECK(face.ok("search_domains", R"({"criteria":{"deleted":true}})").at("domains").at(0).at("type") == "alias");
  face.ok("restore_domain", R"({"domain":"alias.test"})");
  const auto got = face.ok("search_domains", "{}").at("domains").as_array();
  CHECK(got[0].at("alias_target") == "another.test");
  CHECK(got[1].at("status") == "disabled");
  CHECK(got[1].at("company") == "north");
  CHECK(got[2].at("users").to_number<int>() == 5);
  CHECK(face.error("search_domains", R"({"criteria":{"company":"south"}})") == 9);
}

TEST_CASE("an alias is one for every method; workgroups are searched by what there is; a tag is used once") {
  Searched face;
  for (const char* ask : {R"(get_user {"user":"joey@example.com"})", R"(change_user {"user":"joey@example.com","attributes":{"title":"x"}})", R"(delete_user {"user":"joey@example.com"})",
                          R"(rename_user {"user":"joey@example.com","new_name":"jo@example.com"})"}) {
    CAPTURE(ask);
    const std::string_view text = ask;
    CHECK(face.error(std::string(text.substr(0, text.find(' '))), std::string(text.substr(text.find(' ') + 1))) == 3);
  }
  CHECK(face.error("search_workgroups", R"({"criteria":{"domain":"example.com","company":"north"}})") == 6);
  CHECK(face.ok("search_workgroups", R"({"domain":"example.com"})").at("count").to_number<int>() == 1);
  CHECK(json::serialize(face.ok("search_workgroups", R"({"criteria":{"domain":"example.com"}})").at("workgroups").at(0).at("counts")) ==
        R"({"mailbox":2,"forward":1,"filter":0,"alias":1,"group":1})");
}

TEST_CASE("what was deleted comes back by its id alone, in another workgroup where its own is gone") {
  Searched face;
  face.ok("create_workgroup", R"({"domain":"example.com","workgroup":"sales"})");
  face.ok("change_user", R"({"user":"zoe@example.com","attributes":{"password":"correct horse","workgroup":"sales"}})");
  face.ok("delete_user", R"({"user":"zoe@example.com"})");
  face.ok("delete_workgroup", R"({"domain":"example.com","workgroup":"sales"})");
  CHECK(face.error("restore_user", R"({"user":"zoe@example.com"})") == 2);
  CHECK(face.error("restore_user", R"({"user":"zoe@example.com","workgroup":"none"})") == 2);
  const auto id = std::string(face.ok("search_users", R"({"criteria":{"domain":"example.com","deleted":true,"match":"zoe"}})").at("users").at(0).at("id").as_string());
  const auto south = control::testing::add_reseller(face.control, "south");
  CHECK(control::testing::code_of(face.control.run(face.control.api->users.restore(south.caller, {}, id))) ==
        control::testing::code_of(face.control.run(face.control.api->users.restore(south.caller, {}, "a22222222222222222222222222"))));
  CHECK(face.error("restore_user", R"({"id":"a22222222222222222222222222"})") == 2);
  CHECK(face.error("restore_user", R"({"workgroup":"staff"})") == 5);
  CHECK(face.error("restore_user", R"({"user":"zoe"})") == 6);
  face.ok("restore_user", R"({"id":")" + id + R"(","workgroup":"staff"})");
  CHECK(face.ok("get_user", R"({"user":"zoe@example.com"})").at("attributes").at("workgroup") == "staff");
  face.make_domain("another.test");
  face.ok("delete_domain", R"({"domain":"another.test"})");
  const auto gone = std::string(face.ok("search_domains", R"({"criteria":{"deleted":true}})").at("domains").at(0).at("id").as_string());
  CHECK(face.error("restore_domain", "{}") == 5);
  face.ok("restore_domain", R"({"id":")" + gone + R"(","new_name":"back.test"})");
  face.ok("get_domain", R"({"domain":"back.test"})");
}

TEST_CASE("get_user's metadata: roles, limits, options, status as searches tell it") {
  Searched face;
  const auto metadata = [&](const std::string& user) { return face.ok("get_user", R"({"user":")" + user + "\"}").at("metadata").as_object(); };
  face.ok("set_role", R"({"user":"joe@example.com","role":"domain","object":"example.com"})");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"spamfolder":"Rubbish","smtp_sent_limit":7}})");
  const auto joe = metadata("joe@example.com");
  CHECK(json::serialize(joe.at("roles")) == R"({"domain":["example.com"]})");
  CHECK(joe.at("special_folders").at("spam") == "Rubbish");
  CHECK(joe.at("smtp_limit").at("max").to_number<int>() == 7);
  CHECK(joe.at("addressbook").at("total").to_number<int>() == 0);
  CHECK(joe.at("options").at("service_pop3") == json::array{"enabled", "disabled", "suspended"});
  CHECK(json::serialize(joe.at("options").at("filterdelivery")) == R"(["quarantine","passthrough"])");
  CHECK(joe.at("options").at("language").as_array().size() > 20);
  CHECK(joe.at("status") == "active");
  CHECK(metadata("ann@example.com").at("status") == "suspended");
  CHECK(json::serialize(metadata("team@example.com").at("roles")) == "{}");
  CHECK(metadata("team@example.com").at("smtp_limit").at("max").is_null());
  const auto nobody = json::parse(face.post("get_user", R"({"user":"nobody@example.com"})").body).as_object();
  CHECK(nobody.at("metadata").at("options") == joe.at("options"));
  face.control.reach.on_call = [](const std::string&, const std::string&, const std::string&) {
    return feed::to_json(feed::MailboxView{.folders = {{.name = "INBOX", .role = "inbox"}, {.name = "Junk", .role = "junk"}}});
  };
  CHECK(metadata("joe@example.com").at("special_folders").at("spam") == "Rubbish");
  CHECK(metadata("ann@example.com").at("special_folders").at("spam") == "Junk");
}

}  // namespace
