#include "omad/mailbox_methods.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "feed/mailbox_calls.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

// A mailbox joe@example.com, and a cluster that answers as the test says: its method's name, what it is asked.
struct Mailbox : Face {
  using Answer = std::function<Result<std::string>(const feed::MailRequest&)>;
  Mailbox() {
    make_domain("example.com");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
    control.reach.on_call = [this](const std::string&, const std::string& method, const std::string& params) -> Result<std::string> {
      const auto found = answers.find(method);
      if (found == answers.end()) return fail(Fault::Busy, "the cluster can't be reached", "CLUSTER_UNAVAILABLE");
      auto request = feed::mail_request_of(params).value();
      asked.push_back(request);
      return found->second(request);
    };
    answers["mailbox.folders"] = [](const auto&) {
      return to_json(feed::MailboxView{.used_bytes = 700,
                                       .used_messages = 3,
                                       .quota_bytes = 1000,
                                       .folders = {{"INBOX", "inbox", 2, 1, 500}, {"Trash", "trash", 1, 1, 200}, {"Work/Old", "", 0, 0, 0}}});
    };
    answers["mailbox.deleted"] = [](const feed::MailRequest& request) {
      const feed::MailPage all{{{.id = 7, .folder = "INBOX", .from = "ann@far.example", .subject = "one", .sent = 1'795'472'765, .deleted = 5},
                                {.id = 9, .folder = "Gone", .from = "bob@far.example", .subject = "two"}}, 0};
      return to_json(request.after == 0 ? all : feed::MailPage{});
    };
  }
  std::map<std::string, Answer> answers;
  std::vector<feed::MailRequest> asked;
};

std::string told(const json::value& ids) {
  std::string made;
  for (const auto& one : ids.as_array()) made += std::string(one.at("id").as_string()) + (one.at("success").as_bool() ? " ok" : " no") + "|";
  return made;
}

}  // namespace

TEST_CASE("get_user tells of the mailbox what its cluster says, and goes without where that is away") {
  Mailbox face;
  auto joe = face.ok("get_user", R"({"user":"joe@example.com"})");
  CHECK(json::serialize(joe.at("metadata").at("folders")) == R"(["INBOX","Trash","Work/Old"])");
  CHECK(joe.at("metadata").at("quota").at("bytes_used").to_number<int>() == 700);
  CHECK(joe.at("metadata").at("quota").at("messages_used").to_number<int>() == 3);
  CHECK(joe.at("metadata").at("special_folders").at("trash") == "Trash");
  face.answers.clear();
  joe = face.ok("get_user", R"({"user":"joe@example.com"})");
  CHECK_FALSE(joe.at("metadata").as_object().contains("folders"));
  CHECK(joe.at("metadata").at("quota").as_object().contains("bytes_max"));
}

TEST_CASE("folders, those that only deleted messages know too") {
  Mailbox face;
  const auto got = face.ok("get_user_folders", R"({"user":"JOE@example.com"})");
  CHECK(json::serialize(got.at("folders")) == R"(["INBOX","Trash","Work/Old"])");
  CHECK(json::serialize(got.at("deleted_folders")) == R"(["Gone"])");
}

TEST_CASE("messages of a folder, as many as are wanted, from either end") {
  Mailbox face;
  face.answers["mailbox.messages"] = [](const feed::MailRequest& request) {
    feed::MailPage page;
    for (std::uint64_t uid = request.after + 1; uid <= 450 && page.lines.size() < request.most; ++uid) page.lines.push_back({.id = uid, .subject = std::to_string(uid)});
    if (!page.lines.empty() && page.lines.back().id < 450) page.next = page.lines.back().id;
    return to_json(page);
  };
  const auto all = face.ok("get_user_messages", R"({"user":"joe@example.com"})");
  CHECK(all.at("count").to_number<int>() == 450);
  CHECK(all.at("messages").at(449).at("id") == "450:INBOX");
  CHECK(all.at("messages").at(449).at("headers").at("subject") == "450");
  CHECK_FALSE(all.contains("next"));
  face.asked.clear();
  const auto some = face.ok("get_user_messages", R"({"user":"joe@example.com","folder":"Work/Old","limit":"210","recent":"1","unseen":true})");
  CHECK(some.at("count").to_number<int>() == 210);
  CHECK(some.at("next").to_number<int>() == 210);
  REQUIRE(face.asked.size() == 2);
  CHECK(face.asked[0] == feed::MailRequest{.account = face.asked[0].account, .folder = "Work/Old", .is_newest_first = true, .is_unseen_only = true});
  CHECK(face.asked[1].most == 10);
  CHECK(face.error("get_user_messages", R"({"user":"joe@example.com","limit":1001})") == 5);
  CHECK(face.error("get_user_messages", R"({"user":"joe@example.com","folder":"a\u0000b"})") == 5);
}

