#include "accounting/own_hours.h"

#include <algorithm>

#include "mailbox/journal_check.h"
#include "statistics/recount.h"
#include "statistics/report.h"
#include "store/settle.h"

namespace postroad::accounting {

using io::Task;
using statistics::EventKind;
using statistics::HourRow;

namespace {

constexpr auto kKeepEvery = std::chrono::seconds(1);
constexpr auto kPatience = std::chrono::seconds(20);
constexpr int kTries = 8;
constexpr std::size_t kHoursAtOnce = 64;

std::string partition() { return std::string(OwnHours::kPartition); }
std::string current_key() { return std::string(statistics::kCurrentKey); }

}  // namespace

OwnHours::OwnHours(Options options, io::Loop& loop, store::Engine& engine, feed::Client& feed, log::Log& log, metrics::Registry& metrics)
    : options_(options),
      loop_(loop),
      engine_(engine),
      feed_(feed),
      log_(log),
      wrong_(metrics.counter("postroad_statistics_wrong_total", "Figures that were found not to equal what they are made of.")),
      mended_(metrics.counter("postroad_statistics_mended_total", "Of them put right.")),
      writing_(loop),
      stopped_(loop) {}

// Reads the current hour, changes it, and commits that, expecting that nobody else wrote. What may have been written is
// never written twice: after an unknown outcome the row tells.
Task<Result<>> OwnHours::change(Change change) {
  const auto guard = co_await writing_.lock();
  for (int attempt = 0; attempt < kTries; ++attempt) {
    CO_TRY(const auto got, co_await engine_.get(partition(), {current_key()}));
    const auto& before = got.values.at(0);
    std::optional<HourRow> row;
    if (before) {
      CO_TRY(row, statistics::decode_hour(*before));
    }
    store::Batch batch;
    if (!change(row, batch)) co_return Result<>();
    const auto after = encode(*row);
    batch.expect.push_back({current_key(), before});
    batch.put.push_back({current_key(), after});
    const auto committed = co_await engine_.commit(partition(), std::move(batch));
    if (committed.outcome == store::Outcome::Committed) co_return Result<>();
    if (committed.outcome == store::Outcome::Conflict) continue;
    if (committed.outcome != store::Outcome::Unknown) break;
    CO_TRY_OK(co_await store::settle(engine_, loop_, partition(), loop_.clock().steady() + kPatience));
    CO_TRY(const auto now, co_await engine_.get(partition(), {current_key()}));
    if (now.values.at(0) == after) co_return Result<>();
  }
  co_return fail(Fault::Busy, "the store can't write now");
}

Task<Result<>> OwnHours::keep() {
  const auto recipients = refusals_.recipients.exchange(0);
  const auto messages = refusals_.messages.exchange(0);
  if (recipients == 0 && messages == 0) co_return Result<>();
  const auto kept = co_await change([&](std::optional<HourRow>& row, store::Batch& batch) {
    std::vector<statistics::Event> events;
    if (recipients != 0) events.push_back({EventKind::RefusedRecipients, 0, recipients});
    if (messages != 0) events.push_back({EventKind::RefusedMessages, 0, messages});
    const auto version = row ? row->version + 1 : 1;
    row = statistics::note(row, {.at = loop_.clock().now(), .events = std::move(events), .version = version, .domain = {}, .before = {}, .after = {}}, batch);
    return true;
  });
  if (kept) co_return kept;
  // It was not written, or nobody knows: better once too few than twice, but only where nobody knows.
  if (kept.error().text == "the store can't write now") {
    refusals_.recipients += recipients;
    refusals_.messages += messages;
  }
  co_return kept;
}

// Marks or mends the hours that their journal contradicts. Whether any is marked now.
Task<Result<bool>> OwnHours::correct() {
  CO_TRY(const auto check, co_await mailbox::check_journal(engine_, partition()));
  bool has_marked = false;
  for (const auto& flaw : check.flaws) {
    const auto found = std::ranges::find(check.hours, flaw.hour, &HourRow::hour);
    if (found == check.hours.end()) continue;
    const bool is_old = found->marked_at != 0 && loop_.clock().now() >= Time(std::chrono::seconds(found->marked_at)) + options_.mend_after;
    if (found->marked_at != 0 && !is_old) has_marked = true;
    if (found->marked_at != 0 && !is_old) continue;
    std::vector<std::vector<statistics::Event>> chunks;
    CO_TRY(const auto scanned, co_await engine_.scan(partition(), statistics::chunks_of(flaw.hour), "", store::kScanRows));
    for (const auto& each : scanned.rows) {
      CO_TRY(auto events, statistics::decode_chunk(each.value));
      chunks.push_back(std::move(events));
    }
    const auto put_right = [&, hour = flaw.hour](HourRow& row, std::uint64_t version) {
      const auto counted = statistics::recount(row, chunks);
      if (!counted || row.hour != hour || (row.marked_at != 0) != is_old) return false;
      if (is_old) row.counts = *counted;
      row.marked_at = is_old ? 0 : std::chrono::floor<std::chrono::seconds>(loop_.clock().now()).time_since_epoch().count();
      row.version = version;
      return true;
    };
    CO_TRY_OK(co_await change([&](std::optional<HourRow>& row, store::Batch& batch) {
      if (!row) return false;
      if (row->hour == flaw.hour) return put_right(*row, row->version + 1);
      auto closed = *found;
      if (!put_right(closed, ++row->version)) return false;
      batch.put.push_back({statistics::closed_key(closed.hour), encode(closed)});
      return true;
    }));
    (is_old ? mended_ : wrong_).add();
    log_.write(is_old ? log::Level::Warning : log::Level::Error, is_old ? "statistics.mended" : "statistics.wrong",
               {{"account", ""}, {"hour", statistics::text_of(statistics::Period::Hour, flaw.hour)}, {"what", flaw.what}});
    has_marked = has_marked || !is_old;
  }
  co_return has_marked;
}

// Control has this hour as it is here: one that is over is forgotten.
Task<Result<>> OwnHours::settle(HourRow heard) {
  co_return co_await change([&](std::optional<HourRow>& row, store::Batch& batch) {
    if (!row) return false;
    if (row->hour == heard.hour) {
      if (row->version != heard.version || row->reported == heard.version) return false;
      row->reported = heard.version;
      return true;
    }
    if (heard.marked_at != 0) return false;
    batch.expect.push_back({statistics::closed_key(heard.hour), encode(heard)});
    batch.del.push_back(statistics::closed_key(heard.hour));
    for (std::uint32_t at = 0; at < heard.chunks; ++at) batch.del.push_back(statistics::chunk_key(heard.hour, at));
    row->held_hours -= std::min<std::uint32_t>(1, row->held_hours);
    row->held_chunks -= std::min(heard.chunks, row->held_chunks);
    return true;
  });
}

Task<Result<bool>> OwnHours::report() {
  CO_TRY(const auto has_marked, co_await correct());
  CO_TRY_OK(co_await change([&](std::optional<HourRow>& row, store::Batch& batch) {
    return row && statistics::close(*row, loop_.clock().now(), batch);
  }));
  CO_TRY(auto scanned, co_await engine_.scan(partition(), std::string(statistics::kClosedPrefix), "", kHoursAtOnce));
  std::vector<HourRow> rows;
  for (const auto& each : scanned.rows) {
    CO_TRY(auto row, statistics::decode_hour(each.value));
    rows.push_back(std::move(row));
  }
  CO_TRY(const auto got, co_await engine_.get(partition(), {current_key()}));
  if (got.values.at(0)) {
    CO_TRY(auto row, statistics::decode_hour(*got.values[0]));
    if (row.is_to_report()) rows.push_back(std::move(row));
  }
  if (rows.empty()) co_return !has_marked;
  std::vector<feed::Report> reports;
  for (const auto& row : rows)
    reports.push_back({statistics::report_key("", row.hour), row.version, statistics::report_value(statistics::report_of("", row))});
  if (!co_await feed_.deliver(std::move(reports), loop_.clock().steady() + kPatience)) co_return false;
  for (auto& row : rows) CO_TRY_OK(co_await settle(std::move(row)));
  co_return !has_marked && !scanned.more;
}

Task<void> OwnHours::run() {
  auto next_report = loop_.clock().steady() + options_.report_every;
  while (!is_stopping_) {
    co_await stopped_.wait(loop_.clock().steady() + kKeepEvery);
    const auto kept = co_await keep();
    if (!kept) log_.warning("statistics.not_kept", {{"why", kept.error().text}});
    if (is_stopping_ || loop_.clock().steady() < next_report) continue;
    const auto reported = co_await report();
    if (!reported) log_.warning("statistics.not_reported", {{"account", ""}, {"why", reported.error().text}});
    next_report = loop_.clock().steady() + (reported && *reported ? options_.report_every : options_.mend_after);
  }
}

Task<void> OwnHours::stop() {
  is_stopping_ = true;
  stopped_.ring();
  if (const auto kept = co_await keep(); !kept) log_.warning("statistics.not_kept", {{"why", kept.error().text}});
}

}  // namespace postroad::accounting
