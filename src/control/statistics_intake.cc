#include "control/statistics_intake.h"

#include <algorithm>
#include <charconv>

#include "control/rows.h"
#include "control/user_counts.h"

namespace postroad::control {
namespace {

using sql::Connection;
using statistics::HourReport;

constexpr Hour kAheadMost = 48;  // a cluster's clock may be wrong by so much
constexpr std::uint64_t kVersionMost = INT64_MAX;

// One transaction's work: what is added is summed up first, since most reports of a message add to the same figures.
class Intake {
 public:
  Intake(Connection& connection, std::string cluster, Time now, const StatisticsKept& kept, const std::function<std::string()>& new_id)
      : sql_(connection), cluster_(std::move(cluster)), now_(now), kept_(kept), new_id_(new_id) {}

  Result<> take(const feed::Report& report);
  Result<Taken> finish();

 private:
  Result<> take_hour(const feed::Report& report);
  Result<> take_as_of(const feed::Report& report);
  Result<std::optional<KeptReport>> known(const std::string& account, Hour hour);
  Result<bool> find_owner(KeptReport& kept);
  Result<std::string> company_path(const std::string& domain);
  void add(const KeptReport& kept, const Figure& figure);
  Result<> note_stored(const KeptReport& kept);
  Result<> note_correction(const KeptReport& kept);
  Result<> ignore(std::string_view why) {
    if (taken_.ignored++ == 0) taken_.why = why;
    return {};
  }

