#include "control/statistics_read.h"

#include <algorithm>

#include "base/text.h"
#include "control/errors.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;
using statistics::Storage;

Storage stored_in(const sql::Row& row) {
  const auto of = [&row](std::size_t at) { return row[at].is_null() ? std::uint64_t{0} : static_cast<std::uint64_t>(std::max<std::int64_t>(row[at].number(), 0)); };
  return {of(0), of(1)};
}

// All paths that begin so: ids are lower-case letters and digits.
std::string after_all(std::string_view path) { return std::string(path) + "~"; }

Result<Storage> stored_now(Connection& connection, const SeenObject& object) {
  const std::string sums = "SELECT CAST(SUM(bytes) AS BIGINT), CAST(SUM(messages) AS BIGINT) FROM statistics_stored WHERE ";
  switch (object.scope) {
    case Scope::User: {
      TRY(const auto row, sql::run_one(connection, sums + "account = $1", {object.id}));
      return stored_in(row);
    }
    case Scope::Domain: {
      TRY(const auto row, sql::run_one(connection, sums + "domain = $1", {object.id}));
      return stored_in(row);
    }
    case Scope::Company: {
      TRY(const auto row, sql::run_one(connection, sums + "company >= $1 AND company < $2", {object.path, after_all(object.path)}));
      return stored_in(row);
    }
    case Scope::Cluster: {
      TRY(const auto row, sql::run_one(connection, sums + "cluster = $1", {object.id}));
      return stored_in(row);
    }
  }
  return Storage{};
}

using Users = std::map<std::string, std::uint64_t>;

// At the end of the day that begins so: the last count that was taken until then, of each domain.
Result<Users> users_at(Connection& connection, const SeenObject& object, Hour end) {
  if (object.scope != Scope::Domain && object.scope != Scope::Company) return Users{};
  const bool is_domain = object.scope == Scope::Domain;
  TRY(const auto day, sql::run_one(connection, is_domain ? "SELECT max(day) FROM statistics_users WHERE day < $1 AND domain = $2"
                                                         : "SELECT max(day) FROM statistics_users WHERE day < $1 AND company >= $2 AND company < $3",
                                   is_domain ? std::initializer_list<sql::Argument>{end, object.id}
                                             : std::initializer_list<sql::Argument>{end, object.path, after_all(object.path)}));
  Users made;
  if (day[0].is_null()) return made;
  TRY(const auto rows, is_domain ? connection.run("SELECT type, CAST(SUM(users) AS BIGINT) FROM statistics_users WHERE day = $1 AND domain = $2 GROUP BY type", {day[0], object.id})
                                 : connection.run("SELECT type, CAST(SUM(users) AS BIGINT) FROM statistics_users WHERE day = $1 AND company >= $2 AND company < $3 GROUP BY type",
                                                  {day[0], object.path, after_all(object.path)}));
  for (const auto& row : rows) made[row[0].text()] = static_cast<std::uint64_t>(row[1].number());
  return made;
}

Result<Users> users_now(Connection& connection, const SeenObject& object) {
  Users made;
  if (object.scope != Scope::Domain && object.scope != Scope::Company) return made;
  TRY(const auto rows, object.scope == Scope::Domain
                           ? connection.run("SELECT type, count(*) FROM users WHERE domain = $1 GROUP BY type", {object.id})
                           : connection.run("SELECT u.type, count(*) FROM users u JOIN domains d ON d.id = u.domain JOIN companies c ON c.id = d.company "
                                            "WHERE c.path >= $1 AND c.path < $2 GROUP BY u.type",
                                            {object.path, after_all(object.path)}));
  for (const auto& row : rows) made[row[0].text()] = static_cast<std::uint64_t>(row[1].number());
  return made;
}

