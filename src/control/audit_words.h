#pragma once

#include <map>
#include <string>

#include "control/audit.h"
#include "control/authority.h"
#include "control/rfc3339.h"
#include "sql/database.h"

namespace postroad::control {

// What entries say, for people: who and what is referred to by the name that it had then, as far as the reader may audit it, times
// as RFC 3339 has them, services in words; what says nothing that the entry does not is left out.
class AuditWords {
 public:
  AuditWords(sql::Connection& connection, const Authority& authority) : connection_(connection), authority_(authority) {}
  Result<std::vector<FieldChange>> shown(const AuditView& entry);

 private:
  Result<std::string> value(const FieldChange& field, const std::string& raw, std::int64_t number);
  Result<std::string> name_then(const std::string& id, std::int64_t number);
  sql::Connection& connection_;
  const Authority& authority_;
  std::map<std::string, std::string> kept_;  // of what is never renamed
};

}  // namespace postroad::control
