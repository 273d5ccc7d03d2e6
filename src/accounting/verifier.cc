#include "accounting/verifier.h"

#include <algorithm>

#include "mailbox/journal_check.h"

namespace postroad::accounting {

using io::Task;

namespace {

constexpr auto kEmptyCycle = std::chrono::seconds(1);
constexpr auto kPaceLeast = std::chrono::milliseconds(1);

}  // namespace

Verifier::Verifier(Options options, io::Loop& loop, store::Store& store, directory::Directory& directory, mailbox::Accounts& accounts,
                   Reporter& reporter, log::Log& log, metrics::Registry& metrics)
    : options_(options),
      loop_(loop),
      store_(store),
      directory_(directory),
      accounts_(accounts),
      reporter_(reporter),
      log_(log),
      verified_(metrics.counter("postroad_statistics_verified_total", "Accounts whose counters and storage were held against a recount.")),
      failed_(metrics.counter("postroad_statistics_not_verified_total", "Accounts that could not be verified then; they come again with the next cycle.")),
      cycles_(metrics.counter("postroad_statistics_cycles_total", "Times that the verifier has come through everything.")),
      wrong_(metrics.counter("postroad_statistics_wrong_total", "Figures that were found not to equal what they are made of.")),
      stopped_(loop) {}

std::vector<std::string> Verifier::everybody() const {
  std::vector<std::string> all;
  directory_.now()->each_account([&](const directory::Account& account) { all.push_back(account.id); });
  std::ranges::sort(all);
  return all;
}

// Whether something was found wrong, and marked. Ends on the verifier's loop.
Task<Result<bool>> Verifier::look(std::string id) {
  auto& home = accounts_.home(id);
  co_await home.enter();
  Result<bool> found = false;
  {
    const auto partition = mailbox::partition_of(id);
    const auto journal = co_await mailbox::check_journal(store_.on(home), partition);
    const auto storage = journal ? co_await mailbox::check_storage(store_.on(home), partition) : Result<std::string>(std::unexpected(journal.error()));
    if (!storage) {
      found = std::unexpected(storage.error());
    } else {
      const auto& hours = journal->hours;
      found = !journal->flaws.empty() || std::ranges::any_of(hours, [](const auto& row) { return row.marked_at != 0; });
      if (!storage->empty()) {
        const auto account = co_await accounts_.find(id);
        const auto marked = account ? co_await (*account)->mend_storage() : Result<std::string>(std::unexpected(account.error()));
        if (marked && !marked->empty()) {
          wrong_.add();
          log_.error("statistics.wrong", {{"account", id}, {"hour", ""}, {"what", *marked}});
        }
        found = true;
      }
    }
  }
  co_await loop_.enter();
  co_return found;
}

Task<Result<>> Verifier::verify(std::string id) {
  CO_TRY(const auto found, co_await look(id));
  verified_.add();
  if (!found) co_return Result<>();
  // Marked and told; after a while mended and told.
  for (int turn = 0; turn < 2 && !is_stopping_; ++turn) {
    const auto reported = co_await reporter_.report(id);
    if (reported && *reported) co_return Result<>();
    co_await stopped_.wait(loop_.clock().steady() + options_.mend_after + std::chrono::seconds(1));
  }
  const auto last = co_await reporter_.report(id);
  if (!last) co_return std::unexpected(last.error());
  co_return Result<>();
}

Task<void> Verifier::run() {
  while (!is_stopping_) {
    const auto all = everybody();
    const auto pace = std::max<std::chrono::microseconds>(kPaceLeast, std::chrono::microseconds(options_.verify_cycle) / std::max<std::size_t>(all.size(), 1));
    auto next = loop_.clock().steady();
    if (all.empty()) co_await stopped_.wait(next + kEmptyCycle);
    for (const auto& id : all) {
      next += pace;
      co_await stopped_.wait(next);
      if (is_stopping_) co_return;
      if (const auto done = co_await verify(id); !done) failed_.add();
      next = std::max(next, loop_.clock().steady() - pace);
    }
    cycles_.add();
  }
}

void Verifier::stop() {
  is_stopping_ = true;
  stopped_.ring();
}

}  // namespace postroad::accounting
