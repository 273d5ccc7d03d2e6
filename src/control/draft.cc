#include "control/draft.h"

#include <algorithm>

#include "base/text.h"
#include "control/app_passwords.h"
#include "control/audit_rows.h"
#include "control/busy.h"
#include "control/limits.h"
#include "control/passwords.h"
#include "control/queue.h"
#include "control/round.h"
#include "control/settings.h"
#include "control/brands.h"
#include "control/bulletins.h"
#include "control/company_contacts.h"
#include "control/deletion.h"
#include "control/offerings.h"
#include "control/sieve_scripts.h"

namespace postroad::control {

namespace {
constexpr std::chrono::seconds kFullWait{60};  // until a queue that is full is worth another try
}

namespace object {
std::string company(std::string_view id) { return "company/" + std::string(id); }
std::string company_limits(std::string_view id) { return "company-limits/" + std::string(id); }
std::string admin_domain(std::string_view name) { return "admin-domain/" + lower(name); }
std::string domain(std::string_view id) { return "domain/" + std::string(id); }
std::string domain_name(std::string_view name) { return "domain-name/" + lower(name); }
std::string workgroup(std::string_view id) { return "workgroup/" + std::string(id); }
std::string workgroup_name(std::string_view domain, std::string_view name) { return "workgroup-name/" + std::string(domain) + "/" + lower(name); }
std::string user(std::string_view id) { return "user/" + std::string(id); }
std::string of(std::string_view id) {
  switch (id.empty() ? ' ' : id.front()) {
    case 'o': return company(id);
    case 'd': return domain(id);
    case 'w': return workgroup(id);
    default: return user(id);
  }
}
std::string local_part(std::string_view domain, std::string_view local) { return "local/" + std::string(domain) + "/" + lower(local); }
}  // namespace object

namespace {
std::string joined(const std::set<std::string>& words) {
  std::string made;
  for (const auto& word : words) made.append(made.empty() ? "" : ",").append(word);
  return made;
}
std::vector<Image> images_of(const std::vector<Touched>& touched) {
  std::vector<Image> made;
  for (const auto& row : touched) made.push_back(row.before);
  return made;
}

bool has_sealed(const feed::Payload& payload) {
  if (const auto* put = std::get_if<feed::PutAccount>(&payload)) return is_sealed(put->password_hash);
  if (const auto* set = std::get_if<feed::SetPassword>(&payload)) return is_sealed(set->password_hash);
  return false;
}
}  // namespace

Draft::Draft(sql::Connection& connection, const Caller& caller, Authority given, DraftTools tools)
    : sql(connection), authority(std::move(given)), caller_(caller),
      client_(caller.job.empty() ? authority.client() : job_client(authority.client(), caller.job)), tools_(std::move(tools)) {
  accepted_.client = client_;
}

// The row's place among those that the next record() takes, with what it was before them.
Result<Touched*> Draft::touch(const Table& table, std::string_view key) {
  const auto [place, is_new] = places_.try_emplace({table.name, std::string(key)}, touched_.size());
  if (!is_new) return &touched_[place->second];
  TRY(auto image, read_image(sql, table, key));
  return &touched_.emplace_back(std::move(image), &table);
}

// Who administers what, and who can sign in as whom: whatever request it is that changes it.
Result<> Draft::check_rights(const Table& table, std::string_view key) {
  if (&table == &kCredentials || &table == &kAdministrators) return authority.check_credentials(sql, key);
  if (&table != &kRoles) return {};
  const auto parts = split(key, '/');
  check(parts.size() == 3, "a role's key is its holder, its name and its object");
  return authority.check_grant(sql, {std::string(parts[0]), std::string(parts[1]), std::string(parts[2])});
}

Result<> Draft::put(const Table& table, const sql::Row& row) {
  TRY_OK(check_rights(table, row[0].text()));
  TRY(auto* const touched, touch(table, row[0].text()));
  touched->after = row;
  return put_row(sql, table.name, table.columns, row);
}

Result<> Draft::erase(const Table& table, std::string_view key) {
  TRY_OK(check_rights(table, key));
  TRY(auto* const touched, touch(table, key));
  touched->after.clear();
  return erase_row(sql, table.name, table.columns[0], key);
}

// The unsettled changes that this one comes after: the last one to write each object that it writes or refers to,
// which itself comes after the earlier ones; and, at an object's end, all that refer to it.
Result<std::vector<std::int64_t>> Draft::needs_of(const NewChange& change) {
  std::vector<std::int64_t> needs;
  const auto add = [&](const sql::Rows& rows) {
    for (const auto& row : rows)
      if (!row[0].is_null()) needs.push_back(row[0].number());
  };
  constexpr std::string_view kLastWriter = "SELECT max(change) FROM pending WHERE object = $1 AND is_write = 1";
  for (const auto* const objects : {&change.writes, &change.refers}) {
    for (const auto& object : *objects) {
      TRY(const auto rows, sql.run(kLastWriter, {object}));
      add(rows);
    }
  }
  if (change.is_end) {
    for (const auto& object : change.writes) {
      TRY(const auto rows, sql.run("SELECT change FROM pending WHERE object = $1 AND is_write = 0", {object}));
      add(rows);
    }
  }
  std::ranges::sort(needs);
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  return needs;
}

// The clusters that those changes wait for. Those of others are pulled forward.
Result<std::set<std::string>> Draft::look_before(const std::vector<std::int64_t>& needs) {
  std::set<std::string> made;
  for (const auto need : needs) {
    TRY(const auto row, sql::run_one(sql, "SELECT waits_for, client FROM queue WHERE seq = $1", {need}));
    for (const auto cluster : split(row[0].text(), ','))
      if (!cluster.empty()) made.emplace(cluster);
    if (row[1].text() != client_) TRY_OK(pull_forward(sql, client_, need, accepted_.pulled));
  }
  return made;
}

Result<> Draft::wait_for(std::int64_t seq, const NewChange& change, const std::vector<std::int64_t>& needs) {
  for (const auto need : needs) TRY_OK(sql.run("INSERT INTO edges (change, needs) VALUES ($1, $2)", {seq, need}));
  constexpr std::string_view kPending =
      "INSERT INTO pending (object, is_write, change) VALUES ($1, $2, $3) ON CONFLICT (object, is_write, change) DO NOTHING";
  for (const auto& object : change.writes) TRY_OK(sql.run(kPending, {object, 1, seq}));
  for (const auto& object : change.refers) TRY_OK(sql.run(kPending, {object, 0, seq}));
  return {};
}

// One change more for the cluster, where its queue and the client's part of it have room.
Result<> Draft::join_queue(const std::string& cluster, bool is_eligible) {
  TRY(const auto rows, sql.run("UPDATE clusters SET queued = queued + 1 WHERE name = $1 RETURNING queued", {cluster}));
  if (rows.empty()) return fail(Fault::NotFound, "there is no cluster " + cluster, std::string(code::kNoCluster));
  if (static_cast<std::uint64_t>(rows[0][0].number()) > tools_.queue_most)
    return busy("too many changes wait for cluster " + cluster, kFullWait);
  TRY(const auto joined, join_share(sql, cluster, client_, is_eligible));
  accepted_.queued = static_cast<std::uint64_t>(joined.queued);
  accepted_.is_held = joined.is_held;
  if (accepted_.queued > tools_.client_queue_most)
    return busy("too many of your changes wait for cluster " + cluster, kFullWait);
  return {};
}

// A row that a change alters without writing its object could be altered by another one too, and taking either back
// would take both.
void Draft::check_objects(const NewChange& change) const {
  const std::set<std::string_view> writes(change.writes.begin(), change.writes.end());
  for (const auto& [image, table, after] : touched_) {
    const bool is_role = image.table == kRoles.name;
    constexpr std::string_view kOfAny[] = {kSettings.name, kDeleted.name, kOfferings.name, kMailboxOfferings.name, kBrands.name, kBulletins.name, kSieveScripts.name, kCompanyContacts.name, kAppPasswords.name};
    const bool is_of_any = std::ranges::find(kOfAny, image.table) != std::end(kOfAny);
    const auto object = is_of_any                          ? object::of(std::string_view(image.key).substr(0, image.key.find('/')))
                        : image.table == kDomains.name       ? object::domain(image.key)
                        : image.table == kWorkgroups.name  ? object::workgroup(image.key)
                        : image.table == kCompanies.name   ? object::company(image.key)
                        : image.table == kCompanyLimits.name ? object::company_limits(image.key)
                                                           : object::user(is_role ? image.key.substr(0, image.key.find('/')) : image.key);
    check(writes.contains(object), "a change names the objects whose rows it alters");
  }
}

// For the audit: in this transaction, or not at all.
Result<> Draft::note(const NewChange& change, const std::string& id, std::int64_t seq, const std::vector<Touched>& touched) {
  TRY(auto path, company_path(sql, change.company, touched));
  const AuditEntry entry{change.kind, change.subject, change.writes.empty() ? std::string{} : change.writes.front(), std::move(path), change.domain, id, field_changes(touched)};
  TRY_OK(write_audit(sql, caller_, tools_.now, entry, seq));
  constexpr std::int64_t kBetweenPurges = 1024;
  if (tools_.audit_for.count() > 0 && seq % kBetweenPurges == 0) return purge_audit(sql, tools_.now - tools_.audit_for);
  return {};
}

Result<> Draft::record(NewChange change, const std::optional<feed::Payload>& payload) {
  check(payload.has_value() == !change.cluster.empty(), "a change has something for its cluster, or no cluster");
  check_objects(change);
  TRY(const auto needs, needs_of(change));
  const bool is_local = change.cluster.empty();
  const bool is_settled = is_local && needs.empty();
  TRY(auto waits_for, look_before(needs));
  if (!is_local) waits_for.insert(change.cluster);
  accepted_.queued = 0;
  if (!is_local) TRY_OK(join_queue(change.cluster, needs.empty()));

  TRY(const auto counted, sql::run_one(sql, "UPDATE counters SET value = value + 1 WHERE name = 'change' RETURNING value"));
  const auto seq = counted[0].number();
  const auto id = tools_.new_id('c');
  const auto state = is_settled ? ChangeState::Applied : ChangeState::Queued;
  TRY_OK(sql.run("INSERT INTO changes (seq, id, cluster, company, domain, client, actor, kind, subject, state, position, queued_at, settled_at, reason) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, '')",
                 {seq, id, change.cluster, change.company, change.domain, client_, caller_.name, change.kind, change.subject,
                  static_cast<std::int64_t>(state), to_number(tools_.now), is_settled ? to_number(tools_.now) : 0}));
  const auto touched = std::exchange(touched_, {});
  places_.clear();
  TRY_OK(enter(sql, authority, touched, seq, is_settled));
  TRY_OK(note(change, id, seq, touched));
  if (!is_settled) {
    const auto stage = needs.empty() ? Stage::Eligible : Stage::Waiting;
    TRY_OK(sql.run("INSERT INTO queue (seq, id, cluster, client, stage, edges, position, waits_for, payload, images, sealed) "
                   "VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)",
                   {seq, id, change.cluster, client_, static_cast<std::int64_t>(stage), needs.size(), joined(waits_for),
                    payload ? feed::encode(*payload) : std::string{}, encode(images_of(touched)), payload && has_sealed(*payload)}));
    TRY_OK(wait_for(seq, change, needs));
  }

  accepted_.change = id;
  accepted_.state = state;
  accepted_.cluster = change.cluster;
  accepted_.waits_for = std::move(waits_for);
  ++accepted_.changes;
  accepted_.rows += touched.size();
  if (!is_local) ++accepted_.clusters[change.cluster];
  return {};
}

const Accepted& Draft::accepted() const {
  check(!accepted_.change.empty() && touched_.empty(), "an acceptance records its changes");
  return accepted_;
}

}  // namespace postroad::control
