#include "store/handoff.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "store/limits.h"
#include "store/row.h"

namespace postroad::store::handoff {

using agenda::Timed;
using agenda::Visit;

namespace {

constexpr std::uint8_t kFormat = 1;
enum OutboxTag : std::uint8_t { kTo = 1, kKind = 2, kPayload = 3, kIsDone = 4 };
enum ReceiptTag : std::uint8_t { kFrom = 1 };
constexpr std::string_view kTimedKind = "handoff";

// In B: what it has done, and how often it forgot such a thing.
std::string receipt_key(const std::string& id) { return "~h/" + id; }
constexpr std::string_view kForgotKey = "~c";

std::string counted_up(const std::optional<std::string>& stored) {
  return hex(stored ? parse_hex(*stored).value_or(0) + 1 : 1);
}

}  // namespace

// The payload of the timed row.
struct Carrier::Outbox {
  Handoff handoff;
  bool is_done = false;  // B has recorded it, and may forget it

  std::string encode() const {
    return RowWriter(kFormat)
        .text(kTo, handoff.to)
        .text(kKind, handoff.kind)
        .text(kPayload, handoff.payload)
        .number(kIsDone, is_done ? 1 : 0)
        .take();
  }
  static Result<Outbox> parse(const Timed& timed) {
    TRY(const auto row, RowReader::open(timed.payload, kFormat, "outbox row"));
    Handoff handoff{timed.id, Partition(row.text(kTo)), std::string(row.text(kKind)), std::string(row.text(kPayload))};
    if (!flaw_of_partition(handoff.to).empty()) return fail(Fault::Broken, "outbox row names no partition");
    return Outbox{std::move(handoff), row.number(kIsDone) != 0};
  }
};

Timed outbox(const Handoff& handoff, Time due) {
  demand_none(flaw_of_partition(handoff.to));
  return Timed{due, handoff.id, std::string(kTimedKind), Carrier::encode(handoff)};
}

void Receipt::add_to(Batch& batch) const {
  batch.expect.insert(batch.expect.end(), expect.begin(), expect.end());
  batch.put.insert(batch.put.end(), put.begin(), put.end());
}

Stepped stepped(Outcome outcome) {
  switch (outcome) {
    case Outcome::Committed: return Stepped::Done;
    case Outcome::Conflict:
    case Outcome::Unknown: return Stepped::Again;
    case Outcome::Unavailable:
    case Outcome::Full: return Stepped::Later;
  }
  return Stepped::Later;
}

Carrier::Carrier(Engine& engine, io::Loop& loop, Options options, log::Log& log, metrics::Registry& metrics)
    : engine_(engine),
      loop_(loop),
      options_(options),
      log_(log),
      carried_(metrics.counter("postroad_store_handoffs_total", "Handoffs carried out")),
      retried_(metrics.counter("postroad_store_handoff_retries_total", "Handoffs put off to a later try")) {}

std::string Carrier::encode(const Handoff& handoff) { return Outbox{handoff, false}.encode(); }

void Carrier::step(std::string kind, Step step) { steps_[std::move(kind)] = std::move(step); }

void Carrier::join(agenda::Runner& runner) {
  runner.handle(std::string(kTimedKind),
                [this](Partition from, Timed timed) { return carry(std::move(from), std::move(timed)); });
}

Visit Carrier::later(const Timed& timed) {
  retried_.add();
  const auto doublings = std::min<std::uint32_t>(timed.attempts, 16);
  const auto wait = std::min(options_.retry_least * (1 << doublings), options_.retry_most);
  return {Visit::What::Later, loop_.clock().now() + wait, timed.value()};
}

// A's row is pending, then done, then gone; B's record comes while it is pending, and goes while it is done.
io::Task<Visit> Carrier::carry(Partition from, Timed timed) {
  auto outbox = Outbox::parse(timed);
  if (!outbox) {
    log_.error("handoff.damaged", {{"partition", from}, {"id", timed.id}, {"text", outbox.error().text}});
    co_return later(timed);
  }
  const auto& handoff = outbox->handoff;
  if (!outbox->is_done) {
    const auto stepped = co_await do_step(from, timed, handoff);
    co_await loop_.enter();
    if (stepped == Stepped::Moot) co_return Visit{Visit::What::Done, {}, {}};
    if (stepped != Stepped::Done) co_return later(timed);
    const auto set = co_await set_done(from, timed, *outbox);
    if (!set) co_return later(timed);
    timed = *set;
  }
  if (!co_await forget(handoff)) co_return later(timed);
  carried_.add();
  co_return Visit{Visit::What::Done, {}, timed.value()};
}

// B's state is read before A's row is looked at again. So if the row is still pending then, B has forgotten nothing
// of this handoff by that time; and if it does so later, `~c` differs, and the step's commit meets a conflict.
io::Task<Stepped> Carrier::do_step(Partition from, Timed timed, Handoff handoff) {
  const auto step = steps_.find(handoff.kind);
  if (step == steps_.end()) {
    log_.error("handoff.unknown_kind", {{"partition", from}, {"kind", handoff.kind}});
    co_return Stepped::Later;
  }
  for (int i = 0; i < options_.tries; ++i) {
    const auto key = receipt_key(handoff.id);
    const auto seen = co_await engine_.get(handoff.to, {key, std::string(kForgotKey)});
    if (!seen) co_return Stepped::Later;
    if (seen->values[0]) co_return Stepped::Done;
    const auto row = co_await engine_.get(from, {timed.key()});
    if (!row || row->values[0] != timed.value()) co_return Stepped::Later;

    const Receipt receipt{.expect = {{key, {}}, {std::string(kForgotKey), seen->values[1]}},
                          .put = {{key, RowWriter(kFormat).text(kFrom, from).take()}}};
    const auto stepped = co_await step->second(handoff, receipt);
    co_await loop_.enter();
    if (stepped != Stepped::Again) co_return stepped;
  }
  co_return Stepped::Later;
}

// The row as it stands after.
io::Task<Result<Timed>> Carrier::set_done(Partition from, Timed timed, Outbox outbox) {
  const auto pending = timed.value();
  outbox.is_done = true;
  timed.payload = outbox.encode();
  Batch batch{.expect = {{timed.key(), pending}}, .put = {{timed.key(), timed.value()}}, .del = {}, .bodies = {}};
  const auto set = co_await engine_.commit(std::move(from), std::move(batch));
  if (set.outcome == Outcome::Committed) co_return timed;
  co_return fail(Fault::Busy, "the outbox row can't be written");
}

io::Task<Result<>> Carrier::forget(Handoff handoff) {
  for (int i = 0; i < options_.tries; ++i) {
    const auto key = receipt_key(handoff.id);
    CO_TRY(auto seen, co_await engine_.get(handoff.to, {key, std::string(kForgotKey)}));
    if (!seen.values[0]) co_return Result<>();  // also where B was dropped
    const auto counted = counted_up(seen.values[1]);
    Batch batch{.expect = {{key, std::move(seen.values[0])}, {std::string(kForgotKey), std::move(seen.values[1])}},
                .put = {{std::string(kForgotKey), counted}},
                .del = {key},
                .bodies = {}};
    const auto forgotten = co_await engine_.commit(handoff.to, std::move(batch));
    if (forgotten.outcome == Outcome::Committed) co_return Result<>();
    if (forgotten.outcome == Outcome::Unavailable) break;
  }
  co_return fail(Fault::Busy, "the partition that was handed to can't be written");
}

}  // namespace postroad::store::handoff
