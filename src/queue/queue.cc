#include "queue/queue.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "store/settle.h"

namespace postroad::queue {
namespace {

using namespace std::chrono_literals;
using store::Outcome;

constexpr std::string_view kPrefix = "m/";
// A text that is still being written after so long never will be.
constexpr auto kWritingTime = 1h;
constexpr std::size_t kReadBytes = 4UL << 20;

store::Partition partition_at(unsigned number) { return "queue/" + hex(number, 2); }

std::unexpected<Error> busy() { return fail(Fault::Busy, "the queue can't be written; try again later"); }

}  // namespace

// An id's last characters are random.
store::Partition partition_of(std::string_view id) {
  check(!id.empty(), "a queued message has an id");
  return partition_at(static_cast<unsigned char>(id.back()) % kPartitions);
}

std::string key_of(std::string_view id) { return std::string(kPrefix) + std::string(id); }

std::string body_of(std::string_view id) { return "queue/" + std::string(id); }

io::Task<store::Committed> Queue::commit_row(Before before, Entry entry, std::vector<store::Body> bodies) {
  const auto partition = partition_of(entry.id);
  const auto marked = co_await store::agenda::mark(engine_, partition, entry.next, loop_.clock().now());
  if (!marked) co_return store::Committed{Outcome::Unavailable, 0};
  store::Batch batch{.expect = {{key_of(entry.id), std::move(before)}},
                     .put = {{key_of(entry.id), encode(entry)}},
                     .del = {},
                     .bodies = std::move(bodies)};
  store::agenda::add(batch, *marked, {{.due = entry.next, .id = entry.id, .kind = std::string(kTimedKind), .payload = {}}});
  const auto committed = co_await engine_.commit(partition, std::move(batch));
  if (committed.outcome == Outcome::Committed) store::agenda::announce(engine_, partition);
  co_return committed;
}

// Whether it, or what became of it, is in the store.
io::Task<Result<Queue::Seen>> Queue::look(Before before, Entry entry) {
  CO_TRY(const auto got, co_await engine_.get(partition_of(entry.id), {key_of(entry.id)}));
  if (got.values[0] == before) co_return Seen::Before;
  if (!got.values[0]) co_return Seen::Other;
  CO_TRY(const auto there, decode(entry.id, *got.values[0]));
  const bool is_further = entry.state == Entry::State::Writing || there.state != Entry::State::Writing;
  co_return is_further ? Seen::Written : Seen::Other;
}

// One commit, tried until it is known to have happened.
io::Task<Result<>> Queue::write(Before before, Entry entry, std::shared_ptr<const std::string> text, io::Tick until) {
  for (auto wait = std::chrono::microseconds(50ms);; wait = std::min(2 * wait, std::chrono::microseconds(2s))) {
    std::vector<store::Body> bodies;
    if (text) bodies.push_back({body_of(entry.id), *text});
    const auto committed = co_await commit_row(before, entry, std::move(bodies));
    if (committed.outcome == Outcome::Committed) co_return Result<>();
    if (committed.outcome == Outcome::Full) co_return busy();
    if (committed.outcome != Outcome::Unavailable) {
      if (committed.outcome == Outcome::Unknown) CO_TRY_OK(co_await store::settle(engine_, loop_, partition_of(entry.id), until));
      // The row, or what the agenda keeps beside it, is another one than was expected.
      const auto seen = co_await look(before, entry);
      if (seen && *seen == Seen::Written) co_return Result<>();
      if (seen && *seen == Seen::Other) co_return busy();
    }
    if (loop_.clock().steady() + wait >= until) co_return busy();
    co_await loop_.sleep(wait);
  }
}

// A text of several pieces goes before the row that counts on it; until then a row tells that it may be there.
io::Task<Result<>> Queue::write_ahead(Entry entry, std::shared_ptr<const std::string> text, io::Tick until) {
  // The same row each time, so that one that an earlier, failed call has left is taken over.
  const Entry writing{.id = entry.id,
                      .state = Entry::State::Writing,
                      .accepted_at = entry.accepted_at,
                      .next = entry.accepted_at + kWritingTime,
                      .size_bytes = entry.size_bytes};
  CO_TRY_OK(co_await write(std::nullopt, writing, nullptr, until));
  std::uint32_t piece = 0;
  for (std::size_t at = 0; at < text->size(); at += store::kPieceBytes, ++piece) {
    for (;;) {
      const auto put = co_await engine_.body_put(body_of(entry.id), piece, text->substr(at, store::kPieceBytes));
      if (put) break;
      if (put.error().fault != Fault::Busy || loop_.clock().steady() + 1s >= until) co_return put;
      co_await loop_.sleep(1s);
    }
  }
  // If somebody has thrown the text away meanwhile (a clock leapt), the row that told of it is gone, too.
  co_return co_await write(encode(writing), std::move(entry), nullptr, until);
}

io::Task<Result<>> Queue::put(Entry entry, std::shared_ptr<const std::string> text, io::Tick until) {
  check(entry.state == Entry::State::Waiting && !entry.addressees.empty(), "what is queued waits for an account");
  entry.size_bytes = text->size();
  if (text->size() <= store::kPieceBytes) return write(std::nullopt, std::move(entry), std::move(text), until);
  return write_ahead(std::move(entry), std::move(text), until);
}

io::Task<Result<Entry>> Queue::find(std::string id) {
  CO_TRY(const auto got, co_await engine_.get(partition_of(id), {key_of(id)}));
  if (!got.values[0]) co_return fail(Fault::NotFound, "no such message is queued");
  co_return decode(id, *got.values[0]);
}

io::Task<Result<std::string>> Queue::text(Entry entry) {
  std::string text;
  text.reserve(entry.size_bytes);
  while (text.size() < entry.size_bytes) {
    CO_TRY(const auto more, co_await engine_.body_get(body_of(entry.id), text.size(), kReadBytes));
    if (more.empty()) co_return fail(Fault::Broken, "a queued message's text is cut off");
    text += more;
  }
  co_return text;
}

io::Task<Result<>> Queue::replace(Entry before, Entry after) {
  const auto key = key_of(before.id);
  store::Batch batch{.expect = {{key, encode(before)}}, .put = {{key, encode(after)}}, .del = {}, .bodies = {}};
  const auto committed = co_await engine_.commit(partition_of(before.id), std::move(batch));
  if (committed.outcome == Outcome::Committed) co_return Result<>();
  if (committed.outcome == Outcome::Conflict) co_return fail(Fault::Conflict, "the queued message changed meanwhile");
  co_return busy();
}

// The text goes before the row that tells of it.
io::Task<Result<>> Queue::remove(Entry entry) {
  CO_TRY_OK(co_await engine_.body_del(body_of(entry.id)));
  store::Batch batch{.expect = {}, .put = {}, .del = {key_of(entry.id)}, .bodies = {}};
  const auto committed = co_await engine_.commit(partition_of(entry.id), std::move(batch));
  if (committed.outcome != Outcome::Committed) co_return busy();
  co_return Result<>();
}

io::Task<Result<>> Queue::retry(std::string id) {
  CO_TRY(auto entry, co_await find(id));
  if (entry.state != Entry::State::Stuck) co_return fail(Fault::Conflict, "the message is not stuck");
  const auto stuck = encode(entry);
  entry.state = Entry::State::Waiting;
  entry.next = loop_.clock().now();
  entry.attempts = 0;
  const auto committed = co_await commit_row(stuck, std::move(entry), {});
  if (committed.outcome != Outcome::Committed) co_return busy();
  co_return Result<>();
}

io::Task<Result<Queue::Page>> Queue::list(std::string after, std::size_t limit) {
  Page page;
  auto number = after.empty() ? 0U : static_cast<unsigned char>(after.back()) % kPartitions;
  auto after_key = after.empty() ? std::string() : key_of(after);
  while (number < kPartitions && page.entries.size() < limit) {
    const auto wanted = std::min(limit - page.entries.size(), store::kScanRows);
    CO_TRY(const auto scanned, co_await engine_.scan(partition_at(number), std::string(kPrefix), after_key, wanted));
    for (const auto& row : scanned.rows) {
      CO_TRY(auto entry, decode(std::string_view(row.key).substr(kPrefix.size()), row.value));
      page.entries.push_back(std::move(entry));
    }
    if (scanned.more) {
      after_key = scanned.rows.back().key;
    } else {
      ++number;
      after_key.clear();
    }
  }
  if (page.entries.size() == limit) page.after = page.entries.back().id;
  co_return page;
}

}  // namespace postroad::queue
