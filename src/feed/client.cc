#include "feed/client.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "feed/client_session.h"

namespace postroad::feed {

using io::Task;

namespace {

// Half of the time and up to all of it, so that clusters don't come back in step.
std::chrono::microseconds jittered(std::chrono::microseconds time, io::Random& random) {
  const auto half = static_cast<std::uint64_t>(time.count() / 2);
  return std::chrono::microseconds(static_cast<std::int64_t>(half + random.below(half + 1)));
}

}  // namespace

Client::Client(io::Loop& loop, io::Network& network, const io::TlsContext& tls, io::Random& random, Sink& sink,
               Calls& calls, log::Log& log, metrics::Registry& metrics, ClientOptions options)
    : state_(std::make_unique<ClientState>(loop, network, tls, random, sink, calls, log, metrics, std::move(options))) {}

Client::~Client() = default;

Task<void> Client::run() {
  auto& state = *state_;
  auto backoff = state.options.backoff_least;
  while (!state.is_stopping) {
    const auto began = state.loop.clock().steady();
    co_await connect_once();
    if (state.is_stopping) break;
    // A connection that held for a while starts the count anew.
    if (state.loop.clock().steady() - began > state.options.backoff_most) backoff = state.options.backoff_least;
    co_await state.stopped.wait(state.loop.clock().steady() + jittered(backoff, state.random));
    backoff = std::min(backoff * 2, state.options.backoff_most);
  }
}

// One connection, from the attempt to its end.
Task<void> Client::connect_once() {
  auto& state = *state_;
  try {
    const auto until = state.loop.clock().steady() + state.options.connect_time;
    auto stream = co_await state.network.connect(state.loop, state.options.control, until);
    stream->set_deadline(until);
    co_await stream->connect_tls(state.tls, state.options.control_name);
    if (state.is_stopping) co_return;
    state.session = std::make_shared<ClientSession>(state, std::move(stream));
    const auto session = state.session;
    co_await session->run();
  } catch (const io::Ended& ended) {
    state.log.warning("feed.lost", {{"reason", ended.what()}});
  }
  state.session = nullptr;
}

void Client::stop() {
  state_->is_stopping = true;
  state_->stopped.ring();
  if (state_->session != nullptr) state_->session->hang_up("the cluster stops");
}

bool Client::report(Report report) {
  check(report.key.size() <= kReportKeyBytes && report.value.size() <= kReportValueBytes, "a report is small");
  auto& state = *state_;
  const auto known = state.reports.find(report.key);
  if (known != state.reports.end()) {
    if (report.version > known->second.version) known->second = std::move(report);
  } else if (state.reports.size() >= state.options.reports) {
    state.metrics.reports_dropped.add();
    return false;
  } else {
    auto key = report.key;
    state.reports.emplace(std::move(key), std::move(report));
  }
  state.metrics.unconfirmed.set(static_cast<std::int64_t>(state.reports.size()));
  state.reported.ring();
  return true;
}

Task<bool> Client::deliver(std::vector<Report> reports, io::Tick until) {
  auto& state = *state_;
  if (!is_connected()) co_return false;
  bool is_kept = true;
  std::vector<std::string> keys;
  for (auto& each : reports) {
    keys.push_back(each.key);
    is_kept = report(std::move(each)) && is_kept;
  }
  const auto is_waiting = [&state, &keys] {
    return std::ranges::any_of(keys, [&state](const std::string& key) { return state.reports.contains(key); });
  };
  while (is_waiting() && is_connected())
    if (!co_await state.confirmed.wait(until)) break;
  co_return is_kept && !is_waiting();
}

std::size_t Client::unconfirmed() const { return state_->reports.size(); }

bool Client::is_connected() const { return state_->metrics.connected.value() != 0; }

}  // namespace postroad::feed
