#include "directory/shelf.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/mutant.h"
#include "base/text.h"
#include "store/settle.h"

namespace postroad::directory {

using io::Task;
using store::Outcome;

namespace {

constexpr int kTries = 8;
constexpr std::size_t kJournalRows = 4000;  // of a step's, and of the last step's that it deletes
constexpr std::size_t kRoomRows = 4000;  // for a batch and what the agenda adds

std::optional<std::string> as_expected(const std::string& value) {
  return value.empty() ? std::nullopt : std::optional(value);
}

std::string content_of(const Decision::Rows& rows) {
  std::string all;
  for (const auto& [place, row] : rows) {
    const auto entry = rows::encode(rows::Entry{place.first, place.second, row});
    all.append(entry.key).append(1, '\0').append(entry.value).append(1, '\0');
  }
  const auto digest = digest_of(all);
  return hex(digest.words[0]) + hex(digest.words[1]);
}

std::unexpected<Error> another_writer() {
  return fail(Fault::Conflict, "another node writes the directory: only one may");
}

std::unexpected<Error> not_now(Outcome outcome) {
  if (outcome == Outcome::Full) return fail(Fault::Broken, "a partition of the directory is full");
  return fail(Fault::Busy, "the store can't take the directory's changes now");
}

}  // namespace

Shelf::Shelf(io::Loop& home, store::Store& store, store::Partition root)
    : home_(home), engine_(store.on(home)), root_(std::move(root)) {}

store::Partition Shelf::shard_of(std::string_view name) const {
  return rows::shard_partition(root_, rows::shard_of(name, meta_.shards));
}

io::Tick Shelf::patience() const { return home_.clock().steady() + std::chrono::seconds(30); }

Task<Result<bool>> Shelf::has_room() {
  constexpr auto kMost = store::kPartitionRows - kRoomRows;
  for (std::uint32_t n = 0; n < shards_.size(); ++n) {
    if (shards_[n].rows <= kMost) continue;
    CO_TRY(const auto usage, co_await engine_.usage(rows::shard_partition(root_, n)));
    shards_[n].rows = usage.rows;
    if (usage.rows > kMost) co_return false;
  }
  co_return true;
}

// The deciding commit.

store::Batch Shelf::root_batch(const Deciding& deciding, const std::string& value) const {
  store::Batch batch;
  const std::string meta(rows::kMeta);
  batch.expect.push_back({meta, as_expected(meta_value_)});
  batch.put.push_back({meta, value});
  std::set<std::string> written;
  for (const auto& [place, row] : deciding.rows) {
    batch.put.push_back(rows::encode(rows::Entry{place.first, place.second, row}));
    written.insert(batch.put.back().key);
  }
  for (const auto& settled : deciding.refused)
    batch.put.push_back({rows::refusal_key(settled.position), rows::encode_refusal(settled)});

  for (const auto& key : journal_keys_)
    if (!written.contains(key)) batch.del.push_back(key);
  for (const auto& [position, settled] : refusals_)
    if (position <= deciding.next.confirmed) batch.del.push_back(rows::refusal_key(position));
  return batch;
}

Task<Result<>> Shelf::decide(Deciding deciding) {
  check(!is_pending() && !is_in_doubt_, "the shards have all of one step before the next is decided");
  // A batch has no room for a large step and for the deletion of another's journal. A step of nothing takes that away.
  if (deciding.rows.size() + journal_keys_.size() > kJournalRows && !journal_keys_.empty() && !deciding.rows.empty()) {
    Deciding nothing{.next = meta_, .rows = {}, .refused = {}, .turned = {}};
    CO_TRY_OK(co_await decide(std::move(nothing)));
  }
  deciding.next.step = meta_.step + 1;
  deciding.next.shards = meta_.shards;
  deciding.next.content = content_of(deciding.rows);
  const auto value = rows::encode(deciding.next);
  CO_TRY_OK(co_await commit_root(root_batch(deciding, value), value));

  meta_ = std::move(deciding.next);
  meta_value_ = value;
  std::erase_if(refusals_, [&](const auto& entry) { return entry.first <= meta_.confirmed; });
  for (auto& settled : deciding.refused) refusals_.emplace(settled.position, std::move(settled));
  for (const auto& [account, gone] : deciding.turned) {
    if (gone) gone_[account] = *gone;
    else gone_.erase(account);
  }
  journal_keys_.clear();
  for (auto& [place, row] : deciding.rows) {
    rows::Entry entry{place.first, place.second, std::move(row)};
    journal_keys_.push_back(rows::encode(entry).key);
    pending_[entry.shard].push_back(std::move(entry));
  }
  co_return Result<>();
}

Task<Result<>> Shelf::commit_root(store::Batch batch, std::string value) {
  for (int tries = 0; tries < kTries; ++tries) {
    const auto committed = co_await engine_.commit(root_, batch);
    if (committed.outcome == Outcome::Unavailable || committed.outcome == Outcome::Full)
      co_return not_now(committed.outcome);
    if (committed.outcome == Outcome::Unknown) {
      is_in_doubt_ = true;
      CO_TRY_OK(co_await store::settle(engine_, home_, root_, patience()));
    }
    if (committed.outcome != Outcome::Committed) {
      CO_TRY(const auto seen, co_await look(root_, value, meta_value_));
      is_in_doubt_ = seen == Seen::Others;
      if (is_in_doubt_) co_return another_writer();
      if (seen == Seen::Before) continue;  // nothing was written
    }
    co_return Result<>();
  }
  co_return fail(Fault::Busy, "the store does not take the directory's changes");
}

// Whose a partition's own row is.
Task<Result<Shelf::Seen>> Shelf::look(store::Partition partition, std::string ours, std::string before) {
  CO_TRY(const auto got, co_await engine_.get(std::move(partition), {std::string(rows::kMeta)}));
  const auto value = got.values.at(0).value_or(std::string());
  co_return value == ours ? Seen::Ours : value == before ? Seen::Before : Seen::Others;
}

// The shards.

namespace {

// What the tasks of finish() leave behind for it.
struct Gathered {
  explicit Gathered(io::Loop& loop) : bell(loop) {}
  std::size_t running = 0;
  Result<> result;
  io::Bell bell;
};

Task<void> gather(std::shared_ptr<Gathered> into, Task<Result<>> task) {
  auto result = co_await task;
  if (!result && into->result) into->result = std::move(result);
  --into->running;
  into->bell.ring();
}

}  // namespace

Task<Result<>> Shelf::finish() {
  const auto gathered = std::make_shared<Gathered>(home_);
  std::vector<std::uint32_t> shards;
  for (const auto& [shard, entries] : pending_) shards.push_back(shard);
  for (const auto shard : shards) {
    ++gathered->running;
    home_.spawn(gather(gathered, write_shard(shard, pending_.at(shard))), "directory.shard");
  }
  while (gathered->running > 0) co_await gathered->bell.wait();
  co_return gathered->result;
}

namespace {

// The agenda's rows among the entries.
Result<std::vector<store::agenda::Timed>> timed_of(const std::vector<rows::Entry>& entries) {
  std::vector<store::agenda::Timed> made;
  for (const auto& entry : entries) {
    if (!entry.value || !entry.key.starts_with(store::agenda::kTimedPrefix)) continue;
    TRY(auto timed, store::agenda::parse({entry.key, *entry.value}));
    made.push_back(std::move(timed));
  }
  return made;
}

Time earliest(const std::vector<store::agenda::Timed>& timed) {
  return std::ranges::min_element(timed, {}, &store::agenda::Timed::due)->due;
}

}  // namespace

Task<Result<>> Shelf::write_shard(std::uint32_t number, std::vector<rows::Entry> entries) {
  const auto partition = rows::shard_partition(root_, number);
  const auto value = rows::encode_step(meta_.step);
  const std::string meta(rows::kMeta);
  CO_TRY(const auto timed, timed_of(entries));
  for (int tries = 0; tries < kTries; ++tries) {
    store::Batch batch;
    batch.expect.push_back({meta, as_expected(shards_[number].meta)});
    batch.put.push_back({meta, value});
    if (!timed.empty()) {
      CO_TRY(const auto marked, co_await store::agenda::mark(engine_, partition, earliest(timed), home_.clock().now()));
      store::agenda::add(batch, marked, timed);
    }
    for (const auto& entry : entries) {
      if (entry.key.starts_with(store::agenda::kTimedPrefix)) continue;
      if (entry.value) {
        batch.put.push_back({entry.key, *entry.value});
      } else {
        batch.del.push_back(entry.key);
      }
    }
    if (POSTROAD_MUTANT(shard_not_written)) batch.put.resize(1);
    const auto committed = co_await engine_.commit(partition, std::move(batch));
    if (committed.outcome == Outcome::Unavailable || committed.outcome == Outcome::Full)
      co_return not_now(committed.outcome);
    if (committed.outcome == Outcome::Unknown) {
      CO_TRY_OK(co_await store::settle(engine_, home_, partition, patience()));
    }
    if (committed.outcome != Outcome::Committed) {
      CO_TRY(const auto seen, co_await look(partition, value, shards_[number].meta));
      is_in_doubt_ |= seen == Seen::Others;
      if (seen == Seen::Others) co_return another_writer();
      if (seen == Seen::Before) continue;
    }
    if (!timed.empty()) store::agenda::announce(engine_, partition);
    shards_[number].meta = value;
    shards_[number].rows += entries.size();
    pending_.erase(number);
    co_return Result<>();
  }
  co_return fail(Fault::Busy, "the store does not take the directory's changes");
}

// Where nobody knows whether it was written, it counts as written until the next start reads it.
Task<Result<>> Shelf::begin_purge(std::string account) {
  auto& gone = gone_.at(account);
  if (gone.is_purging) co_return Result<>();
  auto purging = gone;
  purging.is_purging = true;
  store::Batch batch;
  batch.put.push_back({rows::key(rows::kGonePrefix, account), rows::encode(purging)});
  const auto committed = co_await engine_.commit(shard_of(account), std::move(batch));
  if (committed.outcome == Outcome::Committed || committed.outcome == Outcome::Unknown) gone = purging;
  if (committed.outcome != Outcome::Committed) co_return not_now(committed.outcome);
  co_return Result<>();
}

// Wanted by nobody any more, so a write that comes late does no harm.
Task<Result<>> Shelf::forget_gone(std::string account) {
  store::Batch batch;
  batch.del.push_back(rows::key(rows::kGonePrefix, account));
  const auto committed = co_await engine_.commit(shard_of(account), std::move(batch));
  if (committed.outcome != Outcome::Committed) co_return not_now(committed.outcome);
  gone_.erase(account);
  co_return Result<>();
}

}  // namespace postroad::directory
