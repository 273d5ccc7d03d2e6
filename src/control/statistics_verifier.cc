#include "control/statistics_verifier.h"

#include "control/core.h"
#include "control/statistics_check.h"

namespace postroad::control {

using io::Task;
using sql::Connection;

namespace {

constexpr auto kPaceLeast = std::chrono::milliseconds(1);
constexpr std::size_t kForgottenAtOnce = 2000;
constexpr std::size_t kCountedAtOnce = 20'000;

std::string text_of(const FigureKey& key) {
  return std::string(scope_name(key.scope)) + " " + key.object + " " + statistics::text_of(key.period, key.start);
}

std::string difference(const Figure& is, const Figure& should) {
  std::string text;
  const auto add = [&](std::string_view name, std::int64_t was, std::int64_t is_now) {
    if (was != is_now) text.append(text.empty() ? "" : "; ").append(name).append(" ").append(std::to_string(is_now)).append(", not ").append(std::to_string(was));
  };
  statistics::each_counter([&](Counter counter) { add(statistics::words_of(counter).name, is.of(counter), should.of(counter)); });
  add("bytes_grown", is.bytes_grown, should.bytes_grown);
  add("messages_grown", is.messages_grown, should.messages_grown);
  return text;
}

// Within the writer's transaction, since what a reader saw may have changed meanwhile: what is wrong with the figure now, and
// what it must be. Nothing: nothing is wrong.
struct Wrong {
  std::string what;
  std::optional<Figure> right;
};
Result<std::optional<Wrong>> look_again(Connection& connection, const FigureKey& key) {
  TRY(const auto is, find_figure(connection, key));
  TRY(const auto should, figure_made_anew(connection, key));
  const auto zero = Figure{};
  if (is.value_or(zero) == should.value_or(zero)) return std::optional<Wrong>();
  return std::optional(Wrong{difference(is.value_or(zero), should.value_or(zero)), should});
}

// Marks it, where it is not marked. Whether it is wrong.
Result<std::string> mark(Connection& connection, const FigureKey& key, std::string id, std::int64_t now) {
  TRY(const auto wrong, look_again(connection, key));
  if (!wrong) return std::string();
  TRY(const auto open, open_corrections_of(connection, key));
  if (open.empty()) {
    Correction made{.id = std::move(id), .key = key, .found_at = now, .what = wrong->what};
    if (key.scope == Scope::Cluster) made.cluster = key.object;
    TRY_OK(open_correction(connection, made));
  }
  return wrong->what;
}

Result<std::string> mend(Connection& connection, const FigureKey& key, std::int64_t now) {
  TRY(const auto wrong, look_again(connection, key));
  if (wrong) TRY_OK(put_figure(connection, key, wrong->right));
  // What a cluster says is wrong is put right by the cluster alone.
  if (key.scope == Scope::User && key.period == Period::Hour) {
    TRY(const auto marked, connection.run("SELECT count(*) FROM statistics_reports WHERE hour = $1 AND account = $2 AND value LIKE '%\"wrong\":true%'",
                                          {key.start, key.object}));
    if (marked[0][0].number() > 0) return wrong ? wrong->what : std::string();
  }
  TRY_OK(close_corrections(connection, key, now));
  return wrong ? wrong->what : std::string("nothing any more");
}

}  // namespace

StatisticsVerifier::StatisticsVerifier(std::shared_ptr<Core> core)
    : core_(std::move(core)), stopped_(core_->machine.loop), turn_(core_->machine.loop) {}
StatisticsVerifier::~StatisticsVerifier() = default;

Task<Result<>> StatisticsVerifier::correct(std::vector<FigureKey> keys, Cycle* cycle) {
  auto& core = *core_;
  const auto now = to_number(core.machine.loop.clock().now());
  std::vector<FigureKey> marked;
  for (const auto& key : keys) {
    CO_TRY(const auto what, co_await core.writer->run(core.machine.loop, [key, now, id = core.tools().new_id('k')](Connection& connection) {
      return mark(connection, key, id, now);
    }));
    if (what.empty()) continue;
    ++cycle->wrong;
    marked.push_back(key);
    core.machine.metrics.counter("postroad_statistics_wrong_total", "Figures that were found not to equal what they are made of.").add();
    core.machine.log.error("statistics.wrong", {{"figure", text_of(key)}, {"what", what}});
  }
  if (marked.empty()) co_return Result<>();
  co_await stopped_.wait(core.machine.loop.clock().steady() + core.options.statistics_mend_after);
  const auto then = to_number(core.machine.loop.clock().now());
  for (const auto& key : marked) {
    CO_TRY(const auto what, co_await core.writer->run(core.machine.loop, [key, then](Connection& connection) { return mend(connection, key, then); }));
    if (what.empty()) continue;
    ++cycle->mended;
    core.machine.metrics.counter("postroad_statistics_mended_total", "Of them put right.").add();
    core.machine.log.warning("statistics.mended", {{"figure", text_of(key)}, {"what", what}});
  }
  co_return Result<>();
}

Task<Result<>> StatisticsVerifier::look(Period period, Hour start, Cycle* cycle) {
  auto& core = *core_;
  CO_TRY(auto checked, co_await core.readers->run(core.machine.loop, [period, start](Connection& connection) { return check_period(connection, period, start); }));
  cycle->figures += checked.figures;
  // What it is made of is put right first, as far as that can be summed up: else one wrong day would make a right month wrong.
  if (!checked.wrong.empty() && period != Period::Hour) {
    const auto part = period == Period::Day ? Period::Hour : Period::Day;
    const auto now = statistics::hour_of(core.machine.loop.clock().now());
    for (auto at = std::max(start, core.options.statistics_kept.first_hour(now)); at < statistics::next_start(period, start) && at <= now;
         at = statistics::next_start(part, at))
      CO_TRY_OK(co_await look(part, at, cycle));
  }
  co_return co_await correct(std::move(checked.wrong), cycle);
}

Task<Result<>> StatisticsVerifier::mend_open() {
  const auto guard = co_await turn_.lock();
  auto& core = *core_;
  CO_TRY(const auto open, co_await core.readers->run(core.machine.loop, [](Connection& connection) { return open_corrections(connection); }));
  const auto then = to_number(core.machine.loop.clock().now());
  for (const auto& each : open) {
    CO_TRY_OK(co_await core.writer->run(core.machine.loop, [key = each.key, then](Connection& connection) { return mend(connection, key, then); }));
  }
  co_return Result<>();
}

// What was marked and not mended, when the process ended, is looked at first.
Task<Result<>> StatisticsVerifier::verify(bool is_paced, Cycle* cycle) {
  auto& core = *core_;
  CO_TRY_OK(co_await mend_open());
  const auto begun = core.machine.loop.clock().steady();
  for (const auto period : statistics::kPeriods) {
    const auto now = statistics::hour_of(core.machine.loop.clock().now());
    CO_TRY(const auto starts, co_await core.readers->run(core.machine.loop, [period, now, kept = core.options.statistics_kept](Connection& connection) {
      return kept_periods(connection, period, now, kept);
    }));
    // A quarter of the cycle for each kind of period, the newest first.
    const auto slow = std::chrono::microseconds(core.options.statistics_verify_cycle) / 4 / std::max<std::size_t>(starts.size(), 1);
    const auto pace = is_paced ? std::max<std::chrono::microseconds>(kPaceLeast, slow) : kPaceLeast;
    for (auto at = starts.rbegin(); at != starts.rend() && !is_stopping_; ++at) {
      {
        const auto guard = co_await turn_.lock();
        CO_TRY_OK(co_await look(period, *at, cycle));
      }
      co_await stopped_.wait(core.machine.loop.clock().steady() + pace);
    }
  }
  CO_TRY_OK(co_await forget_old());
  if (!is_paced) CO_TRY_OK(co_await count_users());
  const auto took = std::chrono::duration<double>(core.machine.loop.clock().steady() - begun).count();
  core.machine.metrics.counter("postroad_statistics_cycles_total", "Times that the verifier has come through everything.").add();
  core.machine.log.debug("statistics.verified", {{"figures", cycle->figures}, {"wrong", cycle->wrong}, {"mended", cycle->mended}, {"seconds", took}});
  co_return Result<>();
}

struct StatisticsVerifier::Asked {
  explicit Asked(io::Loop& loop) : bell(loop) {}
  Progress progress;
  Result<> result;
  io::Bell bell;
};

Task<Result<StatisticsVerifier::Progress>> StatisticsVerifier::verify_now(std::uint64_t number, io::Tick until) {
  if (number == 0 && (asked_ == nullptr || asked_->progress.is_done)) {
    const auto last = asked_ == nullptr ? 0 : asked_->progress.number;
    asked_ = std::make_shared<Asked>(core_->machine.loop);
    asked_->progress.number = last + 1;
    core_->machine.loop.spawn([](StatisticsVerifier* verifier, std::shared_ptr<Asked> asked) -> Task<void> {
      asked->result = co_await verifier->verify(false, &asked->progress.cycle);
      asked->progress.is_done = true;
      asked->bell.ring();
    }(this, asked_), "statistics.verify_now");
  }
  const auto asked = asked_;
  if (asked == nullptr || (number != 0 && number != asked->progress.number)) co_return fail(Fault::NotFound, "that verification is over, and another one began");
  while (!asked->progress.is_done)
    if (!co_await asked->bell.wait(until)) break;
  CO_TRY_OK(asked->result);
  co_return asked->progress;
}

// In small pieces, so that nobody waits for it.
Task<Result<>> StatisticsVerifier::forget_old() {
  auto& core = *core_;
  const auto& kept = core.options.statistics_kept;
  const auto now = statistics::hour_of(core.machine.loop.clock().now());
  const std::pair<std::string, Hour> kOld[] = {
      {"DELETE FROM statistics_reports WHERE (hour, account, cluster) IN (SELECT hour, account, cluster FROM statistics_reports WHERE hour < $1 LIMIT $2)", kept.first_hour(now)},
      {"DELETE FROM statistics WHERE (scope, object, period, start) IN (SELECT scope, object, period, start FROM statistics WHERE period = 'hour' AND start < $1 LIMIT $2)", kept.first_hour(now)},
      {"DELETE FROM statistics WHERE (scope, object, period, start) IN (SELECT scope, object, period, start FROM statistics WHERE period = 'day' AND start < $1 LIMIT $2)", now - 24 * kept.days},
      {"DELETE FROM statistics WHERE (scope, object, period, start) IN (SELECT scope, object, period, start FROM statistics WHERE period = 'week' AND start < $1 LIMIT $2)", now - 31 * 24 * kept.months},
      {"DELETE FROM statistics WHERE (scope, object, period, start) IN (SELECT scope, object, period, start FROM statistics WHERE period = 'month' AND start < $1 LIMIT $2)", now - 31 * 24 * kept.months},
      {"DELETE FROM statistics_users WHERE (day, domain, type) IN (SELECT day, domain, type FROM statistics_users WHERE day < $1 LIMIT $2)", now - 31 * 24 * kept.months},
  };
  for (const auto& [statement, before] : kOld)
    CO_TRY_OK(co_await core.writer->run(core.machine.loop, [statement, before](Connection& connection) { return connection.run(statement, {before, kForgottenAtOnce}); }));
  co_return Result<>();
}

namespace {

// What is other than it was counted on that day. A domain without users has a row, too: it had some on the day before, perhaps.
Result<sql::Rows> users_to_count(Connection& connection, Hour day) {
  return connection.run("SELECT n.domain, n.path, n.type, n.users FROM (SELECT d.id AS domain, c.path AS path, coalesce(u.type, 'mailbox') AS type, "
                        "CAST(coalesce(sum(u.users), 0) AS BIGINT) AS users FROM domains d JOIN companies c ON c.id = d.company LEFT JOIN user_counts u ON u.domain = d.id "
                        "GROUP BY d.id, c.path, coalesce(u.type, 'mailbox')) n LEFT JOIN statistics_users s ON s.day = $1 AND s.domain = n.domain AND s.type = n.type "
                        "WHERE s.users IS NULL OR s.users <> n.users OR s.company <> n.path LIMIT $2",
                        {day, kCountedAtOnce});
}

// Those of which there are none any more.
constexpr std::string_view kNone = "UPDATE statistics_users SET users = 0 WHERE day = $1 AND users <> 0 AND NOT EXISTS "
                                   "(SELECT 1 FROM user_counts c WHERE c.domain = statistics_users.domain AND c.type = statistics_users.type)";

Result<bool> count_some(Connection& connection, Hour day, const sql::Rows& rows) {
  for (const auto& row : rows)
    TRY_OK(connection.run("INSERT INTO statistics_users (day, domain, company, type, users) VALUES ($1, $2, $3, $4, $5) "
                          "ON CONFLICT (day, domain, type) DO UPDATE SET company = excluded.company, users = excluded.users",
                          {day, row[0], row[1], row[2], row[3]}));
  return true;
}

}  // namespace

// How many users of each type there are today, by domain.
Task<Result<>> StatisticsVerifier::count_users() {
  auto& core = *core_;
  const auto day = statistics::start_of(Period::Day, statistics::hour_of(core.machine.loop.clock().now()));
  CO_TRY_OK(co_await core.writer->run(core.machine.loop, [day](Connection& connection) { return connection.run(kNone, {day}); }));
  std::size_t found = kCountedAtOnce;
  while (found == kCountedAtOnce && !is_stopping_) {
    CO_TRY(const auto changed, co_await core.readers->run(core.machine.loop, [day](Connection& connection) { return users_to_count(connection, day); }));
    found = changed.size();
    constexpr std::size_t kPiece = 256;
    for (std::size_t at = 0; at < found; at += kPiece) {
      sql::Rows some(changed.begin() + static_cast<std::ptrdiff_t>(at), changed.begin() + static_cast<std::ptrdiff_t>(std::min(found, at + kPiece)));
      CO_TRY_OK(co_await core.writer->run(core.machine.loop, [day, some = std::move(some)](Connection& connection) { return count_some(connection, day, some); }));
    }
  }
  co_return Result<>();
}

// At the hour's end, so that a day's last count is one of its last minutes.
Task<void> StatisticsVerifier::count_hourly() {
  auto& core = *core_;
  constexpr auto kBefore = std::chrono::minutes(2);
  constexpr auto kAgain = std::chrono::seconds(30);
  while (!is_stopping_) {
    const auto done = co_await count_users();
    if (!done) core.machine.log.warning("statistics.not_counted", {{"why", done.error().text}});
    const auto now = core.machine.loop.clock().now();
    const auto next = statistics::time_of(statistics::hour_of(now) + 1) - kBefore;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next > now ? next - now : next + std::chrono::hours(1) - now);
    co_await stopped_.wait(core.machine.loop.clock().steady() + (done ? wait : kAgain));
  }
}

Task<void> StatisticsVerifier::run() {
  auto& core = *core_;
  core.machine.loop.spawn(count_hourly(), "statistics.count_users");
  while (!is_stopping_) {
    Cycle cycle;
    const auto done = co_await verify(true, &cycle);
    if (!done) core.machine.log.warning("statistics.not_verified", {{"why", done.error().text}});
    co_await stopped_.wait(core.machine.loop.clock().steady() + std::chrono::seconds(1));
  }
}

void StatisticsVerifier::stop() {
  is_stopping_ = true;
  stopped_.ring();
}

}  // namespace postroad::control
