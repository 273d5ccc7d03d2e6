#pragma once

#include "control/draft.h"
#include "control/users.h"

// The requests about users (users.h), each within a draft. A password is given as keep_password() or new_password() made
// it (passwords.h); `quota_bytes` is a new mailbox's where nobody set another.
namespace postroad::control {

// Where a request names a user: looked up anew at each step.
struct Named {
  std::string domain;
  std::string local;
  UserTypes types;
};

Result<> create_user(Draft& draft, const NewUser& spec, const std::string& hash, std::uint64_t quota_bytes);
Result<> create_alias_user(Draft& draft, const std::string& domain, const std::string& local, const std::string& target);
Result<> change_named(Draft& draft, const Named& named, const UserSettings& settings, const std::string& hash, std::uint64_t quota_bytes);
Result<> rename_named(Draft& draft, const Named& named, const std::string& new_local);
Result<> erase_named(Draft& draft, const Named& named);
Result<> suspend_named(Draft& draft, const Named& named, const std::vector<std::pair<Service, bool>>& services);
Result<> set_services_named(Draft& draft, const Named& named, const std::vector<std::pair<Service, ServiceState>>& states);

}  // namespace postroad::control
