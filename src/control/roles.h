#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/search.h"
#include "io/task.h"
#include "sql/database.h"

namespace postroad::control {

struct Core;

// A role and what it is held on: a company (its administrators' domain), a domain, or `domain/workgroup`.
struct Grant {
  std::string role;
  std::string object;
  bool operator==(const Grant&) const = default;
};

struct AdminLine {
  std::string user;  // `local@domain`
  std::string role;
  std::vector<std::string> objects;
};
struct AdminSearch {
  std::string match = {};  // the user, with ? and *
  std::string role = {};   // empty: any
  bool is_descending = false;
  Range range = {};
};

inline constexpr std::size_t kRolesMost = 200;  // that one administrator holds

// Who administers what: `user` and `domain` name an administrator of a company (`admin`, `north.adm`), who may hold any role,
// or a mailbox, which may hold roles on domains and workgroups. Nobody gives or takes a role that gives what they lack.
class Roles {
 public:
  explicit Roles(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // In place of all that it holds.
  io::Task<Result<Receipt>> set(Caller caller, std::string user, std::string domain, std::vector<Grant> grants);
  io::Task<Result<Receipt>> add(Caller caller, std::string user, std::string domain, Grant grant);
  // One that it does not hold: applied, and nothing has changed.
  io::Task<Result<Receipt>> remove(Caller caller, std::string user, std::string domain, Grant grant);
  // On what the caller sees.
  io::Task<Result<std::vector<Grant>>> of(Caller caller, std::string user, std::string domain);
  io::Task<Result<Sorted<AdminLine>>> search(Caller caller, AdminSearch search);

 private:
  std::shared_ptr<Core> core_;
};

class Authority;
class Draft;
struct Domain;
struct NewChange;
struct RoleKind;
// What a role is on, by name: an id, which the change then refers to. Where the caller does not see it: as what is not there.
Result<std::string> role_object(sql::Connection& connection, const Authority& authority, const RoleKind& kind, const std::string& name, NewChange& change);
// Of a draft that moves a domain to another company, before it does: what others held on it, and its users on what stays,
// is taken away, but for those who administer it from above still.
Result<> drop_roles_of_moved(Draft& draft, const Domain& domain, const std::string& new_path);

}  // namespace postroad::control
