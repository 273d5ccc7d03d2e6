// The load generator of bench/run: many sessions on one loop, counted and timed.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "load.h"

namespace postroad::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kArrivalPatience = 180s;
constexpr int kOpeningAtOnce = 50;

using Session = io::Task<void> (*)(Run&, int);

Session session_of(const std::string& mode) {
  if (mode == "imap") return mix;
  if (mode == "idle") return idle;
  return deliver;
}

io::Task<void> run_session(Run& run, int session) {
  try {
    co_await session_of(run.options.mode)(run, session);
  } catch (const io::Ended& ended) {
    if (run.failure.empty()) run.failure = ended.what();
  }
  --run.open;
}

io::Task<void> await_sessions(Run& run) {
  while (run.open > 0) co_await run.loop.sleep(1ms);
}

// Delivers, then waits until all of it is in the mailboxes.
io::Task<void> measure_delivery(Run& run) {
  const bool looks = run.options.imap.port != 0;
  const auto before = looks ? co_await count_arrived(run) : 0;
  run.start = run.now();
  run.end = run.start + std::chrono::seconds(run.options.seconds);
  for (; run.open < run.options.sessions; ++run.open) run.loop.spawn(run_session(run, run.open), "session");
  co_await await_sessions(run);
  const auto accepted = run.passed();
  auto arrived = run.done;
  if (looks) {
    const auto until = run.now() + kArrivalPatience;
    while ((arrived = co_await count_arrived(run) - before) < run.done && run.now() < until) co_await run.loop.sleep(20ms);
  }
  const auto seconds = run.passed();
  fmt::print("{{\"accepted\": {}, \"accepted_per_second\": {:.1f}, \"arrived\": {}, \"arrived_per_second\": {:.1f}}}\n",
             run.done, static_cast<double>(run.done) / accepted, arrived, static_cast<double>(arrived) / seconds);
}

io::Task<void> measure_commands(Run& run) {
  run.start = run.now();
  run.end = run.start + std::chrono::seconds(run.options.seconds);
  for (; run.open < run.options.sessions; ++run.open) run.loop.spawn(run_session(run, run.open), "session");
  co_await await_sessions(run);
  fmt::print("{{\"commands\": {}, \"commands_per_second\": {:.1f}}}\n", run.done,
             static_cast<double>(run.done) / run.passed());
}

// Holds the sessions until its input ends, so that the server can be looked at.
io::Task<void> hold_idle(Run& run, io::Pool& pool) {
  run.end = run.now() + std::chrono::hours(1);
  const auto count = static_cast<std::uint64_t>(run.options.sessions);
  while (run.done < count && run.failure.empty()) {
    for (; run.open < run.options.sessions && run.open < static_cast<int>(run.done) + kOpeningAtOnce; ++run.open)
      run.loop.spawn(run_session(run, run.open), "session");
    co_await run.loop.sleep(1ms);
  }
  fmt::print("{{\"idle\": {}}}\n", run.done);
  std::fflush(stdout);
  (void)co_await pool.run(run.loop, [] {
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
  });
}

io::Task<void> measure(Run& run, io::Pool& pool) {
  try {
    if (run.options.mode == "imap") co_await measure_commands(run);
    else if (run.options.mode == "idle") co_await hold_idle(run, pool);
    else co_await measure_delivery(run);
  } catch (const io::Ended& ended) {
    run.failure = ended.what();
  }
  run.loop.stop();
}

int run_all(const Options& options) {
  const auto context = tls::Context::client({.certificate = {}, .key = {}, .trust = options.trust});
  if (!context) {
    fmt::print(stderr, "load: {}\n", context.error().text);
    return 1;
  }
  io::real::Pool pool(1, 1);
  io::real::Machine machine(1);
  Run run{.options = options, .loop = machine.loop(0), .tls = **context, .start = {}, .end = {}, .failure = {}};
  machine.loop(0).spawn(measure(run, pool), "measure");
  machine.run();
  if (run.failure.empty()) return 0;
  fmt::print(stderr, "load: {}\n", run.failure);
  return 1;
}

}  // namespace
}  // namespace postroad::bench

int main(int count, char** arguments) {
  return postroad::bench::run_all(postroad::bench::parse_options(count, arguments));
}