TEST_CASE("messages are moved by their ids, each with its own end") {
  Mailbox face;
  face.answers["mailbox.move"] = [](const feed::MailRequest& request) -> Result<std::string> {
    if (request.folder == "Gone") return fail(Fault::NotFound, "there is no folder Gone", "NONEXISTENT");
    CHECK(request.to == "Trash");
    return to_json(feed::MailDone{1, {}, {request.ids[0]}});
  };
  const auto got = face.ok("move_user_messages", R"({"user":"joe@example.com","folder":"Trash","ids":["3:INBOX","4:INBOX","5:Gone","x",7,"0:INBOX","6:Work/Old"]})");
  CHECK(told(got.at("ids")) == "3:INBOX ok|4:INBOX no|5:Gone no|x no|7 no|0:INBOX no|6:Work/Old ok|");
  CHECK(got.at("ids").at(2).at("error_number").to_number<int>() == 2);
  CHECK(got.at("count").to_number<int>() == 2);
  CHECK(face.error("move_user_messages", R"({"user":"joe@example.com","ids":[]})") == 5);
  CHECK(face.error("move_user_messages", R"({"user":"nobody@example.com","ids":["x"]})") == 2);
  face.answers.clear();
  CHECK(face.error("move_user_messages", R"({"user":"joe@example.com","ids":["3:INBOX"]})") == 25);
}

TEST_CASE("deleted messages, of all folders or one, with the headers that are asked for") {
  Mailbox face;
  auto got = face.ok("get_deleted_messages", R"({"user":"joe@example.com"})");
  CHECK(got.at("count").to_number<int>() == 2);
  CHECK(got.at("messages").at(0).at("id") == "7");
  CHECK(got.at("messages").at(0).at("folder") == "INBOX");
  CHECK(got.at("messages").at(0).at("headers").at("date") == "Mon, 23 Nov 2026 22:26:05 +0000");
  got = face.ok("get_deleted_messages", R"({"user":"joe@example.com","folder":"Gone","headers":["Subject","X-Unknown"]})");
  CHECK(got.at("count").to_number<int>() == 1);
  CHECK(json::serialize(got.at("messages").at(0).at("headers")) == R"({"subject":"two"})");
}

TEST_CASE("deleted messages are restored by their ids, each with its own end") {
  Mailbox face;
  face.answers["mailbox.restore"] = [](const feed::MailRequest& request) -> Result<std::string> {
    CHECK(request.ids == std::vector<std::uint64_t>{7, 8});
    return to_json(feed::MailDone{1, {"Gone"}, {7}});
  };
  const auto got = face.ok("restore_deleted_messages", R"({"user":"joe@example.com","ids":["8","7","x"]})");
  CHECK(told(got.at("ids")) == "8 no|7 ok|x no|");
  face.answers["mailbox.restore"] = [](const auto&) -> Result<std::string> { return fail(Fault::Refused, "the mailbox would be over its quota", "OVERQUOTA"); };
  CHECK(face.error("restore_deleted_messages", R"({"user":"joe@example.com","ids":["7"]})") == 20);
}

TEST_CASE("whether there is new mail, and what a reindexing comes to") {
  Mailbox face;
  CHECK(face.ok("user_notify", R"({"user":"joe@example.com"})").at("new_mail").as_bool());
  const auto got = face.ok("reindex", R"({"user":"joe@example.com","folder":"INBOX"})");
  CHECK(got.at("status") == "complete");
  CHECK(got.at("messages").to_number<int>() == 2);
  CHECK(face.ok("reindex", R"({"user":"joe@example.com","id":"q1"})").at("id") == "q1");
  CHECK(face.error("reindex", R"({"user":"joe@example.com","folder":"Nowhere"})") == 2);
}

TEST_CASE("there are no contacts, so none can be restored") {
  Mailbox face;
  CHECK(face.ok("get_deleted_contacts", R"({"user":"joe@example.com"})").at("count").to_number<int>() == 0);
  CHECK(face.error("restore_deleted_contacts", R"({"user":"joe@example.com","ids":["1"]})") == 2);
  CHECK(face.error("get_deleted_contacts", R"({"user":"joe@elsewhere.test"})") == 9);
}

TEST_CASE("another's mailbox is told as one that is not there, and its cluster is not asked") {
  Mailbox face;
  const auto south = control::testing::add_reseller(face.control, "south");
  REQUIRE(face.control.run(face.control.api->domains.create(south.caller, {.name = "south.test", .company = {}, .cluster = {}, .settings = {}})));
  face.asked.clear();
  for (const char* method : {"get_user_folders", "get_user_messages", "move_user_messages", "get_deleted_messages", "restore_deleted_messages", "reindex", "user_notify",
                             "get_deleted_contacts", "restore_deleted_contacts"}) {
    CAPTURE(method);
    const auto ask = [&](const std::string& domain) {
      auto got = json::parse(face.post(method, R"({"ids":["1:INBOX","1"],"user":"joe@)" + domain + "\"}").body).as_object();
      got.erase("audit");
      return json::serialize(got);
    };
    auto there = ask("south.test");
    there.replace(there.find("south"), 5, "ghost");
    CHECK(there == ask("ghost.test"));
  }
  CHECK(face.asked.empty());
}

TEST_CASE("who administers a workgroup looks into its mailboxes, and into no others") {
  Mailbox face;
  face.ok("create_workgroup", R"({"domain":"example.com","workgroup":"sales"})");
  face.ok("change_user", R"({"user":"ann@example.com","attributes":{"password":"correct horse","workgroup":"sales"}})");
  face.ok("add_role", R"({"user":"joe@example.com","role":"workgroup","object":"example.com/sales"})");
  face.user = "joe@example.com";
  face.password = "correct horse";
  CHECK(face.ok("user_notify", R"({"user":"ann@example.com"})").at("new_mail").as_bool());
  face.asked.clear();
  CHECK(face.error("user_notify", R"({"user":"joe@example.com"})") == 2);
  CHECK(face.error("get_user_messages", R"({"user":"nobody@example.com"})") == 2);
  CHECK(face.asked.empty());
}
