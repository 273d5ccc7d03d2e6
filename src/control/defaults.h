#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/settings.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::size_t kMembersMost = 5000;  // of a workgroup whose settings act on mail

// What companies and workgroups set for those below them.
class Defaults {
 public:
  explicit Defaults(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // `admin_domain` empty: the caller's own company.
  io::Task<Result<SettingsView>> company(Caller caller, std::string admin_domain);
  io::Task<Result<Receipt>> change_company(Caller caller, std::string admin_domain, SettingsEdit edit);
  io::Task<Result<SettingsView>> workgroup(Caller caller, std::string domain, std::string name);
  // Refused, code OVER_LIMIT, where it has more than kMembersMost users and what acts on mail changes: clusters know no
  // workgroups, so each user is told.
  io::Task<Result<Receipt>> change_workgroup(Caller caller, std::string domain, std::string name, SettingsEdit edit);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
