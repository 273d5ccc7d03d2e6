#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "control/audit_rows.h"
#include "control/authority.h"

namespace postroad::control {

// Puts names in the place of ids that fields refer to, as they are now, or were before this change: a company's by its
// administrators' domain, a user's by its address. `path` and `domain` are the entry's: what its readers need not see keeps its id.
Result<> name_references(sql::Connection& connection, std::string_view path, std::string_view domain, std::span<const Touched> touched,
                         std::vector<FieldChange>& fields);

// What has an id yet, and the reader sees: its name as it is now.
class SeenNames {
 public:
  SeenNames(sql::Connection& connection, const Authority& authority) : connection_(connection), authority_(authority) {}
  Result<> put(std::vector<FieldChange>& fields);

 private:
  Result<std::string> of(const std::string& text);
  Result<std::string> find(const std::string& id);
  Result<std::string> seen_domain(const std::string& id);
  sql::Connection& connection_;
  const Authority& authority_;
  std::map<std::string, std::string> names_;
};

}  // namespace postroad::control
