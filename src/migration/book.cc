#include "migration/book.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "store/row.h"
#include "store/settle.h"

namespace postroad::migration {
namespace {

using store::Outcome;

constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kText = 1;
constexpr auto kPatience = std::chrono::seconds(30);

// The rows of an item: each of one text.
constexpr std::string_view kStanding = "i/";
constexpr std::string_view kReport = "r/";
constexpr std::string_view kTrace = "t/";
constexpr std::string_view kSecret = "s/";

std::string key(std::string_view prefix, std::string_view id) { return std::string(prefix) + std::string(id); }

std::string encode(std::string_view text) {
  store::RowWriter row(kFormat);
  row.text(kText, text);
  return row.take();
}

Result<std::string> decode(std::string_view bytes) {
  TRY(const auto row, store::RowReader::open(bytes, kFormat, "row of a migration"));
  return std::string(row.text(kText));
}

Result<Standing> decode_standing(std::string_view bytes) {
  TRY(const auto text, decode(bytes));
  auto made = standing_of_json(text);
  if (!made) return fail(Fault::Broken, "row of a migration can't be read: " + made.error().text);
  return made;
}

std::string brief(Standing standing) {
  standing.report.folders = {standing.report.total()};
  standing.report.skipped.clear();
  return encode(to_json(standing));
}

store::Partition partition_at(unsigned number) { return "migration/" + hex(number, 2); }

}  // namespace

// An id's last characters are random.
store::Partition partition_of(std::string_view id) {
  check(!id.empty(), "an item has an id");
  return partition_at(static_cast<unsigned char>(id.back()) % kPartitions);
}

io::Task<Result<std::optional<std::string>>> Book::row(std::string id, std::string_view prefix) {
  CO_TRY(auto got, co_await engine_.get(partition_of(id), {key(prefix, id)}));
  co_return std::move(got.values[0]);
}

// Until it is known to have happened: then the item's row is `wanted`.
io::Task<Result<>> Book::commit(std::string id, store::Batch batch, std::string wanted) {
  const auto until = loop_.clock().steady() + kPatience;
  for (;;) {
    const auto committed = co_await engine_.commit(partition_of(id), batch);
    switch (committed.outcome) {
      case Outcome::Committed: co_return Result<>();
      case Outcome::Full: co_return fail(Fault::Refused, "there are too many migrations; older ones go by themselves");
      case Outcome::Unavailable: co_return fail(Fault::Busy, "migrations can't be written now; try again later");
      case Outcome::Unknown: {
        CO_TRY_OK(co_await store::settle(engine_, loop_, partition_of(id), until));
        break;
      }
      case Outcome::Conflict: break;
    }
    CO_TRY(const auto now, co_await row(id, kStanding));
    if (now == wanted) co_return Result<>();
    if (committed.outcome == Outcome::Conflict) co_return fail(Fault::Conflict, "the migration changed meanwhile");
  }
}

io::Task<Result<>> Book::add(Standing standing, std::string sealed_password) {
  const auto& id = standing.item.id;
  const auto partition = partition_of(id);
  const auto wanted = brief(standing);
  for (;;) {
    const auto now = loop_.clock().now();
    CO_TRY(const auto marked, co_await store::agenda::mark(engine_, partition, now, now));
    store::Batch batch;
    batch.expect.push_back({key(kStanding, id), std::nullopt});
    batch.put = {{key(kStanding, id), wanted}, {key(kSecret, id), encode(sealed_password)}};
    store::agenda::add(batch, marked, {{.due = now, .id = id, .kind = std::string(kTimedKind), .payload = {}}});
    const auto committed = co_await commit(id, std::move(batch), wanted);
    if (!committed && committed.error().fault == Fault::Conflict) {
      CO_TRY(const auto there, co_await row(id, kStanding));
      if (!there) continue;  // the agenda's part changed
    }
    CO_TRY_OK(committed);
    store::agenda::announce(engine_, partition);
    co_return Result<>();
  }
}

io::Task<Result<Book::Found>> Book::find(std::string id) {
  CO_TRY(auto found, co_await row(id, kStanding));
  if (!found) co_return fail(Fault::NotFound, "there is no such migration");
  CO_TRY(auto standing, decode_standing(*found));
  co_return Found{std::move(standing), std::move(*found)};
}

io::Task<Result<Report>> Book::report(std::string id) {
  CO_TRY(const auto found, co_await row(id, kReport));
  if (!found) co_return Report();
  CO_TRY(auto standing, decode_standing(*found));
  co_return std::move(standing.report);
}

io::Task<Result<std::string>> Book::trace(std::string id) {
  CO_TRY(const auto found, co_await row(id, kTrace));
  if (!found) co_return std::string();
  co_return decode(*found);
}

io::Task<Result<std::string>> Book::sealed_password(std::string id) {
  CO_TRY(const auto found, co_await row(id, kSecret));
  if (!found) co_return fail(Fault::NotFound, "the migration's password is gone");
  co_return decode(*found);
}

io::Task<Result<Book::Found>> Book::change(Found before, Change change) {
  const auto id = before.standing.item.id;
  Found after{change.standing, brief(change.standing)};
  store::Batch batch;
  batch.expect.push_back({key(kStanding, id), before.row});
  batch.put.push_back({key(kStanding, id), after.row});
  if (change.with_report) batch.put.push_back({key(kReport, id), encode(to_json(change.standing))});
  if (change.trace && !change.trace->empty()) batch.put.push_back({key(kTrace, id), encode(*change.trace)});
  if (is_over(change.standing.state)) batch.del.push_back(key(kSecret, id));
  CO_TRY_OK(co_await commit(id, std::move(batch), after.row));
  co_return after;
}

io::Task<Result<>> Book::remove(std::string id) {
  store::Batch batch;
  for (const auto prefix : {kStanding, kReport, kTrace, kSecret}) batch.del.push_back(key(prefix, id));
  const auto committed = co_await engine_.commit(partition_of(id), std::move(batch));
  if (committed.outcome != Outcome::Committed) co_return fail(Fault::Busy, "migrations can't be written now; try again later");
  co_return Result<>();
}

io::Task<Result<Book::Page>> Book::list(std::string after, std::size_t limit) {
  Page page;
  auto number = after.empty() ? 0U : static_cast<unsigned char>(after.back()) % kPartitions;
  auto after_key = after.empty() ? std::string() : key(kStanding, after);
  while (number < kPartitions && page.standings.size() < limit) {
    const auto wanted = std::min(limit - page.standings.size(), store::kScanRows);
    CO_TRY(const auto scanned, co_await engine_.scan(partition_at(number), std::string(kStanding), after_key, wanted));
    for (const auto& each : scanned.rows) {
      CO_TRY(auto standing, decode_standing(each.value));
      page.standings.push_back(std::move(standing));
    }
    if (scanned.more) {
      after_key = scanned.rows.back().key;
    } else {
      ++number;
      after_key.clear();
    }
  }
  if (page.standings.size() == limit) page.after = page.standings.back().item.id;
  co_return page;
}

}  // namespace postroad::migration
