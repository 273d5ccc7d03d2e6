#include <doctest/doctest.h>

#include <map>

#include "statistics/note.h"
#include "statistics/periods.h"
#include "statistics/recount.h"
#include "statistics/report.h"

namespace postroad::statistics {
namespace {

Hour hour_named(std::string_view text) {
  const auto named = period_of(text);
  REQUIRE(named.has_value());
  return named->start;
}

TEST_CASE("hours belong to days, ISO weeks and months") {
  struct Case {
    const char* hour;
    const char* day;
    const char* week;
    const char* month;
  };
  constexpr Case kCases[] = {
      {"1970-01-01T00", "1970-01-01", "1970-W01", "1970-01"},
      {"2024-02-29T23", "2024-02-29", "2024-W09", "2024-02"},
      {"2020-12-31T12", "2020-12-31", "2020-W53", "2020-12"},
      {"2021-01-03T23", "2021-01-03", "2020-W53", "2021-01"},
      {"2021-01-04T00", "2021-01-04", "2021-W01", "2021-01"},
      {"2024-12-30T05", "2024-12-30", "2025-W01", "2024-12"},
      {"2026-11-25T10", "2026-11-25", "2026-W48", "2026-11"},
  };
  for (const auto& each : kCases) {
    CAPTURE(each.hour);
    const auto hour = hour_named(each.hour);
    CHECK(text_of(Period::Hour, hour) == each.hour);
    CHECK(text_of(Period::Day, start_of(Period::Day, hour)) == each.day);
    CHECK(text_of(Period::Week, start_of(Period::Week, hour)) == each.week);
    CHECK(text_of(Period::Month, start_of(Period::Month, hour)) == each.month);
    for (const auto period : kPeriods) {
      const auto start = start_of(period, hour);
      CHECK(start <= hour);
      CHECK(next_start(period, hour) > hour);
      CHECK(start_of(period, next_start(period, hour) - 1) == start);
      CHECK(previous_start(period, next_start(period, hour)) == start);
      if (start >= 0) CHECK(period_of(text_of(period, start))->start == start);
    }
  }
}

TEST_CASE("what names no period is refused") {
  for (const auto* const text : {"", "2026", "2026-", "2026-13", "2026-00", "2026-02-30", "2026-2-03", "2026-W00", "2026-W54", "2021-W53",
                                 "2026-11-25T24", "2026-11-25T1", "2026-11-25T010", "2026-11-25 10", "1969-12-31", "20261-11", "abcd-ef", "2026-W1"})
    CHECK_FALSE(period_of(text).has_value());
}

Happened delivered(Time at, std::uint64_t version, std::size_t count = 1) {
  Happened made{.at = at, .version = version, .domain = "d1"};
  made.events.assign(count, {EventKind::Delivered, 0, 100});
  made.after = {version * 100, version};
  return made;
}

// Rows as a partition would hold them.
struct Kept {
  std::map<std::string, std::string> rows;
  std::optional<HourRow> row;
  void note(Happened happened) {
    store::Batch batch;
    row = statistics::note(row, std::move(happened), batch);
    for (auto& each : batch.put) rows[each.key] = each.value;
  }
  std::vector<std::vector<Event>> chunks(Hour hour) const {
    std::vector<std::vector<Event>> made;
    for (const auto& [key, value] : rows)
      if (key.starts_with(chunks_of(hour))) made.push_back(decode_chunk(value).value());
    return made;
  }
};

TEST_CASE("counters are the fold of the journal, whatever becomes of it") {
  Kept kept;
  const auto hour = hour_named("2026-11-25T10");
  std::uint64_t version = 0;
  for (int i = 0; i < 300; ++i) kept.note(delivered(time_of(hour) + std::chrono::seconds(i), ++version));
  CHECK(kept.row->counts.of(Counter::MessagesIn) == 300);
  CHECK(kept.row->counts.of(Counter::BytesIn) == 30'000);
  CHECK(kept.row->chunks == 2);
  CHECK(recount(*kept.row, kept.chunks(hour)).value() == kept.row->counts);
  // Beyond what is kept only sums remain, and they are right.
  kept.note(delivered(time_of(hour), ++version, kChunkEvents * kHeldChunks + 5));
  CHECK(kept.row->held_chunks == kHeldChunks);
  CHECK_FALSE(kept.row->folded.is_zero());
  CHECK(recount(*kept.row, kept.chunks(hour)).value() == kept.row->counts);
  auto fewer = kept.chunks(hour);
  fewer.pop_back();
  CHECK(recount(*kept.row, fewer).error().fault == Fault::Broken);
}

TEST_CASE("an hour is closed by the first thing of a later one") {
  Kept kept;
  const auto hour = hour_named("2026-11-25T10");
  kept.note(delivered(time_of(hour), 1));
  kept.note(delivered(time_of(hour + 3), 2));
  CHECK(kept.row->hour == hour + 3);
  CHECK(kept.row->counts.of(Counter::MessagesIn) == 1);
  CHECK(kept.row->start == Storage{100, 1});
  CHECK(kept.row->now == Storage{200, 2});
  CHECK(kept.row->held_hours == 1);
  const auto closed = decode_hour(kept.rows.at(closed_key(hour))).value();
  CHECK(closed.now == Storage{100, 1});
  CHECK(closed.counts.of(Counter::MessagesIn) == 1);
  // A clock that went back: time does not.
  kept.note(delivered(time_of(hour), 3));
  CHECK(kept.row->hour == hour + 3);
  CHECK(kept.row->events.back().second == 0);
}

TEST_CASE("hours run together where control has not heard for months") {
  Kept kept;
  const auto hour = hour_named("2026-01-01T00");
  for (std::uint64_t i = 0; i < kHeldHours + 50; ++i) kept.note(delivered(time_of(hour + static_cast<Hour>(i)), i + 1));
  CHECK(kept.row->held_hours == kHeldHours);
  CHECK(kept.row->counts.of(Counter::MessagesIn) == 50);
  CHECK(kept.rows.size() == kHeldHours);
}

TEST_CASE("an hour is the same after it was a row") {
  HourRow row{.hour = 500'000, .version = 9, .domain = "d1", .start = {1, 2}, .now = {3, 4}, .events = {{EventKind::SignedIn, 59, 12}},
              .chunks = 3, .reported = 8, .marked_at = 7, .due_ms = 6, .held_hours = 5, .held_chunks = 4};
  row.counts.of(Counter::SignInsImap) = 1;
  row.folded.of(Counter::MessagesIn) = UINT64_MAX;
  CHECK(decode_hour(encode(row)).value() == row);
  const auto bytes = encode(row);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) (void)decode_hour(bytes.substr(0, cut));
  CHECK_FALSE(decode_hour("").has_value());
  CHECK_FALSE(decode_hour("\x09").has_value());
}

TEST_CASE("a report is the same after the feed, and what is none is refused") {
  HourReport report{.account = "a1", .hour = 498'000, .domain = "d1", .start = {1, 2}, .now = {3, 4}, .is_wrong = true};
  report.counts.of(Counter::BytesIn) = 1ULL << 40;
  CHECK(parse_report(report_key("a1", 498'000), report_value(report)).value() == report);
  const auto good = report_value(report);
  for (const auto* const key : {"", "statistics/", "statistics/a1", "statistics/a1/", "statistics/a1/-1", "statistics/a1/1x", "statistics/a1/99999999999",
                                "usage/a1/1"})
    CHECK_FALSE(parse_report(key, good).has_value());
  for (const auto* const value : {"", "[]", "{}", R"({"counts":{},"storage":[1,2,3]})", R"({"counts":[],"storage":[1,2,3,4]})",
                                  R"({"counts":{"bytes_in":-1},"storage":[1,2,3,4]})", R"({"counts":{"bytes_in":1e99},"storage":[1,2,3,4]})",
                                  R"({"counts":{"bytes_in":18446744073709551615},"storage":[1,2,3,4]})", R"({"counts":{},"storage":[1,2,3,4],"domain":5})"})
    CHECK_FALSE(parse_report("statistics/a1/1", value).has_value());
  CHECK(parse_report("statistics//1", R"({"counts":{"of_tomorrow":5},"storage":[0,0,0,0]})").value().counts.is_zero());
}

TEST_CASE("a recount finds each figure that was altered") {
  const std::vector<Event> events = {{EventKind::Delivered, 0, 10}, {EventKind::Appended, 1, 20}, {EventKind::RefusedRecipients, 1, 3},
                                     {EventKind::SignedIn, 2, static_cast<std::uint64_t>(Counter::SignInsPop)}};
  Counts counts;
  for (const auto& event : events) count(counts, event);
  CHECK(recount(events) == counts);
  CHECK(difference(counts, recount(events)).empty());
  each_counter([&](Counter counter) {
    auto altered = counts;
    ++altered.of(counter);
    CHECK_FALSE(difference(altered, recount(events)).empty());
  });
}

}  // namespace
}  // namespace postroad::statistics
