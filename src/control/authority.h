#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/caller.h"
#include "control/model.h"
#include "control/rows.h"
#include "sql/database.h"

namespace postroad::control {

// What a request wants to do, in the words of the rights table (authority.cc).
enum class Right {
  See,        // a domain, its users, its changes
  Users,      // make, change and delete users and workgroups
  Settings,   // of a domain
  Roles,      // make administrators of a domain
  Domains,    // make and delete domains, disable them, set their limits
  Companies,  // make companies and their administrators
};

// What one caller may do, as the database says now. The one place where that is decided, for every face: all else
// gets the objects that it works on from here.
//
// What the caller can't see is answered in the same words as what does not exist.
class Authority {
 public:
  static Result<Authority> load(sql::Connection& connection, const Caller& caller);

  // NotFound, code NO_DOMAIN; Refused, code NOT_ALLOWED, where the caller sees it and lacks the right.
  Result<Domain> domain(sql::Connection& connection, std::string_view name, Right right) const;
  // The same, and Refused, code DOMAIN_IS_ALIAS, where it holds no users of its own.
  Result<Domain> user_domain(sql::Connection& connection, std::string_view name, Right right) const;

  // By id, or the caller's own where it is empty. NotFound, code NO_COMPANY.
  Result<Company> company(sql::Connection& connection, std::string_view id, Right right) const;
  Result<Company> company_of(sql::Connection& connection, std::string_view admin_domain, Right right) const;

  // Whether the caller has the right on a domain of a company.
  Result<bool> may(sql::Connection& connection, std::string_view company, std::string_view domain, Right right) const;

  // The paths of companies, in order, and the ids of domains that the caller may see. A path holds for all that begin with
  // it; none of these begins with another.
  const std::vector<std::string>& paths() const { return paths_; }
  const std::vector<std::string>& domains() const { return domains_; }
  // Whose work a request is, where clients share the queue: a company's id; empty: the operator's.
  const std::string& client() const { return client_; }

 private:
  bool may_in(std::string_view path, std::string_view domain, Right right) const;

  std::vector<std::string> paths_;    // of role `company`
  std::vector<std::string> domains_;  // of role `domain`
  std::string own_company_;           // empty: none
  std::string client_;
};

}  // namespace postroad::control
