#include "accounting/reporter.h"

#include <algorithm>

#include "statistics/report.h"

namespace postroad::accounting {

using io::Task;
using statistics::HourRow;
using store::agenda::Timed;
using store::agenda::Visit;

namespace {

constexpr std::size_t kHoursAtOnce = 64;
constexpr int kTurns = 64;  // in one visit
constexpr auto kPatience = std::chrono::seconds(20);

std::string hour_text(statistics::Hour hour) { return statistics::text_of(statistics::Period::Hour, hour); }

feed::Report report_of(const std::string& account, const HourRow& row) {
  return {statistics::report_key(account, row.hour), row.version, statistics::report_value(statistics::report_of(account, row))};
}

}  // namespace

Reporter::Reporter(Options options, io::Loop& loop, store::Store& store, mailbox::Accounts& accounts, feed::Client& feed, log::Log& log,
                   metrics::Registry& metrics)
    : options_(options),
      loop_(loop),
      store_(store),
      accounts_(accounts),
      feed_(feed),
      log_(log),
      reported_(metrics.counter("postroad_statistics_reported_total", "Hours of accounts that control has taken, repeats included.")),
      wrong_(metrics.counter("postroad_statistics_wrong_total", "Figures that were found not to equal what they are made of.")),
      mended_(metrics.counter("postroad_statistics_mended_total", "Of them put right.")),
      started_(loop.clock().now()) {}

void Reporter::join(store::agenda::Runner& runner) {
  runner.handle("statistics", [this](store::Partition partition, Timed timed) { return visit(std::move(partition), std::move(timed)); });
}

io::Tick Reporter::patience() const { return loop_.clock().steady() + kPatience; }

Task<Visit> Reporter::visit(store::Partition partition, Timed timed) {
  const auto account = partition.substr(partition.rfind('/') + 1);
  // Whatever this visit is to report happened after that.
  const auto since = timed.due - options_.report_every;
  const auto [late, is_new] = late_.try_emplace(account, since);
  late->second = std::min(late->second, since);
  const auto done = co_await report(account);
  if (done && *done) {
    late_.erase(account);
    co_return Visit{};
  }
  if (!done) log_.warning("statistics.not_reported", {{"account", account}, {"why", done.error().text}});
  co_return Visit{Visit::What::Later, loop_.clock().now() + (done ? options_.mend_after : options_.report_every), {}};
}

void Reporter::wrong(const std::string& account, const std::string& hour, const std::string& what) {
  wrong_.add();
  log_.error("statistics.wrong", {{"account", account}, {"hour", hour}, {"what", what}});
}

void Reporter::mended(const std::string& account, const std::string& hour, const std::string& what) {
  mended_.add();
  log_.warning("statistics.mended", {{"account", account}, {"hour", hour}, {"what", what}});
}

// Marks what is wrong and not marked, and mends what has been marked long enough. Whether anything is marked now. On the home loop.
Task<Result<bool>> Reporter::correct(mailbox::Account* account, std::string id, mailbox::JournalCheck check) {
  bool has_marked = false;
  for (const auto& row : check.hours) {
    if (row.marked_at == 0) continue;
    const auto marked = Time(std::chrono::seconds(row.marked_at));
    if (accounts_.home(id).clock().now() < marked + options_.mend_after) {
      has_marked = true;
      continue;
    }
    if (row.hour == check.hours.back().hour) {
      CO_TRY(const auto stored, co_await account->mend_storage());
      if (!stored.empty()) mended(id, hour_text(row.hour), stored);
    }
    CO_TRY(const auto what, co_await account->mend_hour(row.hour));
    if (!what.empty()) mended(id, hour_text(row.hour), what);
  }
  for (const auto& flaw : check.flaws) {
    CO_TRY(const auto what, co_await account->mark_hour(flaw.hour));
    if (what.empty()) continue;
    wrong(id, hour_text(flaw.hour), what);
    has_marked = true;
  }
  co_return has_marked;
}

// What there is to report, verified. Ends on the node's loop; the account is let go of on its own.
Task<Result<Reporter::Turn>> Reporter::take(std::string id) {
  auto& home = accounts_.home(id);
  co_await home.enter();
  Result<Turn> turn;
  {
    const auto opened = co_await accounts_.find(id);
    if (!opened) {
      turn = std::unexpected(opened.error());
    } else {
      const auto check = co_await mailbox::check_journal(store_.on(home), mailbox::partition_of(id));
      const auto marked = check ? co_await correct(opened->get(), id, *check) : Result<bool>(std::unexpected(check.error()));
      auto hours = marked ? co_await (*opened)->take_hours(kHoursAtOnce) : Result<std::vector<HourRow>>(std::unexpected(marked.error()));
      if (hours) turn = Turn{std::move(*hours), *marked};
      else turn = std::unexpected(hours.error());
    }
  }
  co_await loop_.enter();
  co_return turn;
}

Task<Result<>> Reporter::settle(std::string id, mailbox::Account::Heard heard) {
  co_await accounts_.home(id).enter();
  Result<> done;
  {
    const auto opened = co_await accounts_.find(id);
    if (opened) done = co_await (*opened)->settle_hours(std::move(heard));
    else done = std::unexpected(opened.error());
  }
  co_await loop_.enter();
  co_return done;
}

Task<Result<bool>> Reporter::report(std::string id) {
  for (int turns = 0; turns < kTurns; ++turns) {
    const auto turn = co_await take(id);
    if (!turn && turn.error().fault == Fault::NotFound) co_return true;
    if (!turn) co_return std::unexpected(turn.error());
    if (turn->hours.empty()) co_return !turn->has_marked;
    std::vector<feed::Report> reports;
    mailbox::Account::Heard heard;
    for (const auto& row : turn->hours) {
      reports.push_back(report_of(id, row));
      heard.emplace_back(row.hour, row.version);
    }
    if (!co_await feed_.deliver(std::move(reports), patience())) co_return fail(Fault::Busy, "control does not take the report now");
    reported_.add(heard.size());
    CO_TRY_OK(co_await settle(id, std::move(heard)));
    if (turn->has_marked) co_return false;
    if (turn->hours.size() < kHoursAtOnce) co_return true;
  }
  co_return false;
}

Task<Result<>> Reporter::report_gone(std::string id) {
  const auto partition = mailbox::partition_of(id);
  CO_TRY(const auto done, co_await report(id));
  if (!done) co_return fail(Fault::Busy, "its counters are not all reported");
  CO_TRY(const auto got, co_await store_.on(loop_).get(partition, {std::string(statistics::kCurrentKey)}));
  if (!got.values.at(0)) co_return Result<>();
  CO_TRY(auto row, statistics::decode_hour(*got.values[0]));
  ++row.version;
  row.now = {};
  std::vector<feed::Report> reports;
  reports.push_back(report_of(id, row));
  if (!co_await feed_.deliver(std::move(reports), patience())) co_return fail(Fault::Busy, "control does not take the report now");
  late_.erase(id);
  co_return Result<>();
}

// What was counted and not reported has a timed row, which has a mark, due a while after; or was visited in vain, and is
// in late_: but for what a process before this one put off, which comes again within twice that while.
Task<Result<std::optional<Time>>> Reporter::as_of() {
  if (loop_.clock().now() < started_ + 2 * options_.report_every) co_return std::optional<Time>();
  auto until = loop_.clock().now();
  auto& engine = store_.on(loop_);
  for (unsigned shard = 0; shard < store::agenda::kShards; ++shard) {
    CO_TRY(const auto scanned, co_await engine.scan(store::agenda::shard_partition(shard), "", "", 16));
    for (const auto& row : scanned.rows) {
      const auto mark = store::agenda::parse_mark(row);
      if (!mark) continue;
      until = std::min(until, mark->due);
      break;
    }
  }
  auto at = until - options_.report_every - std::chrono::seconds(1);
  for (const auto& [account, since] : late_) at = std::min(at, since - std::chrono::seconds(1));
  co_return at;
}

}  // namespace postroad::accounting
