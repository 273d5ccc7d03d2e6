#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/model.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

struct WorkgroupView {
  std::string name;
  std::array<std::uint64_t, kUserTypes.size()> users{};  // an alias counts where its target is
  std::uint64_t of(UserType type) const { return users[static_cast<std::size_t>(type)]; }
};

// Groups of a domain's users. They are control's alone: no cluster knows them.
class Workgroups {
 public:
  explicit Workgroups(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<Receipt>> create(Caller caller, std::string domain, std::string name);
  // Conflict, code WORKGROUP_NOT_EMPTY, where it has users and `cascade`, which deletes them, is not given.
  io::Task<Result<Receipt>> erase(Caller caller, std::string domain, std::string name, bool cascade);
  io::Task<Result<std::vector<WorkgroupView>>> list(Caller caller, std::string domain);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
