#include <algorithm>

#include "mailbox/accounts.h"
#include "mailbox/fixture_test.h"
#include "mailbox/journal_check.h"
#include "mailbox/rows/head.h"
#include "statistics/recount.h"

namespace postroad::mailbox::testing {
namespace {

using statistics::Counter;
using statistics::Counts;

Options reporting() { return {.report_every = std::chrono::seconds(60)}; }
const Limits kLimits{.domain = "d1"};

void deliver(Node& node, Account& account, const std::string& text) {
  REQUIRE(node.run(account.deliver("INBOX", mail(text), text)).has_value());
}

JournalCheck checked(Node& node) {
  auto made = node.run(check_journal(node.store->on(*node.loop), partition_of(kAccount)));
  REQUIRE(made.has_value());
  return *made;
}

// The row of the partition, altered as if a disk or a defect had.
void alter(Node& node, const std::string& key, const std::function<void(statistics::HourRow&)>& change) {
  auto& engine = node.store->on(*node.loop);
  const auto got = node.run(engine.get(partition_of(kAccount), std::vector{key}));
  auto row = statistics::decode_hour(got->values.at(0).value()).value();
  change(row);
  REQUIRE(node.run(engine.commit(partition_of(kAccount), {.put = {{key, encode(row)}}})).outcome == store::Outcome::Committed);
}

TEST_CASE("what is delivered, appended and signed in is counted with it") {
  Node node(1, reporting());
  const auto account = node.open(kLimits);
  deliver(node, *account, "one");
  deliver(node, *account, "two");
  deliver(node, *account, "two");  // once more, by its acceptance
  REQUIRE(node.run(account->append("Sent", {mail("three"), mail("four"), mail("five")})).has_value());
  node.run(account->count_sign_in(Counter::SignInsImap));
  CHECK(node.run(account->append("Nowhere", {mail("six")})).error().code == "TRYCREATE");
  const auto check = checked(node);
  CHECK(check.flaws.empty());
  REQUIRE(check.hours.size() == 1);
  const auto& hour = check.hours.front();
  CHECK(hour.counts == check.total);
  CHECK(hour.domain == "d1");
  CHECK(hour.counts.of(Counter::MessagesIn) == 2);
  CHECK(hour.counts.of(Counter::MessagesAppended) == 3);
  CHECK(hour.counts.of(Counter::SignInsImap) == 1);
  CHECK(hour.now == statistics::Storage{account->quota().used_bytes, 5});
  CHECK(hour.start == statistics::Storage{});
  node.check_whole();
}

TEST_CASE("what is expunged is no longer stored, and nothing that was counted is taken back") {
  Node node(1, reporting());
  const auto account = node.open(kLimits);
  deliver(node, *account, "one");
  REQUIRE(node.run(account->expunge(1, UidSet(1, 1), Account::Which::All)).has_value());
  const auto hour = checked(node).hours.back();
  CHECK(hour.counts.of(Counter::MessagesIn) == 1);
  CHECK(hour.now == statistics::Storage{});
  const auto recoverable = node.run(account->recoverable(0, 10)).value();
  REQUIRE(node.run(account->recover({recoverable.at(0).email}, "INBOX")).has_value());
  CHECK(checked(node).hours.back().counts.of(Counter::MessagesIn) == 1);
  CHECK(checked(node).hours.back().now.messages == 1);
}

TEST_CASE("hours are taken, and forgotten once control has heard of them") {
  Node node(1, reporting());
  const auto account = node.open(kLimits);
  deliver(node, *account, "one");
  auto taken = node.run(account->take_hours(64)).value();
  REQUIRE(taken.size() == 1);
  REQUIRE(node.run(account->settle_hours({{taken[0].hour, taken[0].version}})).has_value());
  CHECK(node.run(account->take_hours(64))->empty());
  deliver(node, *account, "two");
  node.clock.jump(std::chrono::hours(2));
  deliver(node, *account, "three");
  taken = node.run(account->take_hours(64)).value();
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].counts.of(Counter::MessagesIn) == 2);
  CHECK(taken[1].counts.of(Counter::MessagesIn) == 1);
  // An answer to an older version says nothing of what came since.
  REQUIRE(node.run(account->settle_hours({{taken[0].hour, taken[0].version - 1}})).has_value());
  CHECK(checked(node).hours.size() == 2);
  REQUIRE(node.run(account->settle_hours({{taken[0].hour, taken[0].version}, {taken[1].hour, taken[1].version}})).has_value());
  CHECK(checked(node).hours.size() == 1);
  CHECK(node.run(account->take_hours(64))->empty());
  node.clock.jump(std::chrono::hours(1));
  taken = node.run(account->take_hours(64)).value();  // it is over: what was reported is to be forgotten
  REQUIRE(taken.size() == 1);
  REQUIRE(node.run(account->settle_hours({{taken[0].hour, taken[0].version}})).has_value());
  CHECK(checked(node).hours.size() == 1);
  CHECK(checked(node).total == Counts{});
  node.check_whole();
}

