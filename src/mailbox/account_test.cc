#include "mailbox/account.h"

#include <algorithm>

#include "mailbox/fixture_test.h"

namespace postroad::mailbox::testing {
namespace {

TEST_CASE("a new account has the folders that each has, and is kept") {
  Node node;
  {
    const auto account = node.open();
    std::string names;
    for (const auto& folder : account->folders()) names += folder.name + std::string(role_attribute(folder.role)) + " ";
    CHECK(names == "INBOX Archive\\Archive Drafts\\Drafts Junk\\Junk Sent\\Sent Trash\\Trash ");
    CHECK(account->folder("inbox")->uid_next == 1);
    CHECK(account->folder("INBOX")->highest_modseq == 1);
  }
  const auto id = node.open()->folder("INBOX")->id;
  node.crash();
  CHECK(node.open()->folder("INBOX")->id == id);
  node.check_whole();
}

TEST_CASE("a delivered message can be read, before and after a crash") {
  Node node;
  std::string id;
  {
    const auto account = node.open();
    const auto placed = node.run(account->deliver("INBOX", mail("one", flags(kFlagged, {"$Work"})), "acceptance"));
    REQUIRE(placed.has_value());
    CHECK(placed->uid == 1);
    CHECK_FALSE(placed->was_there);
    id = placed->email_id;
  }
  node.crash();
  const auto account = node.open();
  const auto view = *node.run(account->select("INBOX", true));
  REQUIRE(view->exists() == 1);
  const auto message = view->at(1);
  CHECK(message.uid == 1);
  CHECK(account->flags_of(message.flags) == flags(kFlagged, {"$Work"}));
  CHECK(*node.run(account->read(message.email, 0, 1000)) == "Subject: one\r\n\r\none\r\n");
  CHECK(*node.run(account->read(message.email, 9, 3)) == "one");
  CHECK(*node.run(account->summary(message.email)) == "summary of one");
  CHECK(node.run(account->email(message.email))->id == id);
  node.check_whole();
}

TEST_CASE("a delivery is made once, however often it is repeated") {
  Node node;
  const auto account = node.open();
  const auto first = *node.run(account->deliver("INBOX", mail("one"), "a1"));
  const auto again = *node.run(account->deliver("INBOX", mail("one"), "a1"));
  CHECK(again.was_there);
  CHECK(again.uid == first.uid);
  CHECK(again.email_id == first.email_id);
  CHECK_FALSE(node.run(account->deliver("INBOX", mail("one"), "a2"))->was_there);
  CHECK(account->folder("INBOX")->messages == 2);
  // Many of them, so that buckets are cut: each is still known.
  for (int at = 0; at < 300; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), std::to_string(at))).has_value());
  for (int at = 0; at < 300; ++at) CHECK(node.run(account->deliver("INBOX", mail("x"), std::to_string(at)))->was_there);
  node.check_whole();
}

TEST_CASE("what is expunged or moved away is not delivered again") {
  Node node;
  const auto account = node.open();
  REQUIRE(node.run(account->deliver("INBOX", mail("one"), "a1")).has_value());
  REQUIRE(node.run(account->expunge(1, UidSet(1, 1), Account::Which::All)).has_value());
  CHECK(node.run(account->deliver("INBOX", mail("one"), "a1"))->was_there);
  CHECK(account->folder("INBOX")->messages == 0);
}

TEST_CASE("a missing folder: mail goes to INBOX, APPEND is told to create it") {
  Node node;
  const auto account = node.open();
  CHECK(node.run(account->deliver("Nowhere", mail("one"), "a1"))->folder == account->folder("INBOX")->number);
  CHECK(node.run(account->deliver("no//name", mail("one"), "a2"))->folder == account->folder("INBOX")->number);
  std::vector<NewMail> mails{mail("one")};
  CHECK(outcome(node.run(account->append("Nowhere", mails))) == "TRYCREATE");
  CHECK(outcome(node.run(account->append("no//name", mails))) == "CANNOT");
}

TEST_CASE("mails of one APPEND are added all or none") {
  Node node;
  const auto account = node.open({.quota_bytes = 60});
  std::vector<NewMail> mails{mail("aaa"), mail("bbb"), mail("ccc")};
  CHECK(outcome(node.run(account->append("INBOX", mails))) == "OVERQUOTA");
  CHECK(account->folder("INBOX")->messages == 0);
  mails.pop_back();
  const auto placed = node.run(account->append("INBOX", mails));
  REQUIRE(placed.has_value());
  CHECK(placed->at(1).uid == 2);
  CHECK(account->quota().used_bytes == 42);
}