  Connection& sql_;
  const std::string cluster_;
  const Time now_;
  const StatisticsKept& kept_;
  const std::function<std::string()>& new_id_;
  Taken taken_;
  std::map<FigureKey, Figure> added_;
};

Result<std::optional<KeptReport>> Intake::known(const std::string& account, Hour hour) {
  TRY(const auto rows, sql_.run("SELECT version, domain, company, value FROM statistics_reports WHERE hour = $1 AND account = $2 AND cluster = $3",
                                {hour, account, cluster_}));
  if (rows.empty()) return std::optional<KeptReport>();
  TRY(auto report, statistics::parse_report(statistics::report_key(account, hour), rows[0][3].text()));
  return std::optional(KeptReport{account, cluster_, static_cast<std::uint64_t>(rows[0][0].number()), rows[0][1].text(), rows[0][2].text(), std::move(report)});
}

Result<std::string> Intake::company_path(const std::string& domain) {
  TRY(const auto rows, sql_.run("SELECT c.path FROM domains d JOIN companies c ON c.id = d.company WHERE d.id = $1", {domain}));
  return rows.empty() ? std::string() : rows[0][0].text();
}

// Whose the hour is. A cluster speaks of its own accounts alone; what is deleted here belongs to nobody any more, but to
// the company that it counted for before.
Result<bool> Intake::find_owner(KeptReport& kept) {
  TRY(const auto user, sql_.run("SELECT d.id, d.cluster FROM users u JOIN domains d ON d.id = u.domain WHERE u.id = $1", {kept.account}));
  if (!user.empty()) {
    if (user[0][1].text() != cluster_) return false;
    kept.domain = user[0][0].text();
    TRY(kept.company, company_path(kept.domain));
    return true;
  }
  TRY(const auto stored, sql_.run("SELECT domain, company FROM statistics_stored WHERE account = $1 AND cluster = $2", {kept.account, cluster_}));
  if (!stored.empty()) {
    kept.domain = stored[0][0].text();
    kept.company = stored[0][1].text();
    return true;
  }
  kept.domain = kept.report.domain;
  TRY(const auto domain, sql_.run("SELECT cluster FROM domains WHERE id = $1", {kept.domain}));
  if (!domain.empty() && domain[0][0].text() != cluster_) return false;
  TRY(kept.company, company_path(kept.domain));
  return true;
}

void Intake::add(const KeptReport& kept, const Figure& figure) {
  if (figure.is_zero()) return;
  for (const auto& [scope, object] : objects_of(kept))
    for (const auto period : statistics::kPeriods) added_[{scope, object, period, statistics::start_of(period, kept.report.hour)}] += figure;
}

// The newest hour says what is stored now.
Result<> Intake::note_stored(const KeptReport& kept) {
  if (kept.account.empty()) return {};
  TRY_OK(sql_.run("INSERT INTO statistics_stored (account, cluster, domain, company, hour, bytes, messages) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                  "ON CONFLICT (account, cluster) DO UPDATE SET domain = excluded.domain, company = excluded.company, hour = excluded.hour, "
                  "bytes = excluded.bytes, messages = excluded.messages WHERE excluded.hour >= statistics_stored.hour",
                  {kept.account, cluster_, kept.domain, kept.company, kept.report.hour, kept.report.now.bytes, kept.report.now.messages}));
  // The last hour with a sign-in, whenever its report comes.
  for (const auto& [counter, column] : {std::pair{Counter::SignInsImap, "last_imap"}, {Counter::SignInsPop, "last_pop"}})
    if (kept.report.counts.of(counter) > 0)
      TRY_OK(sql_.run(std::string("UPDATE statistics_stored SET ") + column + " = $1 WHERE account = $2 AND cluster = $3 AND " + column + " < $1",
                      {kept.report.hour, kept.account, cluster_}));
  return note_figures(sql_, kept.account);
}

// The cluster itself says that the hour is wrong, or, later, that it is right.
Result<> Intake::note_correction(const KeptReport& kept) {
  const FigureKey key{kept.account.empty() ? Scope::Cluster : Scope::User, kept.account.empty() ? cluster_ : kept.account, Period::Hour, kept.report.hour};
  TRY(const auto open, open_corrections_of(sql_, key));
  if (!kept.report.is_wrong && !open.empty()) return close_corrections(sql_, key, to_number(now_));
  if (!kept.report.is_wrong || !open.empty()) return {};
  return open_correction(sql_, {.id = new_id_(), .key = key, .domain = kept.domain, .company = kept.company, .cluster = cluster_,
                                .found_at = to_number(now_), .what = "the cluster's counters of the hour do not equal its journal"});
}

Result<> Intake::take_hour(const feed::Report& report) {
  auto parsed = statistics::parse_report(report.key, report.value);
  if (!parsed) return ignore(parsed.error().text);
  const auto now = statistics::hour_of(now_);
  if (report.version > kVersionMost) return ignore("a version beyond what can be kept");
  if (parsed->hour > now + kAheadMost) return ignore("an hour that is yet to come");
  if (parsed->hour < kept_.first_hour(now)) return ignore("an hour that is older than the record");
  KeptReport kept{parsed->account, cluster_, report.version, {}, {}, std::move(*parsed)};
  TRY(const auto before, known(kept.account, kept.report.hour));
  if (before && before->version >= report.version) {
    ++taken_.repeated;
    return {};
  }
  if (before) {
    kept.domain = before->domain;
    kept.company = before->company;
  } else if (!kept.account.empty()) {
    TRY(const auto is_own, find_owner(kept));
    if (!is_own) return ignore("an account of another cluster");
  }
  auto figure = figure_of(kept.report);
  if (before) figure += -figure_of(before->report);
  add(kept, figure);
  TRY_OK(sql_.run("INSERT INTO statistics_reports (hour, account, cluster, version, domain, company, value) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                  "ON CONFLICT (hour, account, cluster) DO UPDATE SET version = excluded.version, value = excluded.value",
                  {kept.report.hour, kept.account, cluster_, report.version, kept.domain, kept.company, report.value}));
  TRY_OK(note_stored(kept));
  if (kept.report.is_wrong || (before && before->report.is_wrong)) TRY_OK(note_correction(kept));
  ++taken_.counted;
  return {};
}

Result<> Intake::take_as_of(const feed::Report& report) {
  std::int64_t at = 0;
  const auto [end, failed] = std::from_chars(report.value.data(), report.value.data() + report.value.size(), at);
  constexpr std::int64_t kSecondsMost = 253'402'300'800;  // of the year 9999
  if (failed != std::errc{} || *end != '\0' || at <= 0 || at > kSecondsMost) return ignore("a time that is none");
  TRY_OK(sql_.run("INSERT INTO statistics_as_of (cluster, at) VALUES ($1, $2) ON CONFLICT (cluster) DO UPDATE SET at = excluded.at "
                  "WHERE excluded.at > statistics_as_of.at",
                  {cluster_, to_number(Time(std::chrono::seconds(at)))}));
  return {};
}

Result<> Intake::take(const feed::Report& report) {
  return report.key == statistics::kAsOfReport ? take_as_of(report) : take_hour(report);
}

Result<Taken> Intake::finish() {
  for (const auto& [key, figure] : added_)
    if (!figure.is_zero()) TRY_OK(add_figure(sql_, key, figure));
  return std::move(taken_);
}

}  // namespace

bool is_statistics(const feed::Report& report) {
  return report.key == statistics::kAsOfReport || report.key.starts_with(statistics::kHourReports);
}

Result<Taken> take_statistics(Connection& connection, const std::string& cluster, const std::vector<feed::Report>& reports, Time now,
                              const StatisticsKept& kept, const std::function<std::string()>& new_id) {
  Intake intake(connection, cluster, now, kept, new_id);
  for (const auto& report : reports) TRY_OK(intake.take(report));
  return intake.finish();
}

}  // namespace postroad::control
