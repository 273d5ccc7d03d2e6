// A visit of one partition: its due rows go to their handlers, and the partition's standing and mark follow.
#include <algorithm>

#include "io/stream.h"
#include "store/agenda_runner.h"

namespace postroad::store::agenda {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kRowsAtOnce = 64;
constexpr auto kUnknownKindWaits = 5min;
// After so long nobody commits any more what was marked for.  agenda.h, mark()
constexpr auto kMarkIsOld = 1h;

}  // namespace

io::Task<Result<>> Runner::work_off(Mark mark, Row row) {
  for (;;) {
    CO_TRY(const bool is_done, co_await look(mark));
    if (is_done) co_return co_await erase_mark(engine_, std::move(row), mark.partition);
    if (is_stopping_) co_return fail(Fault::Busy, "the node stops");
  }
}

// True when nothing is due any more, and the partition says so.
io::Task<Result<bool>> Runner::look(Mark mark) {
  // First the standing, then the rows: whoever adds a row in between changes the standing that is expected below.
  CO_TRY(auto got, co_await engine_.get(mark.partition, {std::string(kStandingKey)}));
  CO_TRY(auto scanned, co_await engine_.scan(mark.partition, std::string(kTimedPrefix), "", kRowsAtOnce));
  if (scanned.version == 0) {
    // Dropped, or about to be written for the first time. It is not written to, lest a dropped one come back.
    if (now() - mark.made > kMarkIsOld) co_return true;
    co_return fail(Fault::Busy, "the partition is not there, and its mark is young");
  }
  CO_TRY(auto look, co_await run_rows(mark.partition, std::move(scanned.rows)));
  CO_TRY_OK(co_await put_off(mark.partition, look));
  look.has_more = look.has_more && scanned.more;
  co_return co_await leave(std::move(mark), std::move(got.values[0]), std::move(look));
}

io::Task<Result<Runner::Look>> Runner::run_rows(Partition partition, std::vector<Row> rows) {
  Look look;
  look.has_more = true;
  for (auto& row : rows) {
    CO_TRY(auto timed, parse(row));
    if (timed.due > now()) {
      look.next = timed.due;
      look.has_more = false;
      break;
    }
    const auto visit = co_await call(partition, timed);
    if (visit.what == Visit::What::Gone) continue;
    if (visit.value) {
      row.value = *visit.value;
      CO_TRY(timed, parse(row));
    }
    look.batch.expect.push_back({row.key, row.value});
    look.batch.del.push_back(row.key);
    if (visit.what == Visit::What::Done) continue;
    timed.due = std::max(visit.due, now() + 1ms);
    ++timed.attempts;
    look.put_off.push_back(std::move(timed));
  }
  co_return look;
}

// A row's key is its time and its id: one that is put off must not take the place of another one of that id.
io::Task<Result<>> Runner::put_off(Partition partition, Look& look) {
  auto& batch = look.batch;
  for (auto& timed : look.put_off) {
    for (bool is_free = false; !is_free;) {
      is_free = std::ranges::find(batch.expect, timed.key(), &Expect::key) == batch.expect.end();
      if (is_free) {
        CO_TRY(const auto got, co_await engine_.get(partition, {timed.key()}));
        is_free = !got.values[0];
      }
      if (!is_free) timed.due += 1ms;
    }
    batch.expect.push_back({timed.key(), {}});
    batch.put.push_back({timed.key(), timed.value()});
    look.next = look.next ? std::min(*look.next, timed.due) : timed.due;
  }
  co_return Result<>();
}

io::Task<Visit> Runner::call(Partition partition, Timed timed) {
  const auto handler = handlers_.find(timed.kind);
  if (handler == handlers_.end()) {
    log_.error("agenda.unknown_kind", {{"partition", partition}, {"kind", timed.kind}});
    co_return Visit{Visit::What::Later, now() + kUnknownKindWaits, {}};
  }
  Visit visit{Visit::What::Later, now() + options_.backoff_least, {}};
  try {
    visit = co_await handler->second(std::move(partition), std::move(timed));
  } catch (const io::Ended& ended) {
    log_.warning("agenda.interrupted", {{"kind", handler->first}, {"text", ended.what()}});
  }
  co_await loop_.enter();
  co_return visit;
}

// Writes what the look changed. Where it was the last, the partition's standing changes too, after the next mark is
// written and before this one goes. It changes even where its time stays: somebody may be about to write a row that
// counts on this mark, and must meet a conflict.
io::Task<Result<bool>> Runner::leave(Mark mark, std::optional<std::string> seen, Look look) {
  const bool is_last = !look.has_more;
  if (is_last) {
    CO_TRY(const auto standing, parse_standing(seen));
    const Standing next{look.next, standing.generation + 1};
    if (next.due) CO_TRY_OK(co_await write_mark(engine_, Mark{*next.due, mark.partition, now(), next.generation}));
    look.batch.expect.push_back({std::string(kStandingKey), std::move(seen)});
    look.batch.put.push_back({std::string(kStandingKey), next.value()});
  }
  const auto left = co_await engine_.commit(mark.partition, std::move(look.batch));
  if (left.outcome == Outcome::Committed) co_return is_last;
  if (left.outcome == Outcome::Conflict) co_return false;  // look anew
  co_return fail(Fault::Busy, "the partition can't be written: " + std::string(outcome_name(left.outcome)));
}

}  // namespace postroad::store::agenda
