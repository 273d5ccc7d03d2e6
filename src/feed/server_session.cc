#include "feed/server_session.h"

#include <algorithm>
#include <utility>

namespace postroad::feed {

using io::Ended;
using io::Task;

namespace {

constexpr std::size_t kBatchBytes = 3UL << 20;  // of payloads, so that a frame holds the batch

// A change's payload may be 256 KiB: as many of the first ones as a frame holds.
void cut_to_frame(std::vector<Change>& changes) {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < changes.size(); ++at) {
    bytes += encode(changes[at].payload).size();
    if (bytes > kBatchBytes && at > 0) return changes.resize(at);
  }
}

}  // namespace

ServerSession::ServerSession(ServerState& state, std::string cluster, std::unique_ptr<io::Stream> stream)
    : state_(state),
      peer_(state.peer(cluster)),
      cluster_(std::move(cluster)),
      link_(state.loop, std::move(stream), state.options.link),
      children_(state.loop),
      asking_(state.loop) {}

Task<void> ServerSession::run() {
  const auto self = shared_from_this();
  const auto standing = co_await greet();
  if (!standing) co_return;

  // The cluster itself knows best which of its connections is alive.
  if (peer_.session != nullptr) peer_.session->hang_up("the cluster has a newer connection");
  peer_.session = self;
  state_.metrics.connected.add(1);
  state_.log.info("feed.connected", {{"cluster", cluster_}, {"acknowledged", standing->acknowledged}});
  std::string reason = "hung up";
  try {
    children_.start(shared_from_this(), link_.keep_alive(), "feed.keep_alive");
    co_await converse();
  } catch (const Ended& ended) {
    reason = ended.what();
  }
  close();
  co_await children_.all_ended();
  state_.metrics.connected.add(-1);
  state_.log.info("feed.ended", {{"cluster", cluster_}, {"reason", reason}});
}

// Nothing where the two don't come together; the cluster has been told why.
Task<std::optional<Standing>> ServerSession::greet() {
  const auto first = co_await link_.read();
  const auto* hello = std::get_if<Hello>(&first);
  const auto version = hello == nullptr ? 0 : common_version(hello->versions, state_.options.versions);
  if (version == 0 || state_.is_stopping) {
    const auto* reason = state_.is_stopping ? "the server stops" : "no version of the feed that both speak";
    state_.metrics.refused.add();
    state_.log.warning("feed.refused", {{"cluster", cluster_}, {"reason", reason}});
    co_await say_bye(reason);
    co_return std::nullopt;
  }
  Result<Standing> standing;
  {
    const auto guard = co_await peer_.asking.lock();
    standing = co_await state_.source.standing(cluster_);
  }
  if (!standing) {
    state_.metrics.refused.add();
    failed("standing", standing.error());
    co_await say_bye(standing.error().text);
    co_return std::nullopt;
  }
  co_await link_.write(Welcome{version, *standing});
  co_return std::move(*standing);
}

Task<void> ServerSession::converse() {
  while (true) {
    auto message = co_await link_.read();
    if (const auto* bye = std::get_if<Bye>(&message)) throw Ended(Ended::Why::Closed, bye->reason);
    co_await take(std::move(message));
  }
}

Task<void> ServerSession::take(Message message) {
  if (const auto* pull = std::get_if<Pull>(&message)) {
    if (std::exchange(is_pulling_, true)) throw Ended(Ended::Why::Reset, "the cluster pulls twice at once");
    children_.start(shared_from_this(), answer(*pull), "feed.pull");
  } else if (auto* settled = std::get_if<Settle>(&message)) {
    co_await settle(std::move(*settled));
  } else if (auto* reports = std::get_if<Reports>(&message)) {
    co_await report(std::move(*reports));
  } else if (auto* done = std::get_if<CallDone>(&message)) {
    const auto found = calls_.find(done->number);
    if (found == calls_.end()) co_return;  // it came too late
    found->second->outcome = std::move(done->outcome);
    found->second->bell.ring();
  } else {
    throw Ended(Ended::Why::Reset, "the cluster says what only control says");
  }
}

// Pulls.