TEST_CASE("the quota counts an email once, and not what can be recovered") {
  Node node;
  const auto account = node.open({.quota_bytes = 50});
  REQUIRE(node.run(account->deliver("INBOX", mail("aaa"), "")).has_value());
  REQUIRE(node.run(account->copy(1, UidSet(1, 1), "Trash")).has_value());
  CHECK(account->quota().used_bytes == 21);
  CHECK(account->quota().used_messages == 1);
  REQUIRE(node.run(account->expunge(1, UidSet(1, 1), Account::Which::All)).has_value());
  CHECK(account->quota().used_bytes == 21);
  REQUIRE(node.run(account->expunge(account->folder("Trash")->number, UidSet(1, 1), Account::Which::All)).has_value());
  CHECK(account->quota().used_bytes == 0);

  const auto lost = *node.run(account->recoverable(0, 10));
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].size_bytes == 21);
  CHECK(node.run(account->recover({lost[0].email}, "INBOX"))->at(0).email_id == lost[0].id);
  CHECK(account->quota().used_bytes == 21);
  CHECK(node.run(account->recoverable(0, 10))->empty());
  CHECK(node.run(account->recover({lost[0].email}, "INBOX"))->empty());
  REQUIRE(node.run(account->deliver("INBOX", mail("aaa"), "")).has_value());
  CHECK(outcome(node.run(account->deliver("INBOX", mail("aaa"), ""))) == "OVERQUOTA");
  node.check_whole();
}

TEST_CASE("a copy keeps the email's id; its mod-sequence and UID are new") {
  Node node;
  const auto account = node.open();
  const auto placed = *node.run(account->deliver("INBOX", mail("one", flags(kSeen, {"$Work"})), ""));
  const auto copied = *node.run(account->copy(1, UidSet(1, 7), "Archive"));
  CHECK(copied.from.text() == "1");
  CHECK(copied.to.text() == "1");
  CHECK(copied.modseq > placed.modseq);
  const auto view = *node.run(account->select("Archive", true));
  CHECK(node.run(account->email(view->at(1).email))->id == placed.email_id);
  CHECK(account->flags_of(view->at(1).flags) == flags(kSeen, {"$Work"}));
  CHECK(node.run(account->copy(1, UidSet(5, 7), "Archive"))->from.empty());
  CHECK(outcome(node.run(account->copy(1, UidSet(1, 1), "Nowhere"))) == "TRYCREATE");
}

TEST_CASE("keywords: one spelling, and no more than there is room for") {
  Node node;
  const auto account = node.open();
  REQUIRE(node.run(account->deliver("INBOX", mail("one", flags(0, {"$Work", "not a keyword"})), "")).has_value());
  const auto store = [&](std::vector<std::string> keywords, FlagChange::How how = FlagChange::How::Add) {
    return node.run(account->store_flags(1, UidSet(1, 1), {how, flags(0, std::move(keywords))}));
  };
  CHECK(store({"$WORK"})->unchanged.text() == "1");
  CHECK(account->keywords() == std::vector<std::string>{"$Work"});
  CHECK(outcome(store({"a b"})) == "CANNOT");
  std::vector<std::string> many;
  for (std::size_t at = 1; at < kKeywords; ++at) many.push_back("k" + std::to_string(at));
  CHECK(outcome(store(many)) == "ok");
  CHECK(outcome(store({"one-more"})) == "LIMIT");
  CHECK(store({"one-more"}, FlagChange::How::Remove)->unchanged.text() == "1");
  const auto view = *node.run(account->select("INBOX", true));
  CHECK(account->flags_of(view->at(1).flags).keywords.size() == kKeywords);
}

TEST_CASE("replies are in the thread that they answer, within one subject") {
  Node node;
  const auto account = node.open();
  const auto thread_of = [&](std::vector<std::string> ids, std::string subject) {
    auto made = mail("x");
    made.thread = {std::move(ids), std::move(subject)};
    const auto placed = *node.run(account->deliver("INBOX", std::move(made), ""));
    const auto view = *node.run(account->select("INBOX", true));
    return node.run(account->email(view->find(placed.uid)->email))->thread_id;
  };
  const auto first = thread_of({"a@x"}, "plan");
  CHECK(is_id(first, 't'));
  CHECK(thread_of({"b@x", "a@x"}, "plan") == first);
  CHECK(thread_of({"c@x", "b@x"}, "plan") == first);
  CHECK(thread_of({"d@x", "a@x"}, "another") != first);
  CHECK(thread_of({}, "plan") != first);
  // A reply that came before what it answers.
  const auto early = thread_of({"z2@x", "z1@x"}, "z");
  CHECK(thread_of({"z1@x"}, "z") == early);
  for (int at = 0; at < 400; ++at) thread_of({"m" + std::to_string(at)}, "s");
  CHECK(thread_of({"e@x", "b@x"}, "plan") == first);
  node.check_whole();
}

TEST_CASE("POP3 has an account alone") {
  Node node;
  const auto account = node.open();
  {
    const auto lock = account->lock_maildrop();
    CHECK(lock.has_value());
    CHECK(outcome(account->lock_maildrop()) == "INUSE");
  }
  CHECK(account->lock_maildrop().has_value());
}

