#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "control/authority.h"
#include "control/search.h"
#include "sql/database.h"

// Searching and sorting domains within what the caller sees.
namespace postroad::control {

// By other orders than by name there are at most kCountMost domains (user_search.h).
enum class DomainOrder { Domain, CreateTime, Company, Type, DeleteTime };
struct DomainSearch {
  std::string company = {};  // its administrators' domain, or its id: of it and all below; empty: all that the caller sees
  std::optional<bool> aliases = std::nullopt;  // alias domains alone, or none of them
  std::string match = {};    // of the name, with ? and *
  bool deleted = false;      // those that can be restored
  DomainOrder order = DomainOrder::Domain;
  bool is_descending = false;
  Range range = {};
};
struct DomainFound {
  std::string id;
  std::string name;
  std::string company;   // its administrators' domain
  bool is_alias = false;
  std::string alias_of;  // a name; a deleted one's is not known
  bool is_disabled = false;
  std::uint64_t users = 0;
  std::optional<Time> deleted_at;
  Time created_at;       // of a deleted one: none
};
struct DomainsFound {
  Sorted<DomainFound> found;
  bool is_total_exact = true;  // else there are more than so many
};
Result<DomainsFound> search_domains(sql::Connection& connection, const Authority& authority, const DomainSearch& search, Time now);

}  // namespace postroad::control