Task<void> ServerSession::answer(Pull pull) {
  const auto wait = std::chrono::milliseconds(std::min<std::uint32_t>(pull.wait_ms, 60'000));
  auto batch = co_await next_batch(pull, state_.loop.clock().steady() + wait);
  if (!batch) {
    failed("next", batch.error());
    co_return hang_up(batch.error().text);
  }
  state_.metrics.sent.add(batch->changes.size());
  is_pulling_ = false;
  co_await link_.write(Changes{std::move(*batch)});
}

Task<Result<Batch>> ServerSession::next_batch(Pull pull, io::Tick until) {
  const auto most = std::clamp<std::size_t>(pull.most, 1, kBatchChanges);
  while (true) {
    const auto rings = peer_.rings;
    Result<std::vector<Change>> changes;
    {
      const auto guard = co_await peer_.asking.lock();
      changes = co_await state_.source.next(cluster_, pull.after, most);
    }
    CO_TRY(auto found, std::move(changes));
    if (!found.empty()) {
      cut_to_frame(found);
      co_return Batch{pull.after, std::move(found)};
    }
    if (link_.is_closed() || state_.loop.clock().steady() >= until) co_return Batch{pull.after, {}};
    if (peer_.rings == rings) co_await peer_.bell.wait(until);
  }
}

// Settlements and reports: durable at control before the answer.

Task<void> ServerSession::settle(Settle message) {
  if (message.settled.empty()) throw Ended(Ended::Why::Reset, "the cluster settles nothing");
  const auto position = message.settled.back().position;
  for (const auto& settled : message.settled) (settled.is_applied ? state_.metrics.applied : state_.metrics.not_applied).add();
  Result<> taken;
  {
    const auto guard = co_await peer_.asking.lock();
    taken = co_await state_.source.settle(cluster_, std::move(message.settled));
  }
  if (!taken) {
    failed("settle", taken.error());
    throw Ended(Ended::Why::Reset, taken.error().text);
  }
  co_await link_.write(Taken{position});
}

Task<void> ServerSession::report(Reports message) {
  state_.metrics.reports.add(message.reports.size());
  Result<> taken;
  {
    const auto guard = co_await peer_.asking.lock();
    taken = co_await state_.source.report(cluster_, std::move(message.reports));
  }
  if (!taken) {
    failed("report", taken.error());
    throw Ended(Ended::Why::Reset, taken.error().text);
  }
  co_await link_.write(ReportTaken{message.number});
}

// Calls.

Task<Result<std::string>> ServerSession::call(std::string method, std::string params, io::Tick until) {
  const auto self = shared_from_this();
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - state_.loop.clock().steady());
  if (link_.is_closed() || calls_.size() >= state_.options.calls || left.count() <= 0) {
    state_.metrics.calls_unavailable.add();
    co_return cluster_unavailable();
  }
  if (params.size() > kCallBytes) co_return fail(Fault::Refused, "the request is too long for one call");
  const auto number = next_call_++;
  const auto pending = std::make_shared<Pending>(state_.loop);
  calls_.emplace(number, pending);
  const auto within = static_cast<std::uint32_t>(std::min<std::int64_t>(left.count(), UINT32_MAX));
  children_.start(shared_from_this(), send(Call{number, std::move(method), std::move(params), within}), "feed.call");
  if (!pending->outcome) co_await pending->bell.wait(until);

  calls_.erase(number);
  if (pending->outcome) {
    state_.metrics.calls.add();
    co_return std::move(*pending->outcome);
  }
  state_.metrics.calls_unavailable.add();
  co_return cluster_unavailable();
}

Task<void> ServerSession::send(Message message) {
  const auto guard = co_await asking_.lock();
  co_await link_.write(std::move(message));
}

// Ends.

void ServerSession::hang_up(std::string reason) {
  if (!link_.is_closed()) children_.start(shared_from_this(), say_bye(std::move(reason)), "feed.bye");
}

Task<void> ServerSession::say_bye(std::string reason) {
  try {
    co_await link_.write(Bye{std::move(reason)});
  } catch (const Ended&) {
    // It went without a word.
  }
  close();
}

void ServerSession::failed(std::string_view what, const Error& error) {
  state_.log.error("feed.failed", {{"cluster", cluster_}, {"what", what}, {"reason", error.text}});
}

void ServerSession::close() {
  link_.close();
  if (peer_.session.get() == this) peer_.session = nullptr;
  peer_.bell.ring();
  for (const auto& [number, pending] : calls_) pending->bell.ring();
}

ServerMetrics::ServerMetrics(metrics::Registry& registry)
    : connected(registry.gauge("postroad_feed_connected", "Clusters whose feed is connected.")),
      refused(registry.counter("postroad_feed_refused_total", "Connections that were refused.")),
      sent(registry.counter("postroad_feed_sent_total", "Changes handed to clusters, repeats included.")),
      applied(registry.counter("postroad_feed_settled_total", "Changes settled.", {{"outcome", "applied"}})),
      not_applied(registry.counter("postroad_feed_settled_total", "Changes settled.", {{"outcome", "refused"}})),
      reports(registry.counter("postroad_feed_reports_total", "Reports taken.")),
      calls(registry.counter("postroad_feed_calls_total", "Calls to clusters.", {{"outcome", "answered"}})),
      calls_unavailable(registry.counter("postroad_feed_calls_total", "Calls to clusters.", {{"outcome", "unavailable"}})) {}

Peer& ServerState::peer(const std::string& cluster) {
  auto& made = peers[cluster];
  if (made == nullptr) made = std::make_unique<Peer>(loop);
  return *made;
}

}  // namespace postroad::feed