// When users were deleted, by what the history of changes says.
Result<std::vector<Hour>> deletions(Connection& connection, const SeenObject& object, Hour since) {
  std::vector<Hour> made;
  if (object.scope != Scope::Domain && object.scope != Scope::Company) return made;
  const auto from = to_number(statistics::time_of(since));
  TRY(const auto rows, object.scope == Scope::Domain
                           ? connection.run("SELECT queued_at FROM changes WHERE kind = 'account.delete' AND state = 1 AND queued_at >= $1 AND domain = $2", {from, object.id})
                           : connection.run("SELECT h.queued_at FROM changes h JOIN companies c ON c.id = h.company WHERE h.kind = 'account.delete' AND h.state = 1 AND "
                                            "h.queued_at >= $1 AND c.path >= $2 AND c.path < $3",
                                            {from, object.path, after_all(object.path)}));
  for (const auto& row : rows) made.push_back(statistics::hour_of(to_time(row[0].number())));
  return made;
}

Result<std::map<Hour, Figure>> figures(Connection& connection, const SeenObject& object, Period period, Hour since) {
  static const auto statement = "SELECT start, " + figure_columns() + " FROM statistics WHERE scope = $1 AND object = $2 AND period = $3 AND start >= $4";
  TRY(const auto rows, connection.run(statement, {scope_name(object.scope), object.id, statistics::period_name(period), since}));
  std::map<Hour, Figure> made;
  for (const auto& row : rows) made[row[0].number()] = read_figure(row, 1);
  return made;
}

std::uint64_t before(std::uint64_t stored, std::int64_t grown) {
  const auto made = static_cast<std::int64_t>(stored) - grown;
  return made < 0 ? 0 : static_cast<std::uint64_t>(made);
}

void mark(StatisticsRow& row, const FigureKey& key, const std::vector<Correction>& corrections) {
  for (const auto& each : corrections) {
    if (!each.touches(key)) continue;
    const auto until = statistics::time_of(each.good_until());
    if (row.under_correction && row.under_correction->good_until <= until) continue;
    row.under_correction = UnderCorrection{to_time(each.found_at), until, each.what};
  }
}

std::unexpected<Error> no_user(std::string_view address) {
  return fail(Fault::NotFound, "there is no user " + std::string(address), std::string(code::kNoUser));
}

}  // namespace

Result<SeenObject> see_object(Connection& connection, const Authority& authority, const Caller& caller, const StatisticsOf& whose) {
  switch (whose.scope) {
    case Scope::User: {
      const auto at = whose.object.rfind('@');
      if (at == std::string::npos) return no_user(whose.object);
      TRY(const auto domain, authority.user_domain(connection, lower(whose.object.substr(at + 1)), Right::See));
      TRY(const auto user, user_by_local(connection, domain.id, whose.object.substr(0, at)));
      if (!user || user->type == UserType::Alias) return no_user(whose.object);
      return SeenObject{whose.scope, user->id, whose.object, {}, domain.id};
    }
    case Scope::Domain: {
      TRY(const auto domain, authority.user_domain(connection, lower(whose.object), Right::See));
      return SeenObject{whose.scope, domain.id, domain.name, {}, domain.id};
    }
    case Scope::Company: {
      TRY(const auto company, whose.object.empty() ? authority.company(connection, {}, Right::See)
                                                   : authority.company_of(connection, lower(whose.object), Right::See));
      return SeenObject{whose.scope, company.id, company.admin_domain, company.path, {}};
    }
    case Scope::Cluster: {
      if (!caller.is_operator()) return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed));
      TRY(const auto rows, connection.run("SELECT name FROM clusters WHERE name = $1", {whose.object}));
      if (rows.empty()) return fail(Fault::NotFound, "there is no cluster " + whose.object, std::string(code::kNoCluster));
      return SeenObject{whose.scope, whose.object, whose.object, {}, {}};
    }
  }
  return fail(Fault::Broken, "no such kind of object");
}

