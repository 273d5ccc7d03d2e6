#include "mailbox/view.h"

#include "mailbox/fixture_test.h"

namespace postroad::mailbox::testing {
namespace {

// An account with an INBOX of so many messages.
struct Fixture {
  explicit Fixture(int messages) : account(node.open()) {
    for (int at = 0; at < messages; ++at) deliver();
  }
  void deliver(Flags what = {}) { REQUIRE(node.run(account->deliver("INBOX", mail("x", std::move(what)), "")).has_value()); }
  std::unique_ptr<View> select(bool is_read_only = false) { return *node.run(account->select("INBOX", is_read_only)); }
  std::uint64_t expunge(UidSet uids) {
    return node.run(account->expunge(1, std::move(uids), Account::Which::All))->modseq;
  }
  Stored store(UidSet uids, FlagChange::How how, Flags what, std::optional<std::uint64_t> unchanged_since = {}) {
    return *node.run(account->store_flags(1, std::move(uids), {how, std::move(what)}, unchanged_since));
  }
  Node node;
  std::shared_ptr<Account> account;
};

std::string text(const std::vector<std::uint32_t>& numbers) {
  std::string all;
  for (const auto number : numbers) all += std::to_string(number) + " ";
  return all;
}

TEST_CASE("a view keeps what others expunge until it takes the changes") {
  Fixture f(5);
  const auto view = f.select();
  f.expunge(UidSet(2, 3));
  CHECK(view->exists() == 5);
  CHECK(view->at(3).uid == 3);
  CHECK(view->at(3).is_expunged);
  CHECK(*f.node.run(f.account->read(view->at(3).email, 0, 100)) == "Subject: x\r\n\r\nx\r\n");
  f.deliver();
  CHECK(view->exists() == 5);

  const auto kept = view->take_changes(false);
  CHECK(kept.expunged.empty());
  CHECK(kept.has_new);
  CHECK(kept.exists == 6);
  CHECK(view->at(6).uid == 6);

  const auto changes = view->take_changes();
  CHECK(text(changes.expunged) == "2 2 ");
  CHECK(changes.vanished.text() == "2:3");
  CHECK(changes.exists == 4);
  CHECK(uids_of(*view) == "1,4:6");
  CHECK_FALSE(view->has_changes());
}

TEST_CASE("flags that others set are told once, one's own not") {
  Fixture f(3);
  const auto one = f.select();
  const auto two = f.select();
  const auto stored = f.store(UidSet(2, 2), FlagChange::How::Add, flags(kSeen));
  CHECK(stored.changed.text() == "2");
  one->told(stored.changed, stored.modseq);
  CHECK_FALSE(one->has_changes());
  CHECK(two->has_changes());
  const auto changes = two->take_changes();
  REQUIRE(changes.flags.size() == 1);
  CHECK(changes.flags[0].sequence == 2);
  CHECK(changes.flags[0].flags == kSeen);
  CHECK(changes.highest_modseq == stored.modseq);
  CHECK(two->take_changes().empty());
}

TEST_CASE("of one's own changes nothing is kept where there is nothing else to tell") {
  Fixture f(2);
  const auto view = f.select();
  const auto own = f.store(UidSet(1, 1), FlagChange::How::Add, flags(kSeen));
  view->told(own.changed, own.modseq);
  CHECK(view->told_modseq() == own.modseq);

  // Here there is: both are kept apart until the changes are taken.
  f.store(UidSet(2, 2), FlagChange::How::Add, flags(kFlagged));
  const auto again = f.store(UidSet(1, 1), FlagChange::How::Remove, flags(kSeen));
  CHECK(again.newest_before == own.modseq);
  view->told(again.changed, again.modseq);
  CHECK(view->told_modseq() == own.modseq);
  const auto changes = view->take_changes();
  REQUIRE(changes.flags.size() == 1);
  CHECK(changes.flags[0].uid == 2);
}

TEST_CASE("a change over one's own is told") {
  Fixture f(1);
  const auto view = f.select();
  const auto own = f.store(UidSet(1, 1), FlagChange::How::Add, flags(kSeen));
  view->told(own.changed, own.modseq);
  f.store(UidSet(1, 1), FlagChange::How::Add, flags(kFlagged));
  CHECK(view->take_changes().flags.size() == 1);
}

TEST_CASE("STORE leaves alone what changed since") {
  Fixture f(3);
  const auto before = f.account->folder("INBOX")->highest_modseq;
  f.store(UidSet(2, 2), FlagChange::How::Add, flags(kFlagged));
  const auto stored = f.store(UidSet(1, 9), FlagChange::How::Replace, flags(kSeen), before);
  CHECK(stored.changed.text() == "1,3");
  CHECK(stored.modified.text() == "2");
  CHECK(f.store(UidSet(1, 9), FlagChange::How::Add, flags(kSeen)).unchanged.text() == "1,3");
  const auto view = f.select();
  CHECK(view->changed(UidSet(1, 9), stored.modseq - 1, 0, 100).size() == 3);
  CHECK(view->changed(UidSet(1, 9), stored.modseq, 0, 100).size() == 1);
  f.node.check_whole();
}

TEST_CASE("a message is recent in the first view that may write, and only there") {
  Fixture f(2);
  CHECK(f.account->folder("INBOX")->recent == 2);
  const auto looking = f.select(true);
  CHECK(looking->recent() == 2);
  const auto first = f.select();
  CHECK(first->recent() == 2);
  CHECK(first->at(2).is_recent);
  const auto second = f.select();
  CHECK(second->recent() == 0);
  f.deliver();
  CHECK(f.account->folder("INBOX")->recent == 1);
  CHECK(second->take_changes().recent == 1);
  CHECK(first->take_changes().recent == 2);
  CHECK(f.account->folder("INBOX")->recent == 0);
}

TEST_CASE("the first unseen message, counting those that wait to be expunged") {
  Fixture f(0);
  f.deliver(flags(kSeen));
  f.deliver();
  f.deliver();
  const auto view = f.select();
  CHECK(view->first_unseen() == 2);
  f.expunge(UidSet(2, 2));
  CHECK(view->first_unseen() == 2);
  view->take_changes();
  CHECK(view->first_unseen() == 2);
  CHECK(view->at(2).uid == 3);
  f.store(UidSet(3, 3), FlagChange::How::Add, flags(kSeen));
  CHECK(view->first_unseen() == 0);
}

TEST_CASE("a deleted folder's view can be read until it is told") {
  Fixture f(0);
  REQUIRE(f.node.run(f.account->create_folder("Work")).has_value());
  REQUIRE(f.node.run(f.account->append("Work", [] {
                std::vector<NewMail> mails;
                for (const char* each : {"one", "two"}) mails.push_back(mail(each));
                return mails;
              }()))
              .has_value());
  const auto view = *f.node.run(f.account->select("Work", false));
  REQUIRE(f.node.run(f.account->delete_folder("Work")).has_value());
  CHECK(view->exists() == 2);
  CHECK(f.node.run(f.account->read(view->at(2).email, 9, 3)).value_or("") == "two");
  CHECK(outcome(f.node.run(f.account->expunge(view->folder(), UidSet(1, 9), Account::Which::All))) == "NONEXISTENT");
  const auto changes = view->take_changes();
  CHECK(changes.is_gone);
  CHECK(text(changes.expunged) == "1 1 ");
  CHECK(view->exists() == 0);
  f.node.check_whole();
}

io::Task<void> wait(View& view, bool& was_rung) { was_rung = co_await view.bell().wait(); }

TEST_CASE("the bell rings for what comes") {
  Fixture f(1);
  const auto view = f.select();
  bool was_rung = false;
  f.node.loop->spawn(wait(*view, was_rung), "wait");
  f.node.world.run_until_idle();
  CHECK_FALSE(was_rung);
  f.deliver();
  CHECK(was_rung);
  CHECK(view->has_changes());
}

TEST_CASE("vanished messages since a mod-sequence") {
  Fixture f(9);
  const auto start = f.account->folder("INBOX")->highest_modseq;
  const auto first = f.expunge(UidSet(2, 2));
  f.expunge(UidSet(5, 6));
  const auto ask = [&f](std::uint64_t modseq, UidSet uids) {
    return f.node.run(f.account->vanished(1, modseq, std::move(uids)))->text();
  };
  CHECK(ask(start, UidSet(1, 100)) == "2,5:6");
  CHECK(ask(first, UidSet(1, 100)) == "5:6");
  CHECK(ask(start, UidSet(6, 100)) == "6");
}

}  // namespace
}  // namespace postroad::mailbox::testing
