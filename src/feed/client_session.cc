#include "feed/client_session.h"

#include <algorithm>
#include <utility>

#include "feed/json.h"

namespace postroad::feed {

using io::Ended;
using io::Task;

namespace {

// The message that answers a call: as the handler has it, where control will be able to read that.
std::string encoded_answer(std::uint64_t number, Result<std::string> outcome) {
  if (outcome && outcome->size() > kCallBytes) outcome = fail(Fault::Broken, "the call's result is too long");
  if (outcome && !parse_json(*outcome)) outcome = fail(Fault::Broken, "the call's result is no JSON");
  auto made = encode(CallDone{number, std::move(outcome)});
  // Nested too deeply, for example: that would end the connection.
  if (!decode_message(made)) made = encode(CallDone{number, fail(Fault::Broken, "the call's result can't be sent")});
  return made;
}

// Counts a call from its coming to its answer, whatever ends it.
class UnderWay {
 public:
  UnderWay(ClientState& state, std::size_t bytes) : state_(state) {
    ++state_.calls_under_way;
    add(bytes);
  }
  ~UnderWay() {
    --state_.calls_under_way;
    state_.call_bytes -= bytes_;
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  void add(std::size_t bytes) {
    bytes_ += bytes;
    state_.call_bytes += bytes;
  }

 private:
  ClientState& state_;
  std::size_t bytes_ = 0;
};

}  // namespace

ClientSession::ClientSession(ClientState& state, std::unique_ptr<io::Stream> stream)
    : state_(state),
      link_(state.loop, std::move(stream), state.options.link),
      children_(state.loop),
      arrived_(state.loop),
      telling_(state.loop) {}

Task<void> ClientSession::run() {
  const auto self = shared_from_this();
  auto welcome = co_await greet();
  state_.metrics.connected.set(1);
  state_.log.info("feed.connected", {{"log", welcome.standing.log}, {"acknowledged", welcome.standing.acknowledged}});
  std::string reason;
  try {
    children_.start(self, link_.keep_alive(), "feed.keep_alive");
    children_.start(self, pull_for_ever(std::move(welcome)), "feed.pull");
    children_.start(self, report_for_ever(), "feed.report");
    co_await converse();
  } catch (const Ended& ended) {
    reason = ended.what();
  }
  close();
  state_.metrics.connected.set(0);
  co_await children_.all_ended();
  throw Ended(Ended::Why::Closed, reason);
}

Task<Welcome> ClientSession::greet() {
  co_await link_.write(Hello{state_.options.versions});
  auto message = co_await link_.read();
  if (const auto* bye = std::get_if<Bye>(&message)) throw Ended(Ended::Why::Closed, "control said: " + bye->reason);
  auto* welcome = std::get_if<Welcome>(&message);
  if (welcome == nullptr) throw Ended(Ended::Why::Reset, "control does not say welcome");
  const auto version = welcome->version;
  if (version < state_.options.versions.lowest || version > state_.options.versions.highest)
    throw Ended(Ended::Why::Reset, "control chose a version that this cluster does not speak");

  const auto& log = state_.sink.log();
  if (!log.empty() && log != welcome->standing.log) {
    state_.log.error("feed.diverged", {{"log", log}, {"control", welcome->standing.log}});
    throw Ended(Ended::Why::Reset, "control's log is another than the one that this cluster applied");
  }
  if (welcome->standing.acknowledged > state_.sink.position())
    state_.log.error("feed.behind", {{"position", state_.sink.position()}, {"control", welcome->standing.acknowledged}});
  co_return std::move(*welcome);
}

Task<void> ClientSession::converse() {
  while (true) {
    auto message = co_await link_.read();
    if (const auto* bye = std::get_if<Bye>(&message)) throw Ended(Ended::Why::Closed, "control said: " + bye->reason);
    co_await take(std::move(message));
  }
}

Task<void> ClientSession::take(Message message) {
  if (auto* changes = std::get_if<Changes>(&message)) {
    changes_ = std::move(*changes);
  } else if (const auto* taken = std::get_if<Taken>(&message)) {
    taken_ = *taken;
  } else if (const auto* report_taken = std::get_if<ReportTaken>(&message)) {
    report_taken_ = *report_taken;
  } else if (auto* call = std::get_if<Call>(&message)) {
    co_await begin(std::move(*call));
  } else {
    throw Ended(Ended::Why::Reset, "control says what only a cluster says");
  }
  arrived_.ring();
}

// What the reader puts into the box. Throws where the session ends first.
template <class T>
Task<T> ClientSession::arrival(std::optional<T>& box) {
  while (!box && !link_.is_closed()) co_await arrived_.wait();
  if (link_.is_closed()) throw Ended(Ended::Why::Closed, "the session is over");
  co_return *std::exchange(box, std::nullopt);
}

// Changes.

Task<void> ClientSession::pull_for_ever(Welcome welcome) {
  // From where control knows, so that it learns again what became of changes whose settlement was lost on its way.
  auto after = std::min(welcome.standing.acknowledged, state_.sink.position());
  state_.metrics.position.set(static_cast<std::int64_t>(state_.sink.position()));
  while (true) {
    const auto next = co_await pull_once(welcome.standing.log, after);
    if (!next) co_return close();
    after = *next;
  }
}

// The position to go on from; nothing where the session must end.
Task<std::optional<Position>> ClientSession::pull_once(const std::string& log, Position after) {
  co_await link_.write(Pull{after, state_.most, static_cast<std::uint32_t>(state_.options.wait.count())});
  auto came = co_await arrival(changes_);
  if (came.batch.after != after) {
    state_.log.error("feed.disordered", {{"asked", after}, {"given", came.batch.after}});
    co_return std::nullopt;
  }
  if (came.batch.changes.empty()) co_return after;

  const auto last = came.batch.changes.back().position;
  auto settled = co_await apply(log, std::move(came.batch));
  if (!settled) co_return std::nullopt;
  if (!settled->empty()) co_await settle(std::move(*settled));
  co_return last;
}

Task<Result<std::vector<Settled>>> ClientSession::apply(const std::string& log, Batch batch) {
  const auto began = state_.loop.clock().steady();
  const auto count = batch.changes.size();
  auto settled = co_await state_.sink.apply(log, std::move(batch));
  state_.metrics.position.set(static_cast<std::int64_t>(state_.sink.position()));
  if (!settled) {
    state_.log.error("feed.not_applied", {{"fault", fault_name(settled.error().fault)}, {"reason", settled.error().text}});
    co_return settled;
  }
  for (const auto& one : *settled) {
    (one.is_applied ? state_.metrics.applied : state_.metrics.refused).add();
    if (!one.is_applied)
      state_.log.warning("feed.change_refused", {{"change", one.change}, {"position", one.position}, {"reason", one.reason}});
  }
  // The next batch is to take about as long as one may.
  const auto took = std::max<std::int64_t>((state_.loop.clock().steady() - began).count(), 1);
  const auto may = std::chrono::microseconds(state_.options.batch_time).count();
  const auto fits = static_cast<std::int64_t>(count) * may / took;
  state_.most = static_cast<std::uint32_t>(std::clamp<std::int64_t>(fits, 1, kBatchChanges));
  co_return settled;
}

Task<void> ClientSession::settle(std::vector<Settled> settled) {
  taken_.reset();
  co_await link_.write(Settle{std::move(settled)});
  co_await arrival(taken_);
}

// Reports.

Task<void> ClientSession::report_for_ever() {
  for (std::uint64_t number = 1; !link_.is_closed(); ++number) {
    if (state_.reports.empty()) {
      co_await state_.reported.wait();
      continue;
    }
    Reports message{number, {}};
    for (const auto& [key, report] : state_.reports) {
      if (message.reports.size() == kReports) break;
      message.reports.push_back(report);
    }
    const auto sent = message.reports;
    co_await link_.write(std::move(message));
    while ((co_await arrival(report_taken_)).number != number) {
    }
    for (const auto& report : sent) {
      const auto kept = state_.reports.find(report.key);
      if (kept != state_.reports.end() && kept->second.version == report.version) state_.reports.erase(kept);
    }
    state_.metrics.unconfirmed.set(static_cast<std::int64_t>(state_.reports.size()));
    state_.confirmed.ring();
  }
}

// Calls.

Task<void> ClientSession::begin(Call call) {
  const auto& options = state_.options;
  if (state_.calls_under_way >= options.calls || state_.call_bytes + call.params.size() > options.call_bytes) {
    co_await link_.write(CallDone{call.number, fail(Fault::Busy, "too many calls are under way at the cluster")});
    co_return;
  }
  state_.loop.spawn(answer(state_, weak_from_this(), std::move(call)), "feed.call");
}

// Not one of the session's children: one that takes long must not hold up the next connection.
Task<void> ClientSession::answer(ClientState& state, std::weak_ptr<ClientSession> session, Call call) {
  UnderWay under_way(state, call.params.size());
  const auto until = state.loop.clock().steady() + std::chrono::milliseconds(call.within_ms);
  auto outcome = co_await state.calls.call(std::move(call.method), std::move(call.params), until);
  state.metrics.calls.add();
  if (state.loop.clock().steady() >= until) co_return;  // nobody waits for it any more
  const auto here = session.lock();
  if (here == nullptr) co_return;
  auto encoded = encoded_answer(call.number, std::move(outcome));
  if (state.call_bytes + encoded.size() > state.options.call_bytes)
    encoded = encoded_answer(call.number, fail(Fault::Busy, "too many calls are under way at the cluster"));
  under_way.add(encoded.size());
  try {
    co_await here->tell(std::move(encoded));
  } catch (const Ended&) {  // the session tells why
  }
}

Task<void> ClientSession::tell(std::string encoded) {
  const auto guard = co_await telling_.lock();
  co_await link_.write_encoded(std::move(encoded));
}

// Ends.

void ClientSession::hang_up(std::string reason) {
  if (!link_.is_closed()) children_.start(shared_from_this(), say_bye(std::move(reason)), "feed.bye");
}

Task<void> ClientSession::say_bye(std::string reason) {
  try {
    co_await link_.write(Bye{std::move(reason)});
  } catch (const Ended&) {
    // It went without a word.
  }
  close();
}

void ClientSession::close() {
  link_.close();
  arrived_.ring();
  state_.reported.ring();
  state_.confirmed.ring();
}

ClientMetrics::ClientMetrics(metrics::Registry& registry)
    : connected(registry.gauge("postroad_feed_is_connected", "1 while this cluster's feed is connected.")),
      position(registry.gauge("postroad_feed_position", "The last change that was decided here.")),
      unconfirmed(registry.gauge("postroad_feed_unconfirmed_reports", "Reports that control has not confirmed.")),
      applied(registry.counter("postroad_feed_changes_total", "Changes decided here.", {{"outcome", "applied"}})),
      refused(registry.counter("postroad_feed_changes_total", "Changes decided here.", {{"outcome", "refused"}})),
      calls(registry.counter("postroad_feed_calls_answered_total", "Calls of control answered here.")),
      reports_dropped(registry.counter("postroad_feed_reports_dropped_total", "Reports refused for want of room.")) {}

}  // namespace postroad::feed
