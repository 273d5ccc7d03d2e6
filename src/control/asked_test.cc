#include <doctest/doctest.h>

#include "control/asked.h"
#include "control/testing.h"
#include "control/testing_codes.h"
#include "feed/mailbox_calls.h"
#include "migration/calls.h"

// Whoever asks a cluster about somebody's mail, or changes what lets in, stands in the audit.
namespace postroad::control {
namespace {
using namespace testing;

struct Asking : Control {
  Asking() {
    run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(north.caller, "one.test", "staff")).value();
    joe = run(api->users.create(north.caller, new_mailbox("one.test", "joe"))).value().change;
    settle();
    connect();
    reach.on_call = [this](const std::string&, const std::string& method, const std::string& params) -> Result<std::string> {
      entries_when_asked.push_back(entries());
      if (failure) return std::unexpected(*failure);
      if (method == feed::call::kFolders) return to_json(feed::MailboxView{});
      if (method == feed::call::kMessages || method == feed::call::kDeleted) return to_json(feed::MailPage{});
      if (method == migration::call::kCancel) return migration::id_to_json(item.id);
      if (method == migration::call::kStatus) return to_json(migration::Standing{.item = item});
      if (method == migration::call::kAdd) {
        migration::Added added;
        for (auto& each : migration::additions_of(params).value()) {
          item = each.item;
          added.emplace_back(each.item.id);
        }
        return migration::to_json(added);
      }
      return to_json(feed::MailDone{.count = 1, .folders = {}, .ids = {}});
    };
  }

  std::int64_t entries() { return query("SELECT count(*) FROM audit")[0][0].number(); }
  std::vector<AuditView> find(const Caller& caller, AuditSearch search = {.user = "joe@one.test"}) { return run(api->audit.search(caller, std::move(search), {})).value().rows; }
  // The newest entry: `kind: field "from" -> "to", ...`.
  std::string last(const Caller& caller) {
    const auto entry = find(caller).at(0);
    return entry.kind + ": " + entry.text();
  }

  const Reseller north = add_reseller(*this, "north");
  const Reseller south = add_reseller(*this, "south");
  std::string joe;
  migration::Item item;
  std::optional<Error> failure;
  std::vector<std::int64_t> entries_when_asked;
};

NewMigration foreign_joe() {
  return {.local = "joe@one.test", .server = "imap.far.example", .method = {}, .remote = "joe.far", .password = "very-secret-there", .skip = {}, .translate = {}};
}

}  // namespace

TEST_CASE("each question to a cluster about somebody's mail has its entry before it goes out") {
  struct Case {
    const char* name;
    std::function<bool(Asking&, const Caller&)> ask;
    const char* want;
  };
  const Case kCases[] = {
      {"messages", [](Asking& at, const Caller& me) { return at.run(at.api->mailboxes.messages(me, "one.test", "joe", "INBOX", 0, 10)).has_value(); },
       R"(mailbox.messages: folder "" -> "INBOX")"},
      {"deleted messages", [](Asking& at, const Caller& me) { return at.run(at.api->mailboxes.deleted(me, "one.test", "joe", 0, 10)).has_value(); }, "mailbox.deleted: "},
      {"a move", [](Asking& at, const Caller& me) { return at.run(at.api->mailboxes.move(me, "one.test", "joe", "INBOX", "Old", {7, 9})).has_value(); },
       R"(mailbox.move: folder "INBOX" -> "Old", messages "" -> "7 9")"},
      {"a move of all", [](Asking& at, const Caller& me) { return at.run(at.api->mailboxes.move(me, "one.test", "joe", "INBOX", "Old", {})).has_value(); },
       R"(mailbox.move: folder "INBOX" -> "Old", messages "" -> "all")"},
      {"a restoration", [](Asking& at, const Caller& me) { return at.run(at.api->mailboxes.restore(me, "one.test", "joe", {5}, "")).has_value(); },
       R"(mailbox.restore: folder "" -> "where they were", messages "" -> "5")"},
      {"sessions' end", [](Asking& at, const Caller& me) { return at.run(at.api->mailboxes.sign_out(me, "one.test", "joe")).has_value(); }, "mailbox.sign_out: "},
  };
  Asking at;
  for (const auto& [name, ask, want] : kCases) {
    CAPTURE(name);
    auto me = at.north.caller;
    me.request = at.api->audit.new_request();
    const auto before = at.entries();
    at.entries_when_asked.clear();
    CHECK(ask(at, me));
    CHECK(at.entries_when_asked == std::vector{before + 1});
    CHECK(at.entries() == before + 1);
    CHECK(at.last(me) == want);
    const auto entry = at.find(me)[0];
    CHECK(entry.actor == "admin@north.adm");
    CHECK(entry.face == "test");
    CHECK(entry.peer == "192.0.2.1");
    CHECK(entry.subject == "joe@one.test");
    CHECK(entry.request == me.request);
    // Found with all else about it, by those who may, and by no one else.
    CHECK(at.find(me, {.domain = "one.test", .kind = entry.kind})[0].number == entry.number);
    CHECK(at.find(at.south.caller, {.kind = entry.kind}).empty());
    // Who may not ask leaves none, and the cluster is not asked.
    const auto asked = at.entries_when_asked.size();
    CHECK_FALSE(ask(at, at.south.caller));
    CHECK(at.entries() == before + 1);
    CHECK(at.entries_when_asked.size() == asked);
  }
}

