#include "delivery/retry.h"

#include <algorithm>

#include "base/mutant.h"

namespace postroad::delivery {

using queue::Entry;
using store::agenda::Timed;
using store::agenda::Visit;

Retry::Retry(Options options, io::Loop& loop, const directory::View& directory, mailbox::Accounts& accounts,
             queue::Queue& queue, log::Log& log, metrics::Registry& metrics)
    : options_(options),
      loop_(loop),
      directory_(directory),
      accounts_(accounts),
      queue_(queue),
      log_(log),
      delivered_(metrics.counter("postroad_delivery_queue_delivered_total", "Queued messages that came to an account.")),
      retried_(metrics.counter("postroad_delivery_queue_retries_total", "Tries of queued messages.")),
      stuck_(metrics.counter("postroad_delivery_queue_stuck_total", "Queued messages that became stuck.")) {}

void Retry::join(store::agenda::Runner& runner) {
  runner.handle(std::string(queue::kTimedKind), [this](store::Partition, Timed timed) { return visit(std::move(timed)); });
}

Time Retry::next_try(std::uint32_t attempts) const {
  const auto doublings = std::min<std::uint32_t>(attempts, 16);
  return loop_.clock().now() + std::min(options_.retry_least * (1 << doublings), options_.retry_most);
}

io::Task<Visit> Retry::visit(Timed timed) {
  auto entry = co_await queue_.find(timed.id);
  if (!entry && entry.error().fault == Fault::NotFound) co_return Visit{};
  const auto worked = entry ? co_await work_off(*entry) : std::unexpected(entry.error());
  if (worked) co_return *worked;
  log_.warning("queue.interrupted", {{"id", timed.id}, {"text", worked.error().text}});
  co_return Visit{Visit::What::Later, next_try(timed.attempts), {}};
}

bool Retry::is_hopeless(const Entry& entry) const {
  if (loop_.clock().now() - entry.accepted_at > options_.retry_for) return true;
  return targets_of(entry).empty();
}

io::Task<Result<Visit>> Retry::work_off(Entry entry) {
  if (entry.state == Entry::State::Waiting) {
    CO_TRY(entry, co_await try_all(std::move(entry)));
  }
  if (entry.state == Entry::State::Waiting) co_return Visit{Visit::What::Later, entry.next, {}};
  if (entry.state == Entry::State::Stuck) co_return Visit{};
  if (entry.state == Entry::State::Writing) {
    // Whoever wrote it has gone long ago; or a clock leapt, and it may count on the text no more.
    auto after = entry;
    after.state = Entry::State::Done;
    CO_TRY_OK(co_await queue_.replace(entry, after));
    entry = std::move(after);
  }
  CO_TRY_OK(co_await queue_.remove(entry));
  co_return Visit{};
}

// The accounts that the directory still knows, and that lack the message.
std::vector<Target> Retry::targets_of(const Entry& entry) const {
  std::vector<Target> targets;
  const auto directory = directory_.now();
  for (const auto& each : entry.addressees)
    if (const auto account = directory->account(each.account))
      targets.push_back({.account_id = each.account, .limits = {.quota_bytes = account->quota_bytes, .domain = account->domain}});
  return targets;
}

// Gives the entry as it was left: Done where nobody lacks it, Stuck, or Waiting.
io::Task<Result<Entry>> Retry::try_all(Entry entry) {
  retried_.add();
  CO_TRY(auto text, co_await queue_.text(entry));
  auto letter = read_letter(entry.id, entry.accepted_at, std::make_shared<const std::string>(std::move(text)));
  // One after another: a queued message has time, and memory is for those that don't.
  auto targets = targets_of(entry);
  if (!POSTROAD_MUTANT(queue_forgets)) targets = co_await place_all(accounts_, loop_, std::move(letter), std::move(targets), 1);

  auto after = entry;
  after.next = next_try(after.attempts++);
  for (const auto& target : targets) {
    if (target.is_done() || POSTROAD_MUTANT(queue_forgets)) {
      std::erase_if(after.addressees, [&target](const queue::Addressee& each) { return each.account == target.account_id; });
      delivered_.add();
    } else {
      after.why = target.placed->error().text;
    }
  }
  if (after.addressees.empty()) {
    after.state = Entry::State::Done;
  } else if (is_hopeless(after)) {
    after.state = Entry::State::Stuck;
    stuck_.add();
    log_.error("queue.stuck", {{"id", entry.id}, {"accounts", after.addressees.size()}, {"text", after.why}});
  }
  CO_TRY_OK(co_await queue_.replace(entry, after));
  co_return after;
}

}  // namespace postroad::delivery
