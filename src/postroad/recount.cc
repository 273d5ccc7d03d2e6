// `postroad recount`: holds the mailboxes of a cluster that is not running against a recount of their rows and bodies, and
// tells what waits in its queue. Changes nothing but what opening the store always does.
#include <algorithm>
#include <cstdio>

#include "directory/directory.h"
#include "mailbox/accounts.h"
#include "mailbox/audit.h"
#include "message/date.h"
#include "postroad/commands.h"
#include "queue/queue.h"
#include "store/rocksdb/rocksdb.h"

namespace postroad::wiring {

using io::Task;

namespace {

constexpr std::size_t kQueuePage = 100;

class Recount {
 public:
  explicit Recount(io::real::Machine& machine) : machine_(machine), reads_(2, 64) {}

  Task<void> run(std::string store_path, Result<>* result) {
    *result = co_await count(std::move(store_path));
    machine_.stop();
  }
  bool has_flaws() const { return flaws_ > 0; }

 private:
  struct Mailbox {
    std::string address;
    std::string account;
  };

  Task<Result<>> count(std::string store_path) {
    auto& loop = machine_.loop(0);
    CO_TRY(store_, store::rocksdb::open(store_path, {}, reads_, log_, metrics_));
    directory_ = std::make_unique<directory::Directory>(loop, *store_, log_, metrics_);
    CO_TRY_OK(co_await directory_->open());
    for (const auto& mailbox : mailboxes()) CO_TRY_OK(co_await count_mailbox(mailbox));
    CO_TRY_OK(co_await list_queue());
    std::printf("%zu mailboxes, %llu messages, %llu bytes, %zu queued; %zu flaws\n", directory_->now()->accounts(), messages_, bytes_,
                queued_, flaws_);
    co_return Result<>();
  }

  std::vector<Mailbox> mailboxes() const {
    std::vector<Mailbox> all;
    const auto snapshot = directory_->now();
    snapshot->each_account([&](const directory::Account& account) { all.push_back({snapshot->address_of(account), account.id}); });
    std::ranges::sort(all, {}, &Mailbox::address);
    return all;
  }

  Task<Result<>> count_mailbox(Mailbox mailbox) {
    CO_TRY(const auto audit, co_await mailbox::audit(store_->on(machine_.loop(0)), mailbox.account, {.reads_bodies = true}));
    std::printf("%s: %llu messages, %llu bytes\n", mailbox.address.c_str(), static_cast<unsigned long long>(audit.emails),
                static_cast<unsigned long long>(audit.quota_bytes));
    for (const auto& flaw : audit.flaws) std::printf("%s: FLAW: %s\n", mailbox.address.c_str(), flaw.c_str());
    messages_ += audit.emails;
    bytes_ += audit.quota_bytes;
    flaws_ += audit.flaws.size();
    co_return Result<>();
  }

  Task<Result<>> list_queue() {
    queue::Queue queue(store_->on(machine_.loop(0)), machine_.loop(0));
    std::string after;
    do {
      CO_TRY(const auto page, co_await queue.list(after, kQueuePage));
      for (const auto& entry : page.entries)
        std::printf("queue: %s %s, accepted %s, for %zu mailboxes: %s\n", entry.id.c_str(),
                    std::string(queue::state_name(entry.state)).c_str(), message::format_date(entry.accepted_at).c_str(), entry.addressees.size(),
                    entry.why.c_str());
      queued_ += page.entries.size();
      after = page.after;
    } while (!after.empty());
    co_return Result<>();
  }

  io::real::Machine& machine_;
  io::real::Pool reads_;
  log::Silence log_;
  metrics::Registry metrics_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<directory::Directory> directory_;
  unsigned long long messages_ = 0;
  unsigned long long bytes_ = 0;
  std::size_t queued_ = 0;
  std::size_t flaws_ = 0;
};

}  // namespace

int recount(const Path& folder, const std::string& cluster) {
  const auto store = folder / ("cluster." + cluster) / "store";
  if (!std::filesystem::exists(store)) return complain({Fault::NotFound, "there is no store in " + store.string(), {}});
  io::real::Machine machine(1);
  Recount recount(machine);
  Result<> result = fail(Fault::Broken, "the recount did not end");
  machine.loop(0).spawn(recount.run(store.string(), &result), "recount");
  machine.run();
  machine.kill();
  if (!result) return complain(result.error());
  return recount.has_flaws() ? 1 : 0;
}

}  // namespace postroad::wiring