TEST_CASE("a question that failed has a second entry: refused, or nobody knows") {
  Asking at;
  at.failure = Error{Fault::NotFound, "there is no folder Old", "NONEXISTENT"};
  CHECK_FALSE(at.run(at.api->mailboxes.move(at.north.caller, "one.test", "joe", "INBOX", "Old", {7})));
  CHECK(at.last(at.north.caller) == R"(mailbox.move.refused: reason "" -> "there is no folder Old")");
  CHECK(at.find(at.north.caller)[1].kind == "mailbox.move");
  at.failure = Error{Fault::Busy, "no answer", "CLUSTER_UNAVAILABLE"};
  CHECK_FALSE(at.run(at.api->mailboxes.restore(at.north.caller, "one.test", "joe", {7}, "")));
  CHECK(at.last(at.north.caller) == R"(mailbox.restore.unknown: reason "" -> "no answer")");
}

TEST_CASE("what can't be written down is not asked") {
  Asking at;
  at.disk.fail_after(0);
  CHECK_FALSE(at.run(at.api->mailboxes.messages(at.north.caller, "one.test", "joe", "INBOX", 0, 10)));
  CHECK(at.entries_when_asked.empty());
  at.crash();
}

TEST_CASE("a request that reads page by page leaves one entry; the next request one of its own") {
  Asking at;
  const auto before = at.entries();
  for (int request = 0; request < 2; ++request) {
    auto me = at.north.caller;
    me.request = at.api->audit.new_request();
    for (std::uint64_t page = 0; page < 3; ++page) CHECK(at.run(at.api->mailboxes.messages(me, "one.test", "joe", "INBOX", page, 10)));
    CHECK(at.run(at.api->mailboxes.messages(me, "one.test", "joe", "Old", 0, 10)));
  }
  CHECK(at.entries() == before + 4);
}

TEST_CASE("how full a mailbox is stands in no entry") {
  Asking at;
  const auto before = at.entries();
  CHECK(at.run(at.api->mailboxes.view(at.north.caller, "one.test", "joe")));
  CHECK(at.entries() == before);
}

TEST_CASE("migrations stand in the audit, without the foreign password, when they are added and when they are cancelled") {
  Asking at;
  const auto before = at.entries();
  auto nobody = foreign_joe();
  nobody.local = "nobody@one.test";
  const auto added = at.run(at.api->migrations.add(at.north.caller, {foreign_joe(), nobody}, "move")).value();
  REQUIRE(added.items[0]);
  CHECK_FALSE(added.items[1]);
  CHECK(at.entries_when_asked == std::vector{before + 1});
  const auto& id = *added.items[0];
  CHECK(at.last(at.north.caller) == "migration.add: migration \"\" -> \"" + id + R"(", job "" -> "move", server "" -> "imaps://imap.far.example:993", remote_user "" -> "joe.far")");
  CHECK(at.run(at.api->migrations.cancel(at.north.caller, id)));
  CHECK(at.last(at.north.caller) == "migration.cancel: migration \"" + id + R"(" -> "", job "move" -> "")");
  CHECK_FALSE(at.run(at.api->migrations.cancel(at.south.caller, id)));
  CHECK(at.entries() == before + 2);
  at.failure = Error{Fault::Refused, "too many", "LIMIT"};
  CHECK_FALSE(at.run(at.api->migrations.add(at.north.caller, {foreign_joe()}, "move"))->items[0]);
  CHECK(at.last(at.north.caller) == R"(migration.add.refused: reason "" -> "too many")");
  for (const auto& row : at.query("SELECT details FROM audit")) CHECK_FALSE(row[0].text().contains("very-secret"));
}

TEST_CASE("what lets in stands in the audit: application passwords, tokens, second factors") {
  Asking at;
  const auto& me = at.north.caller;
  const auto kinds = [&](const std::string& user) {
    std::string made;
    for (const auto& entry : at.find(me, {.user = user})) made += entry.kind + " ";
    return made;
  };
  const auto before = kinds("joe@one.test");
  at.run(at.api->app_passwords.add(me, "one.test", "joe", "phone")).value();
  at.settle();
  at.run(at.api->app_passwords.remove(me, "one.test", "joe", "phone")).value();
  at.settle();
  CHECK(kinds("joe@one.test") == "app_passwords.set app_passwords.set " + before);
  const auto own = kinds("admin@north.adm");
  const auto token = at.run(at.api->tokens.make(me, {.reason = "billing"})).value();
  at.run(at.api->tokens.revoke(me, token.id)).value();
  Device device(at);
  device.enrol(me);
  at.run(at.api->second_factors.remove_own(me, device.code())).value();
  CHECK(kinds("admin@north.adm") == "second_factor.delete second_factor.put token.delete token.put " + own);
}

}  // namespace postroad::control
