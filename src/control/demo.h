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
// Where the status plane tries provisioning: a domain on each cluster, and the administrator that may change it.
struct DemoProbe {
  std::string cluster;
  std::string domain;
  std::string user;
  std::string admin_domain;
  std::string password;
};
// What the demo's folder holds, passwords in clear: the caller keeps it in a file of mode 0600.
struct Demo {
  std::vector<DemoAccount> accounts;
  std::vector<DemoAdministrator> administrators;  // of the two resellers; the first one is the one to show
  std::vector<DemoProbe> probes;
};

struct DemoOptions {
  std::vector<std::string> clusters;
  std::size_t domains = 2;     // on each cluster, dealt to the two resellers in turn
  std::size_t mailboxes = 20;  // on each cluster, over its domains
};

// Makes what is missing of the demo: two resellers, their domains and mailboxes, and the probes. `known` is what an earlier call
// returned; whatever is not in it gets a new password, so that an interrupted first start does no harm. Where clusters
// are away, their changes are queued.
io::Task<Result<Demo>> set_up_demo(Api& api, io::Random& random, DemoOptions options, Demo known);

}  // namespace postroad::control