TEST_CASE("a report is asked for once, until it is taken") {
  Node node(1, reporting());
  const auto account = node.open(kLimits);
  const auto due = [&] {
    std::size_t count = 0;
    for (const auto& row : node.disk.rows(partition_of(kAccount)))
      if (row.key.starts_with("~t/") && row.key.ends_with("/statistics")) ++count;
    return count;
  };
  deliver(node, *account, "one");
  deliver(node, *account, "two");
  CHECK(due() == 1);
  REQUIRE(node.run(account->take_hours(64)).has_value());
  node.clock.jump(std::chrono::seconds(5));
  deliver(node, *account, "three");
  CHECK(due() == 2);  // the first one is deleted by the runner
}

TEST_CASE("a counter that was altered is found, marked, and put right from the journal") {
  Node node(1, reporting());
  {
    const auto account = node.open(kLimits);
    for (int i = 0; i < 300; ++i) deliver(node, *account, std::to_string(i));
    node.clock.jump(std::chrono::hours(1));
    deliver(node, *account, "next");
  }
  const auto hours = checked(node).hours;
  REQUIRE(hours.size() == 2);
  for (const auto& key : {statistics::closed_key(hours[0].hour), std::string(statistics::kCurrentKey)}) {
    CAPTURE(key);
    node.crash();
    alter(node, key, [](statistics::HourRow& row) { row.counts.of(Counter::MessagesIn) += 7; });
    const auto flaws = checked(node).flaws;
    REQUIRE(flaws.size() == 1);
    CHECK(node.audit().flaws.size() == 1);
    const auto account = node.open(kLimits);
    CHECK(node.run(account->mend_hour(flaws[0].hour)).value() == "");  // marked first
    CHECK(node.run(account->mark_hour(flaws[0].hour)).value() != "");
    CHECK(node.run(account->mark_hour(flaws[0].hour)).value() == "");
    const auto marked = node.run(account->take_hours(64)).value();
    CHECK(std::ranges::count_if(marked, [](const auto& row) { return row.marked_at != 0; }) == 1);
    // What is marked stays, whoever has heard of it.
    Account::Heard heard;
    for (const auto& row : marked) heard.emplace_back(row.hour, row.version);
    if (key != statistics::kCurrentKey) REQUIRE(node.run(account->settle_hours({heard.front()})).has_value());
    CHECK(node.run(account->mend_hour(flaws[0].hour)).value() != "");
    CHECK(checked(node).flaws.empty());
  }
  node.check_whole();
}

TEST_CASE("what is stored is put right from the emails, the quota with it") {
  Node node(1, reporting());
  {
    const auto account = node.open(kLimits);
    deliver(node, *account, "one");
  }
  node.crash();
  auto& engine = node.store->on(*node.loop);
  const auto got = node.run(engine.get(partition_of(kAccount), {"mh"}));
  auto head = decode_head(got->values.at(0).value()).value();
  const auto right = head.used_bytes;
  head.used_bytes += 1000;
  REQUIRE(node.run(engine.commit(partition_of(kAccount), {.put = {{"mh", encode(head)}}})).outcome == store::Outcome::Committed);
  const auto account = node.open(kLimits);
  CHECK(account->quota().used_bytes == right + 1000);
  CHECK(node.run(account->mend_storage()).value() != "");  // marked
  CHECK(checked(node).hours.back().marked_at != 0);
  CHECK(node.run(account->mend_storage()).value() != "");
  CHECK(node.run(account->mend_storage()).value() == "");
  CHECK(account->quota().used_bytes == right);
  CHECK(checked(node).hours.back().marked_at == 0);
  node.check_whole();
}

TEST_CASE("a sign-in that the store can't count is counted with the next one") {
  Node node(1, reporting());
  const auto account = node.open(kLimits);
  node.disk.faults().on_write = [](const std::string&) { return true; };
  node.run(account->count_sign_in(Counter::SignInsPop));
  node.disk.faults().on_write = nullptr;
  node.run(account->count_sign_in(Counter::SignInsImap));
  CHECK(checked(node).total.of(Counter::SignInsPop) == 1);
  CHECK(checked(node).total.of(Counter::SignInsImap) == 1);
}

TEST_CASE("counters equal a recount after a crash between any two steps") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Node node(seed, reporting());
    std::uint64_t answered = 0, asked = 0;
    for (int life = 0; life < 4; ++life) {
      {
        const auto account = node.open(kLimits);
        for (int i = 0; i < 3; ++i) {
          deliver(node, *account, std::to_string(life) + "." + std::to_string(i));
          ++answered;
          ++asked;
        }
        // One is under way when the power goes.
        node.loop->spawn([](std::shared_ptr<Account> to, int number) -> io::Task<void> {
          (void)co_await to->deliver("INBOX", mail("late"), "late" + std::to_string(number));
        }(account, life), "late");
        ++asked;
        node.world.run_for(std::chrono::microseconds(node.world.random().below(3000)));
      }
      node.crash();
    }
    // One look: what was under way may land between two.
    const auto audit = node.audit();
    REQUIRE(audit.hours.size() == 1);
    const auto counted = audit.hours[0].counts.of(Counter::MessagesIn);
    CHECK(counted >= answered);
    CHECK(counted <= asked);
    CHECK(counted == audit.emails);
    node.check_whole();
  }
}

}  // namespace
}  // namespace postroad::mailbox::testing
