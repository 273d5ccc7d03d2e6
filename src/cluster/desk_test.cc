#include "cluster/testing.h"

// What control asks of a node, and what becomes of it where either of them, or the connection, goes in the midst.
namespace postroad::cluster {
namespace {

using namespace testing;
namespace code = control::code;

TEST_CASE("what was deleted is told, page by page, and comes back into its folders, also into one that is gone") {
  Town town;
  for (const char* subject : {"one", "two", "three"}) town.add("Work/Old", subject);
  town.add("INBOX", "=?utf-8?q?gr=C3=BC=C3=9Fe?=");
  town.expunge("Work/Old");
  town.expunge("INBOX");
  CHECK(town.control.world.run(town.home(), town.open()->delete_folder("Work/Old")).has_value());

  const auto all = town.deleted();
  REQUIRE(all.lines.size() == 4);
  CHECK(all.next == 0);
  CHECK(all.lines[0].folder == "Work/Old");
  CHECK(all.lines[0].subject == "one");
  CHECK(all.lines[0].from == "J\u00fcrgen <j@far.example>");
  CHECK(all.lines[0].sent == 1'795'472'765);
  CHECK(all.lines[0].deleted > 0);
  CHECK(all.lines[3].folder == "INBOX");
  CHECK(all.lines[3].subject == "gr\u00fc\u00dfe");
  const auto first = town.deleted(0, 3);
  CHECK(first.lines.size() == 3);
  CHECK(town.deleted(first.next, 3).lines.size() == 1);

  const auto done = town.restore({all.lines[0].id, all.lines[3].id, all.lines[0].id, 999'999});
  REQUIRE(done.has_value());
  CHECK(*done == feed::MailDone{2, {"Work/Old"}, {all.lines[3].id, all.lines[0].id}});
  CHECK(town.count("Work/Old") == 1);
  CHECK(town.count("INBOX") == 1);
  CHECK(town.restore({all.lines[0].id})->count == 0);  // once
  CHECK(town.restore({all.lines[1].id}, "Saved")->folders == std::vector<std::string>{"Saved"});
  CHECK(town.deleted().lines.size() == 1);
}

TEST_CASE("what would go over the quota is not restored, none of it") {
  Town town;
  town.add("Work", "one", 4000);
  town.add("INBOX", "two", 4000);
  town.expunge("Work");
  town.expunge("INBOX");
  town.add("INBOX", "three", 4000);
  const auto lost = town.deleted();
  REQUIRE(lost.lines.size() == 2);
  CHECK(code_of(town.restore({lost.lines[0].id, lost.lines[1].id})) == code::kOverLimit);
  CHECK(town.deleted().lines.size() == 2);
  CHECK(town.restore({lost.lines[0].id})->count == 1);
}

std::string subjects(const feed::MailPage& page) {
  std::string made;
  for (const auto& line : page.lines) made += (made.empty() ? "" : " ") + line.subject;
  return made;
}

TEST_CASE("messages that are not seen are told alone, from either end") {
  Town town;
  for (int at = 0; at < 9; ++at) town.add("INBOX", std::to_string(at));
  const auto here = town.open();
  mailbox::UidSet seen(1, 3);
  seen.add(6, 7);
  CHECK(town.control.world.run(town.home(), here->store_flags(here->folder("INBOX")->number, seen, {mailbox::FlagChange::How::Add, {mailbox::kSeen, {}}})).has_value());
  const auto all = [&](bool is_newest_first) {
    std::string told;
    std::uint64_t after = 0;
    do {
      const auto page = town.control.run(town.mailboxes().messages(town.north.caller, "one.test", "joe", "INBOX", after, 2,
                                                                  {.is_newest_first = is_newest_first, .is_unseen_only = true})).value();
      CHECK(page.lines.size() <= 2);
      told += subjects(page) + "|";
      after = page.next;
    } while (after != 0);
    return told;
  };
  CHECK(all(false).starts_with("3 4|7 8|"));
  CHECK(all(true).starts_with("8 7|4 3|"));
}

TEST_CASE("folders and messages are told and moved, and sessions ended") {
  Town town;
  for (int at = 0; at < 5; ++at) town.add("INBOX", std::to_string(at));
  auto& mailboxes = town.mailboxes();
  const auto& caller = town.north.caller;
  const auto run = [&town](auto task) { return town.control.run(std::move(task)); };
  const auto view = run(mailboxes.view(caller, "ONE.test", "JOE")).value();
  CHECK(view.quota_bytes == 10'000);
  CHECK(view.used_messages == 5);
  CHECK(view.folders[0].name == "INBOX");
  CHECK(view.folders[0].role == "inbox");
  CHECK(std::ranges::count(view.folders, "trash", &feed::MailFolder::role) == 1);

  const auto page = run(mailboxes.messages(caller, "one.test", "joe", "INBOX", 0, 3)).value();
  CHECK(page.lines.size() == 3);
  CHECK(page.lines[2].subject == "2");
  CHECK(run(mailboxes.messages(caller, "one.test", "joe", "INBOX", page.next, 3))->lines.size() == 2);
  CHECK(code_of(run(mailboxes.messages(caller, "one.test", "joe", "Nowhere", 0, 3))) == code::kNoFolder);
  const auto newest = run(mailboxes.messages(caller, "one.test", "joe", "INBOX", 0, 3, {.is_newest_first = true})).value();
  CHECK(subjects(newest) == "4 3 2");
  const auto rest = run(mailboxes.messages(caller, "one.test", "joe", "INBOX", newest.next, 3, {.is_newest_first = true})).value();
  CHECK(subjects(rest) == "1 0");
  CHECK(rest.next == 0);
  CHECK(*run(mailboxes.move(caller, "one.test", "joe", "INBOX", "Archive", {1, 2, 77})) == feed::MailDone{2, {}, {1, 2}});
  CHECK(run(mailboxes.move(caller, "one.test", "joe", "INBOX", "Archive", {}))->count == 3);
  CHECK(town.count("Archive") == 5);
  CHECK(code_of(run(mailboxes.move(caller, "one.test", "joe", "INBOX", "Nowhere", {}))) == code::kNoFolder);
  CHECK(code_of(run(mailboxes.move(caller, "one.test", "joe", "a\r\nb", "INBOX", {}))) == code::kBadValue);
  CHECK(code_of(run(mailboxes.move(caller, "one.test", "joe", "INBOX", "Archive", std::vector<std::uint64_t>(1001, 1)))) == code::kBadValue);
  CHECK(run(mailboxes.sign_out(caller, "one.test", "joe"))->count == 0);
}

TEST_CASE("another reseller's mailboxes and migrations do not exist, and no cluster is asked for them") {
  Town town;
  town.far.folder("INBOX").add("Subject: x\r\n\r\n");
  const auto south = add_reseller(town.control, "south");
  const auto id = town.add_migration("spring");
  REQUIRE(is_id(id, 'i'));
  const auto run = [&town](auto task) { return town.control.run(std::move(task)); };
  auto& api = *town.control.api;
  for (const char* domain : {"one.test", "none.test"}) {
    const auto want = "there is no domain " + std::string(domain);
    CHECK(run(api.mailboxes.view(south.caller, domain, "joe")).error().text == want);
    CHECK(run(api.mailboxes.deleted(south.caller, domain, "joe", 0, 10)).error().text == want);
    CHECK(run(api.mailboxes.restore(south.caller, domain, "joe", {1}, "")).error().text == want);
    CHECK(run(api.mailboxes.move(south.caller, domain, "joe", "INBOX", "Trash", {})).error().text == want);
    CHECK(run(api.mailboxes.sign_out(south.caller, domain, "joe")).error().text == want);
    std::vector<control::NewMigration> specs(1);
    specs[0].local = "joe@" + std::string(domain);
    specs[0].server = "far.example";
    CHECK(run(api.migrations.add(south.caller, specs, "x"))->items[0].error().text == want);
  }
  const auto unknown = "i" + std::string(26, '2');
  for (const auto& each : {id, unknown}) {
    CHECK(run(api.migrations.status(south.caller, each)).error().text == "there is no such migration");
    CHECK(run(api.migrations.trace(south.caller, each)).error().text == "there is no such migration");
    CHECK(run(api.migrations.cancel(south.caller, each)).error().text == "there is no such migration");
  }
  CHECK(run(api.migrations.list(south.caller, "spring", {}))->rows.empty());
  CHECK(run(api.migrations.jobs(south.caller))->lines.empty());
  CHECK(run(api.migrations.threads(south.caller))->empty());
  CHECK(run(api.migrations.list(town.north.caller, "spring", {}))->rows.size() == 1);
  CHECK(run(api.migrations.jobs(town.north.caller))->lines.at(0).job == "spring");
}

TEST_CASE("a cluster that is away, or goes in the midst of a call, is unavailable, and control goes on") {
  Town town;
  const auto view = [&] { return town.control.run(town.mailboxes().view(town.north.caller, "one.test", "joe")); };
  CHECK(view().has_value());
  town.network.cut("node", "control");
  const auto before = town.control.world.now();
  CHECK(code_of(view()) == code::kClusterUnavailable);
  CHECK(town.control.world.now() - before < 16s);
  CHECK(town.control.run(town.control.api->users.get(town.north.caller, "one.test", "joe", control::kAnyUser)).has_value());
  town.network.heal("node", "control");
  town.control.world.run_for(90s);
  CHECK(view().has_value());
  town.stop_node();
  town.control.world.run_for(1s);
  CHECK(code_of(view()) == code::kClusterUnavailable);
  town.start_node();
  CHECK(view().has_value());
}

TEST_CASE("over connections that break at any time, and with crashes of both, what is asked again is done once") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Town town(seed);
    for (int at = 0; at < 20; ++at) town.add("Work", std::to_string(at));
    town.expunge("Work");
    std::vector<std::uint64_t> ids;
    for (const auto& each : town.deleted().lines) ids.push_back(each.id);
    REQUIRE(ids.size() == 20);
    town.network.usual().resets_once_in = 12;
    simulated::Random random(seed);
    for (std::size_t at = 0; at < ids.size();) {
      if (random.once_in(12)) town.crash_node();
      if (random.once_in(12)) town.crash_control();
      if (town.restore({ids[at]})) ++at;
      town.control.world.run_for(random.between(1ms, 2s));
    }
    town.network.usual().resets_once_in = 0;
    town.control.world.run_for(10s);
    CHECK(town.count("Work") == 20);
    CHECK(town.deleted().lines.empty());
  }
}

TEST_CASE("a migration goes on while control is away, and control knows it again when it is back") {
  Town town;
  for (int at = 0; at < 20; ++at)
    town.far.folder("INBOX").add("Message-ID: <" + std::to_string(at) + "@far.example>\r\nSubject: " + std::to_string(at) + "\r\n\r\nbody\r\n");
  const auto id = town.add_migration("");
  REQUIRE_MESSAGE(is_id(id, 'i'), id);
  town.crash_control();
  town.control.world.run_for(2min);
  CHECK(town.state_of(id) == migration::State::Done);
  CHECK(town.count("INBOX") == 20);
  const auto jobs = town.control.run(town.control.api->migrations.jobs(town.north.caller)).value();
  REQUIRE(jobs.lines.size() == 1);
  CHECK(is_id(jobs.lines[0].job, 'j'));
  CHECK(jobs.lines[0].total.added == 20);

  // Again, and both go in the midst of it.
  town.far.folder("INBOX").add("Message-ID: <new@far.example>\r\nSubject: new\r\n\r\nbody\r\n");
  const auto again = town.add_migration("again");
  town.crash_node();
  town.crash_control();
  town.control.world.run_for(3min);
  CHECK(town.state_of(again) == migration::State::Done);
  CHECK(town.count("INBOX") == 21);
  CHECK(town.control.run(town.control.api->migrations.trace(town.north.caller, again))->contains("signed in at"));
  CHECK(code_of(town.control.run(town.control.api->migrations.cancel(town.north.caller, again))) == code::kBadValue);
}

TEST_CASE("a control of a later release is told that a method is not known, and one of before is understood") {
  Town town;
  const auto ask = [&town](std::string method, std::string params) {
    return town.control.run(town.server->call("a", std::move(method), std::move(params), town.control.world.now() + 5s));
  };
  CHECK(ask("mailbox.moon", "{}").error().code == "NO_METHOD");
  CHECK(ask("mailbox.folders", R"({"account":")" + town.account + R"(","moon":1})").has_value());
  CHECK(ask("mailbox.folders", "[]").error().fault == Fault::Syntax);
  CHECK(ask("mailbox.folders", R"({"account":"a22222222222222222222222222"})").error().code == "NONEXISTENT");
}

}  // namespace
}  // namespace postroad::cluster