// The oldest one of the clusters that count for it.
Result<std::optional<Time>> read_as_of(Connection& connection, const SeenObject& object) {
  const std::string clusters = object.scope == Scope::Cluster ? "SELECT CAST($1 AS TEXT)"
                               : object.scope == Scope::Company
                                   ? "SELECT DISTINCT d.cluster FROM domains d JOIN companies c ON c.id = d.company WHERE c.path >= $1 AND c.path < $2"
                                   : "SELECT cluster FROM domains WHERE id = $1";
  TRY(const auto names, object.scope == Scope::Company ? connection.run(clusters, {object.path, after_all(object.path)})
                                                       : connection.run(clusters, {object.scope == Scope::Cluster ? object.id : object.domain}));
  std::optional<Time> oldest;
  for (const auto& row : names) {
    TRY(const auto at, connection.run("SELECT at FROM statistics_as_of WHERE cluster = $1", {row[0]}));
    if (at.empty()) return std::optional<Time>();
    const auto time = to_time(at[0][0].number());
    oldest = oldest ? std::min(*oldest, time) : time;
  }
  return oldest;
}

Result<StatisticsSummary> read_summary(Connection& connection, const SeenObject& object, Period period, std::size_t count, Time now) {
  StatisticsSummary made{.object = object.name, .as_of = {}, .rows = {}};
  TRY(made.as_of, read_as_of(connection, object));
  std::vector<Hour> starts{statistics::start_of(period, statistics::hour_of(now))};
  while (starts.size() < count) starts.push_back(statistics::previous_start(period, starts.back()));
  std::ranges::reverse(starts);
  TRY(const auto known, figures(connection, object, period, starts.front()));
  TRY(const auto corrections, open_corrections(connection));
  TRY(const auto deleted, deletions(connection, object, starts.front()));
  TRY(auto stored, stored_now(connection, object));
  TRY(const auto users, users_now(connection, object));
  for (const auto start : starts) {
    auto& row = made.rows.emplace_back(StatisticsRow{.period = period, .start = start});
    if (const auto found = known.find(start); found != known.end()) row.figure = found->second;
    const auto end = statistics::next_start(period, start);
    row.deleted_users = static_cast<std::uint64_t>(std::ranges::count_if(deleted, [&](Hour at) { return at >= start && at < end; }));
    mark(row, {object.scope, object.id, period, start}, corrections);
    if (start == starts.back()) {
      row.users = users;
    } else {
      TRY(row.users, users_at(connection, object, end));
    }
  }
  // What is stored now, and before that less by how much it grew since. A clock ahead has figures of hours to come.
  for (auto later = known.upper_bound(starts.back()); later != known.end(); ++later)
    stored = {before(stored.bytes, later->second.bytes_grown), before(stored.messages, later->second.messages_grown)};
  for (auto row = made.rows.rbegin(); row != made.rows.rend(); ++row) {
    row->stored = stored;
    stored = {before(stored.bytes, row->figure.bytes_grown), before(stored.messages, row->figure.messages_grown)};
  }
  return made;
}

Result<AccountUse> read_use(Connection& connection, const SeenObject& user) {
  AccountUse made;
  TRY(made.stored, stored_now(connection, user));
  TRY(const auto last, sql::run_one(connection, "SELECT max(last_imap), max(last_pop) FROM statistics_stored WHERE account = $1", {user.id}));
  const auto time_of = [](const sql::Value& hour) {
    return hour.is_null() || hour.number() == 0 ? std::optional<Time>() : std::optional(statistics::time_of(hour.number()));
  };
  made.last_imap = time_of(last[0]);
  made.last_pop = time_of(last[1]);
  TRY(made.as_of, read_as_of(connection, user));
  return made;
}

Result<Snapshots> read_snapshots(Connection& connection, const SeenObject& object, Hour now) {
  Snapshots made;
  const std::pair<Period, std::vector<std::string>*> kLists[] = {{Period::Day, &made.days}, {Period::Week, &made.weeks}, {Period::Month, &made.months}};
  constexpr std::size_t kMost = 400;
  for (const auto& [period, list] : kLists) {
    TRY(const auto rows, connection.run("SELECT start FROM statistics WHERE scope = $1 AND object = $2 AND period = $3 AND start < $4 ORDER BY start DESC LIMIT $5",
                                        {scope_name(object.scope), object.id, statistics::period_name(period), statistics::start_of(period, now), kMost}));
    for (const auto& row : rows) list->push_back(statistics::text_of(period, row[0].number()));
  }
  return made;
}

}  // namespace postroad::control
