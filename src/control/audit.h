#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/audit_rows.h"
#include "control/page.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

struct AuditView {
  std::int64_t number = 0;
  Time at;
  std::string request;
  std::string actor;
  std::string face;
  std::string peer;     // empty where the actor is above what the caller sees
  std::string kind;
  std::string subject;
  std::string change;
  std::string object;  // `user/ID`
  std::vector<FieldChange> fields;
  // The same for people: who and what by the names that they had then, times in words. audit_words.h
  std::vector<FieldChange> shown;
  // `quota_bytes "1" -> "2", language "" -> "de"`: what changed, for people.
  std::string text() const;
};

// What has no value is not asked about.
struct AuditSearch {
  std::string user = {};     // `local@domain`: that is there now, whatever it was called then, and what was called so
  std::string domain = {};   // a name: the domain and all that is in it
  std::string company = {};  // an id or an administrators' domain: it and all below it
  std::string actor = {};    // `admin@north.adm`
  std::string kind = {};     // `account.put`
  bool only_itself = false;  // of a company or a domain, not of what is in it
  std::vector<std::string> fields = {};  // that one of these was changed
  std::uint64_t skip = 0;    // of what is found, the first that are left out; at most kFirstMost
  std::optional<Time> from = {};
  std::optional<Time> until = {};
};

// What was changed, by whom. One reads what happened to what one may audit: an administrator from above is called so, and by
// no name.
class Audit {
 public:
  explicit Audit(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // For one request, to be kept in Caller::request while it is carried out: whatever it changes bears it.
  std::string new_request() const;
  // Newest first.
  io::Task<Result<Page<AuditView>>> search(Caller caller, AuditSearch search, From from);
  io::Task<Result<std::vector<AuditView>>> of_request(Caller caller, std::string request);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
