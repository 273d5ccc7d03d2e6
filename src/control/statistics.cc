#include "control/statistics.h"

#include <charconv>

#include "control/core.h"
#include "control/errors.h"
#include "control/statistics_read.h"
#include "control/statistics_verifier.h"
#include "sasl/signature.h"

namespace postroad::control {

using io::Task;
using sql::Connection;

namespace {

constexpr auto kLinkGood = std::chrono::minutes(15);

std::unexpected<Error> no_snapshot() { return fail(Fault::NotFound, "there is no snapshot of that date, or the link is too old"); }

Result<std::string> secret_of(Connection& connection) {
  TRY(const auto row, sql::run_one(connection, "SELECT value FROM names WHERE name = 'statistics.secret'"));
  return row[0].text();
}

// What is signed, and stands in the address: the kind, the object's id, the date and until when it is good.
std::string query_of(const SeenObject& object, std::string_view date, std::int64_t until) {
  return "type=" + std::string(scope_name(object.scope)) + "&object=" + object.id + "&date=" + std::string(date) + "&until=" + std::to_string(until);
}

// The value of a parameter, as query_of() writes it.
std::string_view parameter(std::string_view query, std::string_view name) {
  const auto begin = query.find(std::string(name) + "=");
  if (begin == query.npos) return {};
  const auto value = query.substr(begin + name.size() + 1);
  return value.substr(0, value.find('&'));
}

Result<SeenObject> object_named(Connection& connection, Scope scope, std::string_view id) {
  if (scope == Scope::Domain) {
    TRY(const auto domain, domain_by_id(connection, id));
    if (!domain) return no_snapshot();
    return SeenObject{scope, domain->id, domain->name, {}, domain->id};
  }
  TRY(const auto company, company_by_id(connection, id));
  if (scope != Scope::Company || !company) return no_snapshot();
  return SeenObject{scope, company->id, company->admin_domain, company->path, {}};
}

Result<> check_kind(const StatisticsOf& whose) {
  if (whose.scope == Scope::Domain || whose.scope == Scope::Company) return {};
  return fail(Fault::Syntax, "snapshots are of a company or a domain");
}

}  // namespace

std::uint64_t StatisticsRow::sign_ins() const {
  std::int64_t sum = 0;
  for (const auto service : {Counter::SignInsImap, Counter::SignInsPop, Counter::SignInsWebmail, Counter::SignInsSmtp, Counter::SignInsApp}) sum += figure.of(service);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

Statistics::Statistics(std::shared_ptr<Core> core) : core_(core), verifier_(std::make_unique<StatisticsVerifier>(core)) {}
Statistics::~Statistics() = default;

Task<Result<StatisticsSummary>> Statistics::summary(Caller caller, StatisticsOf whose, Period period, std::size_t count) {
  if (count < 1 || count > kPeriodsMost) co_return fail(Fault::Syntax, "from 1 to 400 periods");
  const auto now = core_->machine.loop.clock().now();
  co_return co_await core_->look(caller, [=](Connection& connection, const Authority& authority) -> Result<StatisticsSummary> {
    TRY(const auto object, see_object(connection, authority, caller, whose));
    return read_summary(connection, object, period, count, now);
  });
}

Task<Result<AccountUse>> Statistics::use(Caller caller, std::string address) {
  co_return co_await core_->look(caller, [=](Connection& connection, const Authority& authority) -> Result<AccountUse> {
    TRY(const auto object, see_object(connection, authority, caller, {Scope::User, address}));
    return read_use(connection, object);
  });
}

Task<Result<Snapshots>> Statistics::list(Caller caller, StatisticsOf whose) {
  CO_TRY_OK(check_kind(whose));
  const auto now = statistics::hour_of(core_->machine.loop.clock().now());
  co_return co_await core_->look(caller, [=](Connection& connection, const Authority& authority) -> Result<Snapshots> {
    TRY(const auto object, see_object(connection, authority, caller, whose));
    return read_snapshots(connection, object, now);
  });
}

Task<Result<SnapshotLink>> Statistics::snapshot(Caller caller, StatisticsOf whose, std::string date) {
  CO_TRY_OK(check_kind(whose));
  const auto named = statistics::period_of(date);
  if (!named || named->period == Period::Hour) co_return fail(Fault::Syntax, "a date is 2026-11-25, 2026-W48 or 2026-11");
  const auto now = core_->machine.loop.clock().now();
  co_return co_await core_->look(caller, [=](Connection& connection, const Authority& authority) -> Result<SnapshotLink> {
    TRY(const auto object, see_object(connection, authority, caller, whose));
    const bool is_over = statistics::time_of(statistics::next_start(named->period, named->start)) <= now;
    TRY(const auto figure, find_figure(connection, {object.scope, object.id, named->period, named->start}));
    if (!is_over || !figure) return no_snapshot();
    TRY(const auto secret, secret_of(connection));
    const auto until = std::chrono::floor<std::chrono::seconds>(now) + kLinkGood;
    const auto query = query_of(object, date, until.time_since_epoch().count());
    return SnapshotLink{std::string(kPath) + "?" + query + "&sign=" + sasl::sign(secret, query), until};
  });
}

Task<Result<std::string>> Statistics::open(std::string path) {
  constexpr std::size_t kPathBytes = 500;
  constexpr std::string_view kSign = "&sign=";
  const auto begin = std::string(kPath) + "?";
  const auto sign = path.rfind(kSign);
  if (path.size() > kPathBytes || !path.starts_with(begin) || sign == std::string::npos || sign < begin.size()) co_return no_snapshot();
  const auto query = path.substr(begin.size(), sign - begin.size());
  const auto signature = path.substr(sign + kSign.size());
  const auto now = core_->machine.loop.clock().now();
  co_return co_await core_->readers->run(core_->machine.loop, [=](Connection& connection) -> Result<std::string> {
    TRY(const auto secret, secret_of(connection));
    if (!sasl::is_signed(secret, query, signature)) return no_snapshot();
    std::int64_t until = 0;
    const auto text = parameter(query, "until");
    std::from_chars(text.data(), text.data() + text.size(), until);
    const auto scope = scope_named(parameter(query, "type"));
    const auto named = statistics::period_of(parameter(query, "date"));
    if (Time(std::chrono::seconds(until)) <= now || !scope || !named) return no_snapshot();
    TRY(const auto object, object_named(connection, *scope, parameter(query, "object")));
    return read_csv(connection, object, named->period, named->start);
  });
}

Task<Result<std::vector<Correction>>> Statistics::corrections(std::size_t most) {
  co_return co_await core_->readers->run(core_->machine.loop, [most](Connection& connection) { return last_corrections(connection, most); });
}

Task<Result<Statistics::Verified>> Statistics::verify(std::uint64_t number, std::chrono::seconds patience) {
  CO_TRY(const auto made, co_await verifier_->verify_now(number, core_->machine.loop.clock().steady() + patience));
  const auto& cycle = made.cycle;
  co_return Verified{cycle.figures, cycle.wrong, cycle.mended, made.number, made.is_done};
}

}  // namespace postroad::control
