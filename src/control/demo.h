#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "control/api.h"

namespace postroad::control {

struct DemoAccount {
  std::string address;
  std::string password;
  std::string cluster;
};
struct DemoAdministrator {
  std::string user;
  std::string domain;
  std::string password;
};
// What the demo's folder holds, passwords in clear: the caller keeps it in a file of mode 0600.
struct Demo {
  std::vector<DemoAccount> accounts;
  std::vector<DemoAdministrator> administrators;  // of the resellers; the first one is the one to show
};

struct DemoOptions {
  std::vector<std::string> clusters;
  std::size_t domains = 2;     // on each cluster, dealt to the two resellers in turn
  std::size_t mailboxes = 20;  // on each cluster, over its domains
};

// Makes what is missing of the demo: two resellers, their domains and mailboxes. `known` is what an earlier call
// returned; whatever is not in it gets a new password, so that an interrupted first start does no harm. Where clusters
// are away, their changes are queued.
io::Task<Result<Demo>> set_up_demo(Api& api, io::Random& random, DemoOptions options, Demo known);

}  // namespace postroad::control
