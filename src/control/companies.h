#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "control/model.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

struct NewCompany {
  std::string parent;        // an id; empty: the root
  std::string name;
  std::string admin_domain;  // ends in `.adm`
  std::string cluster;       // where its domains go; may be empty
};

// Resellers and their administrators.
class Companies {
 public:
  explicit Companies(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<Company>> create(Caller caller, NewCompany spec);
  // Refused, code NO_COMPANY, where there is none that the caller may see.
  io::Task<Result<Company>> find(Caller caller, std::string admin_domain);
  // Makes or changes an administrator of the whole company.
  io::Task<Result<>> put_administrator(Caller caller, std::string admin_domain, std::string local, std::string password);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
