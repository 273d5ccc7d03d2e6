#include "mailbox/fixture_test.h"

// What the store may answer, and what becomes of it.
namespace postroad::mailbox::testing {
namespace {

using store::memory::Fate;

// The next commit on the account has this fate.
void next_commit(Node& node, Fate fate) {
  node.disk.faults().on_commit = [&node, fate](const store::Partition& partition,
                                               const store::Batch& batch) -> std::optional<Fate> {
    if (partition != partition_of(kAccount) || batch.empty()) return Fate::Good;
    node.disk.faults().on_commit = nullptr;
    return fate;
  };
}

struct Case {
  const char* what;
  Fate fate;
  const char* want;
  std::uint32_t messages;
};
constexpr Case kCases[] = {
    {"good", Fate::Good, "ok", 1},
    {"unavailable", Fate::Unavailable, "busy", 0},
    {"unknown, not written", Fate::UnknownUnwritten, "ok", 1},
    {"unknown, written", Fate::UnknownWritten, "ok", 1},
    {"unknown, written late", Fate::UnknownLate, "ok", 1},
};

TEST_CASE("each outcome of a commit, for a mail without an acceptance id") {
  for (const auto& [what, fate, want, messages] : kCases) {
    CAPTURE(what);
    Node node;
    const auto account = node.open();
    next_commit(node, fate);
    CHECK(lower(outcome(node.run(account->append("INBOX", {mail("x")})))) == want);
    node.world.run_for(std::chrono::minutes(1));
    CHECK(account->folder("INBOX")->messages == messages);
    CHECK(node.audit().messages.size() == messages);
    node.check_whole();
  }
}

TEST_CASE("a store that never answers leaves it in doubt, and says so") {
  Options options;
  options.commit_patience = std::chrono::seconds(20);
  Node node(1, options);
  const auto account = node.open();
  node.disk.faults().on_commit = [](const store::Partition&, const store::Batch& batch) -> std::optional<Fate> {
    return batch.empty() ? Fate::UnknownUnwritten : Fate::UnknownWritten;
  };
  CHECK(outcome(node.run(account->deliver("INBOX", mail("x"), "a1"))) == "INDOUBT");
  node.disk.faults().on_commit = nullptr;
  // The same acceptance again: once.
  CHECK(node.run(account->deliver("INBOX", mail("x"), "a1"))->was_there);
  CHECK(account->folder("INBOX")->messages == 1);
  node.check_whole();
}

TEST_CASE("a read that fails once the store has settled leaves nobody in doubt") {
  Node node;
  const auto account = node.open();
  node.disk.faults().on_commit = [&node](const store::Partition&, const store::Batch& batch) -> std::optional<Fate> {
    if (!batch.empty()) return Fate::UnknownWritten;
    node.disk.faults().on_commit = nullptr;
    node.disk.faults().read_busy = 1;
    node.world.after(std::chrono::seconds(10), [&node] { node.disk.faults().read_busy = 0; });
    return Fate::Good;
  };
  CHECK(lower(outcome(node.run(account->append("INBOX", {mail("x")})))) == "ok");
  CHECK(account->folder("INBOX")->messages == 1);
  node.check_whole();
}

TEST_CASE("two writers of one account see each other's changes, and neither's is lost") {
  Node node;
  Accounts other(*node.store, {node.loop.get()}, node.world.random(), node.log, node.metrics, Options{});
  const auto here = node.open();
  const auto there = *node.run(other.open(kAccount, {}));
  const auto view = *node.run(here->select("INBOX", false));
  for (int at = 0; at < 5; ++at) {
    REQUIRE(node.run(here->deliver("INBOX", mail("x"), "")).has_value());
    REQUIRE(node.run(there->deliver("INBOX", mail("x"), "")).has_value());
  }
  REQUIRE(node.run(there->expunge(1, UidSet(2, 3), Account::Which::All)).has_value());
  view->take_changes();
  REQUIRE(node.run(here->deliver("INBOX", mail("x"), "")).has_value());
  const auto changes = view->take_changes();
  CHECK(changes.vanished.text() == "2:3");
  CHECK(uids_of(*view) == "1,4:11");
  node.check_whole();
}

TEST_CASE("a read that fails is told, and is right the next time") {
  Node node;
  const auto account = node.open();
  REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
  node.disk.faults().is_down = true;
  CHECK(outcome(node.run(account->select("Trash", true))) == "ok");  // empty: nothing needs to be read
  CHECK_FALSE(node.run(account->read(1, 0, 10)).has_value());
  node.disk.faults().is_down = false;
  CHECK(node.run(account->read(1, 0, 7)).value_or("") == "Subject");
}

TEST_CASE("a body that is shorter than its row says is told as damage") {
  Node node;
  const auto account = node.open();
  auto writer = account->write_body();
  REQUIRE(node.run(writer.write(std::string(kInlineBytes + 100, 'x'))).has_value());
  NewMail made;
  made.body = *node.run(writer.finish());
  REQUIRE(node.run(account->append("INBOX", {made})).has_value());
  node.disk.lose_piece(made.body->email_id, 1);
  CHECK(node.run(account->read(1, kInlineBytes - 10, 10)).has_value());
  const auto read = node.run(account->read(1, kInlineBytes - 10, 20));
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().fault == Fault::Broken);
}

TEST_CASE("a delivery is counted once, when it is durable") {
  Node node;
  const auto account = node.open();
  const auto& delivered = node.metrics.counter("postroad_mailbox_delivered_total", "");
  next_commit(node, Fate::Unavailable);
  CHECK_FALSE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
  CHECK(delivered.value() == 0);
  next_commit(node, Fate::UnknownUnwritten);
  CHECK(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
  CHECK(delivered.value() == 1);
}

TEST_CASE("damage is told, and the account is left alone") {
  Node node;
  { node.open(); }
  node.crash();
  node.disk.damage_partition(partition_of(kAccount));
  const auto opened = node.run(node.accounts->open(kAccount, {}));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().fault == Fault::Broken);
}

TEST_CASE("changes that wait are merged into one commit, each with its own mod-sequence") {
  Node node;
  const auto account = node.open();
  auto& committed = node.metrics.counter("postroad_mailbox_commits_total", "Commits of accounts' changes, by their outcome",
                                         {{"outcome", "committed"}});
  const auto before = committed.value();
  std::vector<Placed> placed;
  const auto deliver = [](std::shared_ptr<Account> to, std::vector<Placed>& into) -> io::Task<void> {
    auto done = co_await to->deliver("INBOX", mail("x"), "");
    if (done) into.push_back(*done);
  };
  for (int at = 0; at < 50; ++at) node.loop->spawn(deliver(account, placed), "deliver");
  node.world.run_until([&placed] { return placed.size() == 50; });
  CHECK(committed.value() - before <= 3);
  REQUIRE(placed.size() == 50);
  for (std::size_t at = 1; at < placed.size(); ++at) {
    CHECK(placed[at].uid == placed[at - 1].uid + 1);
    CHECK(placed[at].modseq == placed[at - 1].modseq + 1);
  }
  node.check_whole();
}

}  // namespace
}  // namespace postroad::mailbox::testing
