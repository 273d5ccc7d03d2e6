#include "delivery/testing.h"

using namespace postroad;
using namespace postroad::delivery;
using namespace postroad::delivery::testing;
using store::memory::Fate;
using Codes = std::vector<int>;

TEST_CASE("a message is in each mailbox once, and stays there") {
  Node node;
  CHECK(node.deliver(node.arrival({"ann@example.org", "bob@example.org", "ann@example.org"})) == Codes{250});
  node.crash();
  CHECK(node.count("ann@example.org") == 1);
  CHECK(node.count("bob@example.org") == 1);
  CHECK(node.queued().empty());
}

TEST_CASE("the same acceptance twice is one message") {
  Node node;
  const auto arrival = node.arrival({"ann@example.org"});
  CHECK(node.deliver(arrival) == Codes{250});
  CHECK(node.deliver(arrival) == Codes{250});
  CHECK(node.deliver(node.arrival({"ann@example.org"})) == Codes{250});
  CHECK(node.count("ann@example.org") == 2);
}

TEST_CASE("large messages") {
  for (const std::size_t size : {std::size_t{1} << 20, (std::size_t{1} << 20) + 1, (std::size_t{5} << 20) + 7}) {
    Node node;
    CAPTURE(size);
    std::string text = kText;
    text.resize(size, 'x');
    CHECK(node.deliver(node.arrival({"ann@example.org", "bob@example.org"}, text)) == Codes{250});
    node.crash();
    CHECK(node.count("ann@example.org") == 1);
    CHECK(node.count("bob@example.org") == 1);
  }
}

TEST_CASE("where nothing was committed the client hears it") {
  Node node;
  node.fail_commits("ann@example.org", Fate::Unavailable);
  CHECK(node.deliver(node.arrival({"ann@example.org"})) == Codes{451});
  node.heal();
  CHECK(node.queued().empty());
  CHECK(node.count("ann@example.org") == 0);
}

TEST_CASE("where the store is down the client hears it, and nothing is there") {
  Node node;
  node.disk.faults().is_down = true;
  CHECK(node.deliver(node.arrival({"ann@example.org", "bob@example.org"})) == Codes{451});
  node.heal();
  CHECK(node.queued().empty());
}

TEST_CASE("over quota: 452 for one, the queue where others have the message") {
  Node node;
  directory::Draft draft(*node.directory.now());
  auto full = directory::testing::account("eve@example.org");
  full.quota_bytes = 10;
  REQUIRE(draft.put_account(full));
  node.directory.set(std::move(draft).finish());

  CHECK(node.deliver(node.arrival({"eve@example.org"})) == Codes{452});
  CHECK(node.deliver(node.arrival({"ann@example.org", "eve@example.org"})) == Codes{250});
  REQUIRE(node.queued().size() == 1);
  REQUIRE(node.queued()[0].addressees.size() == 1);
  CHECK(node.queued()[0].addressees[0] == queue::Addressee{.account = full.id, .recipient = "eve@example.org"});
  CHECK(node.count("ann@example.org") == 1);
  CHECK(node.count("eve@example.org") == 0);
}

TEST_CASE("LMTP hears what became of each") {
  Node node;
  directory::Draft draft(*node.directory.now());
  auto full = directory::testing::account("eve@example.org");
  full.quota_bytes = 10;
  REQUIRE(draft.put_account(full));
  node.directory.set(std::move(draft).finish());

  auto arrival = node.arrival({"ann@example.org", "eve@example.org", "ann@example.org"});
  arrival.is_each_answered = true;
  CHECK(node.deliver(arrival) == Codes{250, 452, 250});
  CHECK(node.count("ann@example.org") == 1);
  CHECK(node.queued().empty());
}

TEST_CASE("where one mailbox can't be written the queue brings it later, once") {
  for (const auto fate : {Fate::Unavailable, Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate}) {
    Node node;
    node.fail_commits("bob@example.org", fate);
    CHECK(node.deliver(node.arrival({"ann@example.org", "bob@example.org"})) == Codes{250});
    CHECK(node.count("ann@example.org") == 1);
    CHECK(node.queued().size() == 1);
    node.crash();
    node.world.run_for(5min);
    if (fate == Fate::Unavailable || fate == Fate::UnknownUnwritten) CHECK(node.queued().size() == 1);
    node.heal();
    node.world.run_for(2h);
    CHECK(node.count("ann@example.org") == 1);
    CHECK(node.count("bob@example.org") == 1);
    CHECK(node.queued().empty());
  }
}

TEST_CASE("an unknown commit of one mailbox is found out or queued, never doubled") {
  for (const auto fate : {Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate}) {
    for (int times = 1; times < 4; ++times) {
      Node node;
      node.fail_commits("ann@example.org", fate, times);
      CHECK(node.deliver(node.arrival({"ann@example.org"})) == Codes{250});
      node.heal();
      node.world.run_for(2h);
      CHECK(node.count("ann@example.org") == 1);
    }
  }
}

TEST_CASE("how much an account uses") {
  Node node;
  CHECK(node.deliver(node.arrival({"ann@example.org"})) == Codes{250});
  CHECK(node.run(node.local->used_bytes(node.account("ann@example.org"))) == kText.size());
  node.disk.faults().is_down = true;
  node.crash();
  CHECK(node.run(node.local->used_bytes(node.account("ann@example.org"))) == std::nullopt);
}

