#include "store/agenda_runner.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "io/stream.h"

namespace postroad::store::agenda {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kMarksAtOnce = 256;

}  // namespace

struct Runner::Shard {
  struct Backoff {
    io::Tick until;
    milliseconds wait;
  };
  Shard(unsigned which, io::Loop& loop) : number(which), partition(shard_partition(which)), bell(loop) {}

  const unsigned number;
  const Partition partition;
  io::Bell bell;
  bool is_rung = false;
  bool is_held_back = false;  // more is due than may be visited at once
  std::optional<Lease> lease;
  io::Tick renew_at{};
  std::set<std::string> under_way;           // marks' keys
  std::map<std::string, Backoff> backoffs;  // of marks whose visit failed
};

Runner::Runner(Engine& engine, io::Loop& loop, std::string holder, Options options, log::Log& log,
               metrics::Registry& metrics)
    : engine_(engine),
      loop_(loop),
      holder_(std::move(holder)),
      options_(options),
      log_(log),
      visits_(metrics.counter("postroad_store_agenda_visits_total", "Visits of partitions that were due")),
      failures_(metrics.counter("postroad_store_agenda_failures_total", "Visits that will be repeated")),
      late_(metrics.gauge("postroad_store_agenda_late_seconds", "How late the mark looked at last was")),
      ended_(loop) {
  for (unsigned i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(i, loop_));
}

Runner::~Runner() = default;

void Runner::handle(std::string kind, Handler handler) {
  check(running_ == 0, "handlers are named before the agenda's runner starts");
  handlers_[std::move(kind)] = std::move(handler);
}

void Runner::start() {
  for (const auto& shard : shards_) {
    ++running_;
    loop_.spawn(run_shard(*shard), "agenda");
  }
}

io::Task<void> Runner::stop() {
  is_stopping_ = true;
  for (const auto& shard : shards_) wake(*shard);
  while (running_ > 0 || under_way_ > 0) co_await ended_.wait();
}

void Runner::wake(Shard& shard) {
  shard.is_rung = true;
  shard.bell.ring();
}

io::Task<void> Runner::run_shard(Shard& shard) {
  const auto on_bell = [this, &shard] { wake(shard); };
  const auto heard = engine_.bell_listen(shard.partition, on_bell, on_bell);
  while (!is_stopping_) {
    shard.is_rung = false;
    auto until = tick() + options_.poll;
    auto held = co_await hold_lease(shard);
    if (held) {
      const auto next = co_await begin_due(shard);
      until = std::min({until, shard.renew_at, next ? *next : tick() + options_.backoff_least});
    } else {
      until = std::min(until, tick() + options_.lease / 3);
    }
    while (!shard.is_rung && co_await shard.bell.wait(until)) {
    }
  }
  if (shard.lease) co_await engine_.lease_release(*shard.lease);
  --running_;
  ended_.ring();
}

io::Task<Result<>> Runner::hold_lease(Shard& shard) {
  if (shard.lease && tick() < shard.renew_at) co_return Result<>();
  const auto asked = tick();
  if (shard.lease && !co_await engine_.lease_renew(*shard.lease, options_.lease)) shard.lease.reset();
  if (!shard.lease) {
    CO_TRY(auto lease, co_await engine_.lease_acquire(shard.partition, holder_, options_.lease));
    shard.lease = std::move(lease);
  }
  shard.renew_at = asked + options_.lease / 3;
  co_return Result<>();
}

// Starts visits of what is due, and tells when to look again.
io::Task<Result<io::Tick>> Runner::begin_due(Shard& shard) {
  std::erase_if(shard.backoffs, [this](const auto& one) { return one.second.until + options_.backoff_most < tick(); });
  auto again = io::kNever;
  std::string after;
  for (bool is_first = true;; is_first = false) {
    CO_TRY(const auto scanned, co_await engine_.scan(shard.partition, "", after, kMarksAtOnce));
    for (const auto& row : scanned.rows) {
      const auto mark = parse_mark(row);
      if (!mark) {
        log_.error("agenda.damaged", {{"shard", shard.number}, {"text", mark.error().text}});
        continue;
      }
      const auto late = now() - mark->due;
      if (is_first && &row == &scanned.rows.front()) late_.set(std::max<std::int64_t>(0, late / 1s));
      if (late < 0us) co_return std::min(again, tick() - late);
      const auto wait = begin(shard, *mark, row);
      if (!wait) co_return again;
      again = std::min(again, *wait);
    }
    if (!scanned.more) co_return again;
    after = scanned.rows.back().key;
  }
}

// Starts a visit unless there is one, or it waits after a failure: then tells until when. Nothing: there is no room.
std::optional<io::Tick> Runner::begin(Shard& shard, const Mark& mark, const Row& row) {
  const auto& key = row.key;
  if (shard.under_way.contains(key)) return io::kNever;
  const auto backoff = shard.backoffs.find(key);
  if (backoff != shard.backoffs.end() && backoff->second.until > tick()) return backoff->second.until;
  shard.is_held_back = under_way_ >= options_.visits || is_stopping_;
  if (shard.is_held_back) return std::nullopt;
  ++under_way_;
  shard.under_way.insert(key);
  loop_.spawn(visit(shard, mark, row), "agenda.visit");
  return io::kNever;
}

io::Task<void> Runner::visit(Shard& shard, Mark mark, Row row) {
  const auto result = co_await work_off(mark, row);
  ended(shard, mark, row.key, result);
}

void Runner::ended(Shard& shard, const Mark& mark, const std::string& key, const Result<>& result) {
  --under_way_;
  shard.under_way.erase(key);
  visits_.add();
  if (result) {
    shard.backoffs.erase(key);
  } else {
    failures_.add();
    log_.warning("agenda.failed", {{"partition", mark.partition}, {"text", result.error().text}});
    auto& backoff = shard.backoffs[key];
    backoff.wait = std::clamp(2 * backoff.wait, options_.backoff_least, options_.backoff_most);
    backoff.until = tick() + backoff.wait;
  }
  ended_.ring();
  wake(shard);
  for (const auto& other : shards_)
    if (std::exchange(other->is_held_back, false)) wake(*other);
}

}  // namespace postroad::store::agenda
