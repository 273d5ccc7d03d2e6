#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/authority.h"
#include "control/change.h"
#include "control/rows.h"
#include "control/table.h"
#include "control/touched.h"
#include "feed/change.h"

namespace postroad::control {

// The names of objects, as changes depend on each other by them.
namespace object {
std::string company(std::string_view id);
std::string company_limits(std::string_view id);
std::string admin_domain(std::string_view name);
std::string domain(std::string_view id);
std::string domain_name(std::string_view name);  // a name is an object too: who takes it waits for who leaves it
std::string workgroup(std::string_view id);
std::string workgroup_name(std::string_view domain, std::string_view name);
std::string user(std::string_view id);
std::string of(std::string_view id);  // any of those by id, whose type its letter tells
std::string local_part(std::string_view domain, std::string_view local);
}  // namespace object

// What a change is about, before it is recorded.
struct NewChange {
  std::string kind;     // feed::kind_of, or a word of control's own
  std::string subject;  // an address or a name, for people
  std::string cluster;  // empty: it concerns control alone
  std::string company;  // whose it is
  std::string domain;   // an id; may be empty
  std::vector<std::string> writes;  // objects
  std::vector<std::string> refers;  // objects that must be there first
  bool is_end = false;  // deletes what it writes: it comes after everything that refers to that
};

// What an acceptance committed.
struct Accepted {
  std::string change;   // its last one
  ChangeState state = ChangeState::Queued;
  std::string cluster;               // the last one's
  std::string client;                // whose it is
  bool is_held = false;              // the client, by an operator
  std::uint64_t queued = 0;          // of the client's changes waiting for that cluster, its own included
  std::vector<std::string> pulled;   // clusters for which something of others' was pulled forward
  std::set<std::string> waits_for;   // clusters that have something to do before it is settled
  std::map<std::string, std::size_t> clusters;  // that there is something new for, and how many changes
  std::size_t changes = 0;
  std::size_t rows = 0;  // that they altered
};

// Where ids, times and limits of an acceptance come from.
struct DraftTools {
  Time now;
  std::function<std::string(char)> new_id;
  std::uint64_t queue_most = UINT64_MAX;
  std::uint64_t client_queue_most = UINT64_MAX;
  std::chrono::hours deleted_for{24 * 30};  // what is deleted can be restored so long
  std::chrono::hours audit_for{0};  // entries of the audit are kept so long; zero: for ever
};

// The changes of one acceptance, made within a transaction: the projected state is altered here and now; each change
// keeps what its rows were before, and edges to the unsettled changes that it depends on.
//
// Rows put and erased since the last record() belong to the change that the next record() makes.
class Draft {
 public:
  Draft(sql::Connection& connection, const Caller& caller, Authority authority, DraftTools tools);

  sql::Connection& sql;
  const Authority authority;
  const Caller& caller() const { return caller_; }
  Time now() const { return tools_.now; }
  Time purge_at() const { return tools_.now + tools_.deleted_for; }  // of what is deleted now
  std::string new_id(char type) const { return tools_.new_id(type); }

  template <class T>
  Result<> put(const T& object) {
    return put(table_of(object), to_row(object));
  }
  Result<> put(const Table& table, const sql::Row& row);
  Result<> erase(const Table& table, std::string_view key);

  // Busy, code BUSY, where too many changes wait for its cluster.
  Result<> record(NewChange change, const std::optional<feed::Payload>& payload = std::nullopt);

  const Accepted& accepted() const;
  bool has_recorded() const { return accepted_.changes > 0; }

 private:
  static const Table& table_of(const Company&) { return kCompanies; }
  static const Table& table_of(const Domain&) { return kDomains; }
  static const Table& table_of(const Workgroup&) { return kWorkgroups; }
  static const Table& table_of(const User&) { return kUsers; }
  static const Table& table_of(const Credential&) { return kCredentials; }
  static const Table& table_of(const Role&) { return kRoles; }
  static const Table& table_of(const CompanyLimitRow&) { return kCompanyLimits; }
  static const Table& table_of(const Administrator&) { return kAdministrators; }
  Result<> check_rights(const Table& table, std::string_view key);
  Result<Touched*> touch(const Table& table, std::string_view key);
  Result<std::vector<std::int64_t>> needs_of(const NewChange& change);
  Result<std::set<std::string>> look_before(const std::vector<std::int64_t>& needs);
  Result<> wait_for(std::int64_t seq, const NewChange& change, const std::vector<std::int64_t>& needs);
  Result<> note(const NewChange& change, const std::string& id, std::int64_t seq, const std::vector<Touched>& touched);
  void check_objects(const NewChange& change) const;
  Result<> join_queue(const std::string& cluster, bool is_eligible);

  const Caller& caller_;
  const std::string client_;
  DraftTools tools_;
  std::vector<Touched> touched_;
  std::map<std::pair<std::string_view, std::string>, std::size_t> places_;  // in touched_, by table and key
  Accepted accepted_;
};

}  // namespace postroad::control
