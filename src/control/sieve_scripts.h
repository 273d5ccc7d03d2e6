#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/model.h"
#include "control/table.h"
#include "io/task.h"
#include "sql/database.h"

namespace postroad::control {

struct Core;
class Draft;

inline constexpr std::string_view kSieveColumns[] = {"id", "owner", "name", "is_active", "script", "changed_at"};
inline constexpr Table kSieveScripts{"sieve_scripts", kSieveColumns};

inline constexpr std::uint64_t kSieveScriptsMost = 20;        // of a user
inline constexpr std::size_t kSieveBytes = 64UL << 10;

struct SieveScript {
  std::string name;
  std::string script;
  bool is_active = false;  // one at most is
  Time changed_at;
};

// The text of the active one; empty: none is.
Result<std::string> active_script(sql::Connection& connection, const User& user);
// Puts it in place of the active one; where there is none, under a name of its own. Empty: the active one goes.
Result<> put_active_script(Draft& draft, const Domain& domain, const User& user, const std::string& text);

// Users' Sieve filters. They are stored, and looked at for their size and for being UTF-8 without NULs alone; nothing runs
// them yet. For who may change the user. NotFound, code NO_SCRIPT.
class SieveScripts {
 public:
  explicit SieveScripts(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  struct Edit {
    std::string name;
    bool is_erased = false;
    std::optional<std::string> script;  // nothing: it stays
    std::optional<std::string> active;  // the name of the one that is to be active; empty: none
  };
  io::Task<Result<Receipt>> change(Caller caller, std::string domain, std::string local, Edit edit);
  // By name.
  io::Task<Result<std::vector<SieveScript>>> list(Caller caller, std::string domain, std::string local);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
