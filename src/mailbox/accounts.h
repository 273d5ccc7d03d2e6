#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/loop.h"
#include "io/random.h"
#include "log/log.h"
#include "mailbox/account.h"
#include "metrics/metrics.h"
#include "store/agenda_runner.h"
#include "store/engine.h"

namespace postroad::mailbox {

struct Counts;

struct Options {
  std::uint16_t cluster = 0;                     // stands in the ids that are made here
  std::size_t cache_bytes = 256UL << 20;         // of accounts' state in memory, over all loops
  std::chrono::seconds recoverable{14 * 86'400}; // how long expunged mail can be had back
  std::chrono::seconds acceptance_window{14 * 86'400};  // how long a delivery is known by its acceptance id
  std::chrono::seconds orphan_age{86'400};       // bodies written ahead and never named are deleted after that
  std::chrono::milliseconds commit_patience{30'000};  // then Busy
  // With more emails, recoverable ones are purged before their time, so that new mail is not refused for deleted mail.
  std::uint64_t crowded = kAccountMessages / 10 * 9;
  std::chrono::seconds report_every{0};          // from what is counted to its report to control; zero: none is asked for
  std::size_t batch_rows = store::kBatchRows;    // of a commit at most; fewer in tests
};

// A node's accounts. Each has a home loop, on which everything about it happens:
//
//   co_await accounts.home(id).enter();
//   CO_TRY(const auto account, co_await accounts.open(id, limits));
//   auto placed = co_await account->deliver("INBOX", std::move(mail), acceptance);
//   co_await own_loop.enter();  // `account` must be let go of before
//
// Must outlive the loops' tasks (kill the loops first, then destroy it, then the loops), and is outlived by the store.
class Accounts {
 public:
  Accounts(store::Store& store, std::vector<io::Loop*> loops, io::Random& random, log::Log& log,
           metrics::Registry& metrics, Options options);
  ~Accounts();

  // From any thread.
  io::Loop& home(std::string_view account_id) const;
  // On the home loop. The account with its folders; where its partition is new, it is made with INBOX, Sent, Drafts,
  // Trash, Junk and Archive. `account_id` is base/id.h's, as the directory gives it; the caller has made sure that it
  // exists there. `limits` hold from now on for all who have it open.
  io::Task<Result<std::shared_ptr<Account>>> open(std::string account_id, Limits limits);

  // The account if it exists, else NotFound; its limits stay as they are. On the home loop.
  io::Task<Result<std::shared_ptr<Account>>> find(std::string account_id);

  // Makes this the agenda's handler of kind "mailbox". Before the runner starts.
  void join(store::agenda::Runner& runner);

  // Deletes everything of an account: bodies, then rows; goes to its home loop. May be called again after Busy. Conflict,
  // code INUSE, where somebody has it open.
  io::Task<Result<>> destroy(std::string account_id);

 private:
  struct Home;
  enum class MayCreate { No, Yes };
  Home& home_of(std::string_view account_id) const;
  bool drop(const std::string& account_id);
  std::shared_ptr<Account> find_or_add(const std::string& account_id);
  io::Task<Result<std::shared_ptr<Account>>> open_as(std::string account_id, MayCreate may_create);
  io::Task<store::agenda::Visit> visit(store::Partition partition, store::agenda::Timed timed);

  store::Store& store_;
  io::Random& random_;
  log::Log& log_;
  const Options options_;
  std::unique_ptr<Counts> counts_;
  std::vector<std::unique_ptr<Home>> homes_;  // one a loop
};

// The partition of an account.
store::Partition partition_of(std::string_view account_id);

}  // namespace postroad::mailbox
