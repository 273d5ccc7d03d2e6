#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/caller.h"
#include "control/model.h"
#include "control/role_kinds.h"
#include "control/rows.h"
#include "sql/database.h"

namespace postroad::control {

// A role on an object that exists.
struct Held {
  const RoleKind* kind = nullptr;
  std::string company;    // the object's, or the object itself
  std::string path;       // that company's
  std::string domain;     // an id; empty where the object is a company
  std::string workgroup;  // an id; empty where it is no workgroup

  // Whether it gives the right on a company's whole, or on a domain of it.
  bool gives(Right right, std::string_view path, std::string_view domain) const;
};

// What one caller may do, as the database says now. The one place where that is decided, for every face: all else
// gets the objects that it works on from here, and Draft asks it before a role or a password changes.
//
// What the caller can't see is answered in the same words as what does not exist. Who signed in by a token that says so may
// do less than its holder.
class Authority {
 public:
  static Result<Authority> load(sql::Connection& connection, const Caller& caller, Time now);

  // NotFound, code NO_DOMAIN; Refused, code NOT_ALLOWED, where the caller sees it and lacks the right.
  Result<Domain> domain(sql::Connection& connection, std::string_view name, Right right) const;
  // The same, and Refused, code DOMAIN_IS_ALIAS, where it holds no users of its own.
  Result<Domain> user_domain(sql::Connection& connection, std::string_view name, Right right) const;
  // The same, for who asks about single users: an administrator of workgroups gets the domain with `only_workgroups`, and
  // user_of() and workgroup_of() (edits.h) find what is in those alone.
  Result<Domain> domain_of_users(sql::Connection& connection, std::string_view name, Right right) const;

  // By id or administrators' domain, or the caller's own where it is empty. NotFound, code NO_COMPANY.
  Result<Company> company(sql::Connection& connection, std::string_view name, Right right) const;
  Result<Company> company_of(sql::Connection& connection, std::string_view admin_domain, Right right) const;

  // Whether the caller has the right on a domain of a company, or, without one, on the whole company.
  Result<bool> may(sql::Connection& connection, std::string_view company, std::string_view domain, Right right) const;

  bool may_in(std::string_view path, std::string_view domain, Right right) const;

  // Refused, code NOT_ALLOWED: nobody gives or takes a role that gives what they lack themselves.
  Result<> check_grant(sql::Connection& connection, const Role& role) const;
  // Refused, code NOT_ALLOWED: whoever sets the password of an administrator can be that administrator. One's own may be set.
  Result<> check_credentials(sql::Connection& connection, std::string_view holder) const;

  // The paths of companies, in order, and the ids of domains that the caller may see. A path holds for all that begin with
  // it; none of these begins with another.
  const std::vector<std::string>& paths() const { return paths_; }
  const std::vector<std::string>& domains() const { return domains_; }
  // Whose work a request is, where clients share the queue: a company's id; empty: the operator's.
  const std::string& client() const { return client_; }
  bool is_operator() const { return is_operator_; }
  // Whether a token narrows what its holder may do.
  bool is_scoped() const { return scope_kind_ != nullptr; }
  bool has_roles() const { return !roles_.empty(); }

 private:
  std::vector<std::string> workgroups_in(const Domain& domain, std::string_view path, Right right) const;
  Result<> narrow(sql::Connection& connection, const Caller& caller, Time now);
  bool is_in_scope(std::string_view path, std::string_view domain) const;
  bool holds(std::string_view path, std::string_view domain, Right right) const;
  void gather();

  bool is_operator_ = false;
  std::string id_;                // the caller's
  std::vector<Held> roles_;
  const RoleKind* scope_kind_ = nullptr;  // by the token: both must give a right
  Held scope_;                            // and on what alone; on everything where its path is empty
  std::vector<std::string> paths_;
  std::vector<std::string> domains_;
  std::string own_company_;  // empty: none
  std::string client_;
};

// Nothing where the object is gone.
Result<std::optional<Held>> held(sql::Connection& connection, std::string_view role, std::string_view object);

}  // namespace postroad::control