TEST_CASE("a group of hundreds") {
  Node node;
  std::vector<std::string> addresses;
  directory::Draft draft(*node.directory.now());
  for (int i = 0; i < 300; ++i) {
    addresses.push_back("u" + std::to_string(i) + "@example.org");
    REQUIRE(draft.put_account(directory::testing::account(addresses.back())));
  }
  node.directory.set(std::move(draft).finish());
  CHECK(node.deliver(node.arrival(addresses)) == Codes{250});
  for (const auto& address : addresses) REQUIRE(node.count(address) == 1);
}

TEST_CASE("an account that was deleted since RCPT gets nothing, and the sender hears it") {
  Node node;
  const auto alone = node.arrival({"bob@example.org"});
  auto each = node.arrival({"ann@example.org", "bob@example.org"});
  each.is_each_answered = true;
  const auto both = node.arrival({"ann@example.org", "bob@example.org"});
  const auto partition = mailbox::partition_of(node.account("bob@example.org")->id);
  node.forget("bob@example.org");
  CHECK(node.deliver(alone) == Codes{550});
  CHECK(node.deliver(each) == Codes{250, 550});
  // One reply for both: the rest is kept for whoever asks for it.
  CHECK(node.deliver(both) == Codes{250});
  node.world.run_for(1h);
  REQUIRE(node.queued().size() == 1);
  CHECK(node.queued()[0].state == queue::Entry::State::Stuck);
  CHECK(node.count("ann@example.org") == 2);
  CHECK(node.run(node.engine().usage(partition)).value().rows == 0);
}

TEST_CASE("who tells the sender about a queued message finds all that he asked for") {
  Node node;
  auto arrival = node.arrival({"ann@example.org", "bob@example.org"});
  arrival.mail.envid = "QQ 314";
  arrival.mail.ret = smtp::Return::Headers;
  arrival.recipients[1].rcpt.notify = {.is_set = true, .success = true, .failure = false, .delay = true};
  arrival.recipients[1].rcpt.orcpt_type = "rfc822";
  arrival.recipients[1].rcpt.orcpt = "old-bob@example.org";
  node.fail_commits("bob@example.org", Fate::Unavailable);
  CHECK(node.deliver(arrival) == Codes{250});
  REQUIRE(node.queued().size() == 1);
  const auto entry = node.queued()[0];
  CHECK(entry.sender == "x@far.example");
  CHECK(entry.envid == "QQ 314");
  CHECK(entry.ret == "HDRS");
  CHECK(entry.addressees == std::vector{queue::Addressee{.account = node.account("bob@example.org")->id,
                                                         .recipient = "bob@example.org",
                                                         .notify = "SUCCESS,DELAY",
                                                         .orcpt = "rfc822;old-bob@example.org"}});
}

namespace {

// Ann's commits end in doubt, then fail plainly; the queue can't be written before that. Bob's always fail plainly.
struct Doubt {
  explicit Doubt(Node& node) {
    const auto ann = mailbox::partition_of(node.account("ann@example.org")->id);
    const auto bob = mailbox::partition_of(node.account("bob@example.org")->id);
    node.disk.faults().on_commit = [this, ann, bob](const store::Partition& where, const store::Batch& batch) -> std::optional<Fate> {
      if (where.starts_with("queue/") && !batch.empty() && !has_failed) {
        was_queue_refused = true;
        return Fate::Unavailable;
      }
      if (where == ann) {
        has_failed = has_failed || was_queue_refused;
        return was_queue_refused ? Fate::Unavailable : Fate::UnknownUnwritten;
      }
      if (where != bob) return std::nullopt;
      ++tries_of_bob;
      return Fate::Unavailable;
    };
  }
  bool was_queue_refused = false;
  bool has_failed = false;
  int tries_of_bob = 0;
};

}  // namespace

TEST_CASE("a plain failure does not end the doubt about an earlier try") {
  Node node;
  Doubt doubt(node);
  CHECK(node.deliver(node.arrival({"ann@example.org"})) == Codes{250});
  CHECK(doubt.has_failed);
  CHECK(node.queued().size() == 1);
  node.heal();
  node.world.run_for(2h);
  CHECK(node.count("ann@example.org") == 1);
}

TEST_CASE("LMTP: who has plainly failed is not tried again for another's sake") {
  Node node;
  Doubt doubt(node);
  auto arrival = node.arrival({"ann@example.org", "bob@example.org"});
  arrival.is_each_answered = true;
  CHECK(node.deliver(arrival) == Codes{250, 451});
  CHECK(doubt.has_failed);
  CHECK(doubt.tries_of_bob == 1);
  REQUIRE(node.queued().size() == 1);
  CHECK(node.queued()[0].addressees.size() == 1);
}

TEST_CASE("where not even the queue can be written the client is told to try again, and never that nobody has it") {
  Node node;
  const auto arrival = node.arrival({"ann@example.org", "bob@example.org"});
  node.forget("bob@example.org");
  node.disk.faults().on_commit = [](const store::Partition& where, const store::Batch& batch) -> std::optional<Fate> {
    return where.starts_with("queue/") && !batch.empty() ? std::optional(Fate::Unavailable) : std::nullopt;
  };
  CHECK(node.deliver(arrival) == Codes{451});
  node.heal();
  CHECK(node.count("ann@example.org") == 1);
  CHECK(node.queued().empty());
}
