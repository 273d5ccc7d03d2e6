#include "store/agenda.h"

#include <algorithm>

#include "base/check.h"
#include "base/mutant.h"
#include "base/text.h"
#include "store/limits.h"
#include "store/row.h"

namespace postroad::store::agenda {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::uint8_t kFormat = 1;
enum TimedTag : std::uint8_t { kKind = 1, kPayload = 2, kAttempts = 3 };
enum StandingTag : std::uint8_t { kDue = 1, kGeneration = 2 };
enum MarkTag : std::uint8_t { kMade = 1, kFor = 2 };

constexpr int kWriteTries = 4;
constexpr std::size_t kDueDigits = 16;

std::uint64_t to_number(Time time) {
  const auto count = duration_cast<milliseconds>(time.time_since_epoch()).count();
  check(count >= 0, "work is due after 1970");
  return static_cast<std::uint64_t>(count);
}

Time to_time(std::uint64_t number) { return Time(milliseconds(number)); }

// "TIME/REST": both parts, or nothing.
std::optional<std::pair<Time, std::string_view>> parse_due(std::string_view text) {
  if (text.size() < kDueDigits + 2 || text[kDueDigits] != '/') return std::nullopt;
  const auto due = parse_hex(text.substr(0, kDueDigits));
  if (!due || *due > INT64_MAX / 1000) return std::nullopt;
  return std::pair(to_time(*due), text.substr(kDueDigits + 1));
}

}  // namespace

std::string Timed::key() const { return std::string(kTimedPrefix) + hex(to_number(due)) + "/" + id; }

std::string Timed::value() const {
  return RowWriter(kFormat).text(kKind, kind).text(kPayload, payload).number(kAttempts, attempts).take();
}

Result<Timed> parse(const Row& row) {
  const auto bad = fail(Fault::Broken, "timed row has a bad key");
  if (!row.key.starts_with(kTimedPrefix)) return bad;
  const auto due = parse_due(std::string_view(row.key).substr(kTimedPrefix.size()));
  if (!due) return bad;
  TRY(const auto fields, RowReader::open(row.value, kFormat, "timed row"));
  return Timed{due->first, std::string(due->second), std::string(fields.text(kKind)),
               std::string(fields.text(kPayload)), static_cast<std::uint32_t>(fields.number(kAttempts))};
}

std::string Standing::value() const {
  RowWriter row(kFormat);
  if (due) row.number(kDue, to_number(*due));
  return row.number(kGeneration, generation).take();
}

Result<Standing> parse_standing(const std::optional<std::string>& value) {
  if (!value) return Standing{};
  TRY(const auto fields, RowReader::open(*value, kFormat, "agenda row of a partition"));
  Standing standing{.due = {}, .generation = fields.number(kGeneration)};
  if (fields.has(kDue)) standing.due = to_time(std::min<std::uint64_t>(fields.number(kDue), INT64_MAX / 1000));
  return standing;
}

std::string Mark::key() const { return hex(to_number(due)) + "/" + partition; }

std::string Mark::value() const {
  return RowWriter(kFormat).number(kMade, to_number(made)).number(kFor, generation).take();
}

Result<Mark> parse_mark(const Row& row) {
  const auto due = parse_due(row.key);
  if (!due || !flaw_of_partition(Partition(due->second)).empty()) return fail(Fault::Broken, "mark has a bad key");
  TRY(const auto fields, RowReader::open(row.value, kFormat, "mark"));
  const auto made = std::min<std::uint64_t>(fields.number(kMade), INT64_MAX / 1000);
  return Mark{due->first, Partition(due->second), to_time(made), fields.number(kFor)};
}

// Never puts an older generation over a newer one: whoever erases a mark expects the value that it read, so one that
// was written anew for a newer standing stays.
io::Task<Result<>> write_mark(Engine& engine, Mark mark) {
  const auto shard = shard_partition(shard_of(mark.partition));
  for (int i = 0; i < kWriteTries; ++i) {
    CO_TRY(auto got, co_await engine.get(shard, {mark.key()}));
    if (got.values[0]) {
      CO_TRY(const auto there, parse_mark({mark.key(), *got.values[0]}));
      if (there.generation >= mark.generation) co_return Result<>();
    }
    Batch batch{.expect = {{mark.key(), std::move(got.values[0])}},
                .put = {{mark.key(), mark.value()}},
                .del = {},
                .bodies = {}};
    const auto written = co_await engine.commit(shard, std::move(batch));
    if (written.outcome == Outcome::Committed) co_return Result<>();
    if (written.outcome != Outcome::Unknown && written.outcome != Outcome::Conflict) break;
  }
  co_return fail(Fault::Busy, "the agenda can't be written; try again later");
}

io::Task<Result<>> erase_mark(Engine& engine, Row row, Partition partition) {
  Batch batch{.expect = {{row.key, row.value}}, .put = {}, .del = {row.key}, .bodies = {}};
  const auto erased = co_await engine.commit(shard_partition(shard_of(partition)), std::move(batch));
  if (erased.outcome == Outcome::Committed || erased.outcome == Outcome::Conflict) co_return Result<>();
  co_return fail(Fault::Busy, "the agenda can't be written: " + std::string(outcome_name(erased.outcome)));
}

io::Task<Result<Marked>> mark(Engine& engine, Partition partition, Time due, Time now) {
  CO_TRY(auto got, co_await engine.get(partition, {std::string(kStandingKey)}));
  CO_TRY(const auto standing, parse_standing(got.values[0]));
  Marked marked{.seen = std::move(got.values[0]), .next = {standing.due, standing.generation + 1}};
  const auto wanted = to_time(to_number(due));
  if (standing.due && *standing.due <= wanted) co_return marked;
  if (!POSTROAD_MUTANT(agenda_mark_skipped))
    CO_TRY_OK(co_await write_mark(engine, Mark{wanted, partition, now, marked.next.generation}));
  marked.next.due = wanted;
  co_return marked;
}

void add(Batch& batch, const Marked& marked, const std::vector<Timed>& timed) {
  batch.expect.push_back({std::string(kStandingKey), marked.seen});
  batch.put.push_back({std::string(kStandingKey), marked.next.value()});
  for (const auto& row : timed) {
    check(to_number(row.due) >= to_number(*marked.next.due), "no timed row is due before its mark");
    demand_none(flaw_of_body(row.id));
    batch.put.push_back({row.key(), row.value()});
  }
}

void announce(Engine& engine, const Partition& partition) {
  engine.bell_ring(shard_partition(shard_of(partition)));
}

// FNV-1a: the same for ever, and everywhere.
unsigned shard_of(const Partition& partition) {
  std::uint32_t hash = 2166136261U;
  for (const char c : partition) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return (hash ^ hash >> 16) % kShards;
}

Partition shard_partition(unsigned shard) { return "agenda/" + hex(shard, 2); }

}  // namespace postroad::store::agenda
