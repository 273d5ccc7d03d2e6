#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/model.h"
#include "control/page.h"
#include "io/task.h"

namespace postroad::control {

struct Core;
class Draft;
struct NewChange;

struct NewAdministrator {
  std::string company;  // an id or an administrators' domain
  std::string local;
  std::string role = "company";  // on that company; empty: none, and it does not sign in before it has one
};

struct AdministratorLine {
  std::string local;
  std::vector<std::string> roles;  // on its own company
  bool has_second_factor = false;
  Time created_at;
};

inline constexpr std::size_t kAdministratorsMost = 1000;  // of one company

// Who signs in at a company's `.adm` domain. Refused, code NOT_ALLOWED, where one may do more than the caller.
class Administrators {
 public:
  explicit Administrators(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Conflict, code ADMINISTRATOR_EXISTS.
  io::Task<Result<Receipt>> create(Caller caller, NewAdministrator spec, std::string password);
  // One's own, too, whatever one's role. Tokens stay; the second factor stays.
  io::Task<Result<Receipt>> set_password(Caller caller, std::string company, std::string local, std::string password);
  // With roles, tokens and second factor. Not oneself: somebody must be left.
  io::Task<Result<Receipt>> erase(Caller caller, std::string company, std::string local);
  // Of a company; or, by an address in place of it (`bob@north.adm`), that one alone, which everybody may ask about themselves:
  // NotFound, code NO_USER.
  io::Task<Result<Page<AdministratorLine>>> list(Caller caller, std::string company, From from);

 private:
  std::shared_ptr<Core> core_;
};

// Of a draft: makes one, or, where `may_exist`, sets the password of one that is there.
Result<> put_administrator_row(Draft& draft, const NewAdministrator& spec, const std::string& hash, bool may_exist);
// All of a company that goes, by the change that takes it.
Result<> erase_administrators(Draft& draft, const Company& company, NewChange& change);
// What lets somebody in who is no more: tokens and second factors.
Result<> forget_sign_in(Draft& draft, const std::string& holder);

}  // namespace postroad::control
