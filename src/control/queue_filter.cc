#include "control/queue_filter.h"

#include "base/text.h"
#include "control/change_rows.h"
#include "control/errors.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::int64_t kStretch = 2000;

struct Looked {
  std::string_view cluster;
  std::string_view client;
  std::string_view kind;
  std::string_view subject;
  std::int64_t queued_at = 0;
};

bool matches(const QueueFilter& filter, const Looked& it, Time now) {
  if (!filter.cluster.empty() && filter.cluster != it.cluster) return false;
  if (filter.client && *filter.client != it.client) return false;
  if (!filter.kind.empty() && filter.kind != it.kind) return false;
  if (!filter.domain.empty() && it.subject != filter.domain && !it.subject.ends_with("@" + filter.domain)) return false;
  return filter.older_than.count() == 0 || to_time(it.queued_at) + filter.older_than <= now;
}

// A company's or the operator's own, or a job's behind it.
std::pair<std::string, std::string> parted(const std::string& name) {
  const auto slash = name.find('/');
  return {name.substr(0, slash), slash == name.npos ? std::string{} : name.substr(slash)};
}

}  // namespace

Result<std::string> client_by_name(Connection& connection, const std::string& name) {
  const auto [company, job] = parted(name);
  if (company.empty() || company == "operator") return job;
  TRY(const auto by_domain, company_by_admin_domain(connection, lower(company)));
  if (by_domain) return by_domain->id + job;
  TRY(const auto by_id, company_by_id(connection, company));
  if (by_id) return by_id->id + job;
  return fail(Fault::NotFound, "there is no client " + name + "; `clients` lists them", std::string(code::kNoCompany));
}

std::string client_name(Connection& connection, const std::string& client) {
  const auto [company, job] = parted(client);
  if (company.empty()) return "operator" + job;
  const auto found = company_by_id(connection, company);
  return (found && *found ? (*found)->admin_domain : company) + job;
}

Result<Stretch> match_queued(Connection& connection, const QueueFilter& filter, std::int64_t from, Time now) {
  TRY(const auto rows, connection.run("SELECT q.seq, q.stage, q.client, q.cluster, c.kind, c.subject, c.queued_at FROM queue q JOIN changes c ON c.seq = q.seq "
                                      "WHERE q.seq >= $1 ORDER BY q.seq LIMIT $2", {from, kStretch}));
  Stretch made;
  for (const auto& row : rows) {
    const Looked looked{row[3].text(), row[2].text(), row[4].text(), row[5].text(), row[6].number()};
    if (matches(filter, looked, now)) made.rows.push_back({row[0].number(), row[1].number(), row[2].text()});
  }
  if (std::ssize(rows) == kStretch) made.next = rows.back()[0].number() + 1;
  return made;
}

Result<ChangesPage> match_settled(Connection& connection, const QueueFilter& filter, std::int64_t from, std::uint64_t most, Time now) {
  TRY(const auto rows, connection.run("SELECT seq, client, cluster, kind, subject, queued_at, state, id FROM changes WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
                                      {from == 0 ? INT64_MAX : from, kStretch}));
  ChangesPage made;
  for (const auto& row : rows) {
    made.next = row[0].number();
    const Looked looked{row[2].text(), row[1].text(), row[3].text(), row[4].text(), row[5].number()};
    if (row[6].number() == 0 || !matches(filter, looked, now)) continue;
    TRY(auto change, change_by_id(connection, row[7].text()));
    if (change) made.rows.push_back(std::move(change->view));
    if (made.rows.size() >= most) return made;
  }
  if (std::ssize(rows) < kStretch) made.next = 0;
  return made;
}

}  // namespace postroad::control