TEST_CASE("malformed mails are refused before anything is done") {
  Node node;
  const auto account = node.open();
  CHECK(outcome(node.run(account->deliver("INBOX", NewMail{}, ""))) == "refused");
  NewMail large;
  large.bytes = std::string(kInlineBytes + 1, 'x');
  CHECK(outcome(node.run(account->deliver("INBOX", large, ""))) == "LIMIT");
  auto journal = mail("x");
  journal.rows.push_back({"mh", "x"});
  CHECK_FALSE(node.run(account->deliver("INBOX", journal, "")).has_value());
  journal.rows = {{"x1", "counted"}};
  CHECK(node.run(account->deliver("INBOX", journal, "")).has_value());
  CHECK(account->folder("INBOX")->messages == 1);
  node.check_whole();
}

TEST_CASE("others' rows go with a commit, where they are what they must be") {
  Node node;
  const auto account = node.open();
  const auto append = [&](ExtraRows extra) {
    std::vector<NewMail> mails;
    mails.push_back(mail("x"));
    return outcome(node.run(account->append("INBOX", std::move(mails), std::move(extra))));
  };
  const auto rows = [&] {
    std::string text;
    for (const auto& row : node.run(account->rows("x", "", 10))->rows) text += row.key + "=" + row.value + " ";
    return text;
  };
  CHECK(append({.expect = {{"xa", {}}}, .put = {{"xa", "1"}}, .del = {}}) == "ok");
  CHECK(append({.expect = {{"xa", {}}}, .put = {{"xa", "2"}}, .del = {}}) == "CHANGED");
  CHECK(append({.expect = {{"xa", "1"}, {"xb", {}}}, .put = {{"xb", "1"}}, .del = {"xa"}}) == "ok");
  CHECK(rows() == "xb=1 ");
  CHECK(account->folder("INBOX")->messages == 2);
  CHECK(outcome(node.run(account->write_rows({.expect = {{"xb", "2"}}, .put = {{"xb", "3"}}, .del = {}}))) == "CHANGED");
  CHECK(outcome(node.run(account->write_rows({.expect = {{"xb", "1"}}, .put = {{"xc", "3"}}, .del = {}}))) == "ok");
  CHECK(rows() == "xb=1 xc=3 ");

  CHECK(append({.expect = {{"mh", {}}}, .put = {}, .del = {}}) == "broken");
  CHECK(append({.expect = {}, .put = {{"mh", "x"}}, .del = {}}) == "broken");
  CHECK(append({.expect = {}, .put = {{"xa", "x"}}, .del = {"xa"}}) == "broken");
  CHECK_FALSE(node.run(account->rows("m", "", 10)).has_value());
  node.check_whole();
}

TEST_CASE("changes of others' rows that share a commit see each other") {
  Node node;
  const auto account = node.open();
  // Both wait in one group: the second one's expectation is what the first one wrote.
  std::vector<std::string> outcomes;
  const auto write = [](Account* on, std::string before, std::string after, std::vector<std::string>* into) -> io::Task<void> {
    ExtraRows extra{.expect = {{"xa", before.empty() ? std::nullopt : std::optional(before)}}, .put = {{"xa", after}}, .del = {}};
    into->push_back(outcome(co_await on->write_rows(std::move(extra))));
  };
  for (const auto& [before, after] : {std::pair("", "1"), std::pair("1", "2"), std::pair("1", "3")})
    node.loop->spawn(write(account.get(), before, after, &outcomes), "write");
  REQUIRE(node.world.run_until([&outcomes] { return outcomes.size() == 3; }));
  std::ranges::sort(outcomes);
  CHECK(outcomes == std::vector<std::string>{"CHANGED", "ok", "ok"});
  CHECK(node.run(account->rows("xa", "", 10))->rows.front().value == "2");
}

TEST_CASE("others' rows are as exact when the store does not say whether it wrote") {
  for (const auto fate : {store::memory::Fate::UnknownWritten, store::memory::Fate::UnknownUnwritten}) {
    Node node;
    const auto account = node.open();
    node.disk.faults().on_commit = [fate, left = 1](const store::Partition& where, const store::Batch&) mutable
        -> std::optional<store::memory::Fate> {
      if (where != partition_of(kAccount) || left-- <= 0) return std::nullopt;
      return fate;
    };
    std::vector<NewMail> mails;
    mails.push_back(mail("x"));
    CHECK(outcome(node.run(account->append("INBOX", std::move(mails), {.expect = {{"xa", {}}}, .put = {{"xa", "1"}}, .del = {}}))) == "ok");
    CHECK(account->folder("INBOX")->messages == 1);
    CHECK(node.run(account->rows("xa", "", 10))->rows.size() == 1);
    node.check_whole();
  }
}

}  // namespace
}  // namespace postroad::mailbox::testing
