#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/caller.h"
#include "control/model.h"
#include "control/touched.h"
#include "sql/database.h"

// Who did what, when, from where and by which face; what changed from what to what. Rows are written in the transaction of what
// they tell, and never altered.
namespace postroad::control {

// One field of an object. Texts; numbers too. A secret is told to have changed, and no more.
struct FieldChange {
  std::string object;  // `users/a...`: a table and a key
  std::string field;
  std::string from;
  std::string to;
};

struct AuditEntry {
  std::string kind;
  std::string subject;  // an address or a name, as it was then
  std::string object;   // `user/ID`, as changes name it; stays when the name does not
  std::string path;     // the company's; who administers that or one above it may read the entry
  std::string domain;   // an id; may be empty
  std::string change;   // an id; empty: none was queued
  std::vector<FieldChange> fields;
};

std::vector<FieldChange> field_changes(std::span<const Touched> touched);
// Between a company's id and its path, which stays known when the company is gone.
Result<std::string> company_path(sql::Connection& connection, std::string_view company, std::span<const Touched> touched);

// `seq`: the entry's number, from the counter of changes, or nothing to take the next.
Result<> write_audit(sql::Connection& connection, const Caller& caller, Time now, const AuditEntry& entry, std::int64_t seq = 0);
// The change `change` is taken back: what it had changed is as before. Its own entry stays.
Result<> note_taken_back(sql::Connection& connection, std::int64_t change, std::string_view state, const std::string& reason, Time now);
// Some of what is older, oldest first.
Result<> purge_audit(sql::Connection& connection, Time before);

std::string encode(const std::vector<FieldChange>& fields);
std::vector<FieldChange> decode_fields(std::string_view text);

}  // namespace postroad::control
