#include "mailbox/fixture_test.h"

// A folder of 100,000 messages, and what may be done to 50,000 of them in one commit.
namespace postroad::mailbox::testing {
namespace {

constexpr Uid kMessages = 100'000;

struct Fixture {
  Fixture() : account(node.open()) {
    for (Uid uid = 0; uid < kMessages; uid += 500) {
      std::vector<NewMail> mails;
      for (int at = 0; at < 500; ++at) {
        NewMail made;
        made.bytes = "x";
        mails.push_back(std::move(made));
      }
      const auto appended = node.run(account->append("INBOX", std::move(mails)));
      REQUIRE_MESSAGE(appended.has_value(), (appended ? "" : appended.error().text));
    }
  }
  // Every second one of the first so many.
  static UidSet scattered(Uid last) {
    UidSet uids;
    for (Uid uid = 1; uid <= last; uid += 2) uids.add(uid);
    return uids;
  }
  std::uint64_t committed() {
    return node.metrics
        .counter("postroad_mailbox_commits_total", "Commits of accounts' changes, by their outcome", {{"outcome", "committed"}})
        .value();
  }
  Node node;
  std::shared_ptr<Account> account;
};

TEST_CASE("operations on 50,000 of 100,000 messages, scattered, are one commit each") {
  Fixture f;
  auto& node = f.node;
  auto& account = *f.account;
  const auto scattered = Fixture::scattered(kMessages);
  REQUIRE(scattered.count() == kOperationMessages);
  auto commits = f.committed();
  const auto is_one = [&] { return f.committed() == ++commits; };

  CHECK(node.run(account.store_flags(1, scattered, {FlagChange::How::Add, flags(kSeen, {"$Work"})}))->changed == scattered);
  CHECK(is_one());
  CHECK(account.folder("INBOX")->unseen == kMessages / 2);
  CHECK(node.run(account.copy(1, scattered, "Archive"))->from == scattered);
  CHECK(is_one());
  const auto moved = node.run(account.move(1, scattered, "Trash"));
  REQUIRE_MESSAGE(moved.has_value(), (moved ? "" : moved.error().text));
  CHECK(moved->to.text() == "1:50000");
  CHECK(is_one());
  const auto trash = account.folder("Trash")->number;
  CHECK(node.run(account.expunge(trash, UidSet(1, kMessages), Account::Which::All))->uids.count() == 50'000);
  CHECK(is_one());
  const auto archive = account.folder("Archive")->number;
  const auto expunged = node.run(account.expunge(archive, UidSet(1, kMessages), Account::Which::All));
  REQUIRE_MESSAGE(expunged.has_value(), (expunged ? "" : expunged.error().text));
  CHECK(is_one());
  CHECK(account.quota().used_messages == kMessages / 2);
  // More was moved away than the folder's row remembers: what is missing tells.
  CHECK(node.run(account.vanished(1, 1, UidSet(1, UINT32_MAX)))->count() == 50'000);

  const auto audit = node.audit(false);
  for (const auto& flaw : audit.flaws) FAIL_CHECK(flaw);
  CHECK(audit.rows < 10'000);
}

TEST_CASE("operations on more are refused whole") {
  Fixture f;
  auto& account = *f.account;
  const auto before = account.folder("INBOX")->highest_modseq;
  const UidSet all(1, UINT32_MAX);
  CHECK(outcome(f.node.run(account.store_flags(1, all, {FlagChange::How::Add, flags(kSeen)}))) == "LIMIT");
  CHECK(outcome(f.node.run(account.copy(1, all, "Trash"))) == "LIMIT");
  CHECK(outcome(f.node.run(account.move(1, all, "Trash"))) == "LIMIT");
  CHECK(outcome(f.node.run(account.expunge(1, all, Account::Which::All))) == "LIMIT");
  CHECK(account.folder("INBOX")->highest_modseq == before);
  // An expunge counts what it would take away, not what it looks at.
  CHECK(f.node.run(account.expunge(1, all, Account::Which::Deleted))->uids.empty());

  const auto view = *f.node.run(account.select("INBOX", false));
  CHECK(view->exists() == kMessages);
  CHECK(view->at(kMessages).uid == kMessages);
  CHECK(outcome(f.node.run(account.rename_folder("INBOX", "Old"))) == "ok");
  CHECK(outcome(f.node.run(account.delete_folder("Old"))) == "ok");
  CHECK(account.quota().used_messages == 0);
  CHECK(view->take_changes().expunged.size() == kMessages);
  const auto audit = f.node.audit(false);
  for (const auto& flaw : audit.flaws) FAIL_CHECK(flaw);
  CHECK(audit.recoverable == kMessages);
}

}  // namespace
}  // namespace postroad::mailbox::testing
