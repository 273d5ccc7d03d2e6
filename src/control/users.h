#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/model.h"
#include "control/page.h"
#include "control/password_strength.h"
#include "control/settings.h"
#include "control/user_search.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// What a request sets of a user; what has no value stays as it is. A quota or a service's state of nothing is what a new user has.
struct UserSettings {
  std::optional<std::string> new_local;  // its name from now on
  std::optional<std::string> workgroup;  // its name
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> title;
  std::optional<std::string> phone;
  std::optional<std::string> fax;
  std::optional<std::string> timezone;
  std::optional<std::string> language;
  std::optional<std::string> spam_tag;
  std::optional<std::string> spam_folder;
  std::optional<std::string> spam_level;
  Change<std::uint64_t> quota_bytes;
  std::optional<std::vector<std::string>> targets;
  std::optional<std::string> password;  // plain, or a hash that sasl/password.h can verify
  Strength strength = Strength::Strong;  // of the password, noted by who sealed it
  bool becomes_mailbox = false;         // of a filter-only user
  std::vector<std::pair<Service, std::optional<ServiceState>>> services;  // the others keep theirs
  std::optional<std::vector<std::string>> aliases;  // local parts: all that it has from now on, in one change
  std::optional<std::string> sieve;     // put_active_script()
  SettingsEdit more;                    // not its timezone, language and spam settings, which are above
};

struct NewUser {
  std::string domain;
  std::string local;
  UserType type = UserType::Mailbox;  // not Alias: create_alias
  UserSettings settings;              // with a workgroup; a mailbox and a filter-only user with a password
  std::string default_workgroup = {};  // where none is named, nor set for the domain's new users; empty: one has to be
};

struct UserView {
  User user;
  std::string workgroup;  // its name
  std::string alias_of;   // the target's local part
  std::vector<std::string> aliases;  // local parts
  bool is_queued = false;
  Settings effective;  // what holds for it, whoever set it
  Settings own;
  std::string sieve;   // its active filter; empty: none, or not the caller's to see
};

// A user that was deleted and can be restored.
struct DeletedUser {
  std::string id;
  std::string local;
  UserType type = UserType::Mailbox;
  Time deleted_at;
  Time purge_at;  // until then
};

struct UserLine {
  std::string local;
  UserType type = UserType::Mailbox;
  std::string workgroup;
};

// Which types a request is about: another one is as if it did not exist, as the protocols want it.
using UserTypes = std::vector<UserType>;
inline const UserTypes kAnyUser(kUserTypes.begin(), kUserTypes.end());

inline constexpr std::size_t kNamesMost = 1000;  // that one request may ask about

// The users of domains, and what they may do. Requests name domains and local parts in any case.
class Users {
 public:
  explicit Users(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<Receipt>> create(Caller caller, NewUser spec);
  io::Task<Result<Receipt>> create_alias(Caller caller, std::string domain, std::string local, std::string target);
  io::Task<Result<Receipt>> change(Caller caller, std::string domain, std::string local, UserTypes types, UserSettings settings);
  // With all its aliases. It can be restored, with its mail, for Options::deleted_for.
  io::Task<Result<Receipt>> erase(Caller caller, std::string domain, std::string local, UserTypes types);
  io::Task<Result<Receipt>> rename(Caller caller, std::string domain, std::string local, UserTypes types, std::string new_local);
  // A deleted user, by name (the newest that had it) or id; under its old name where `new_local` is empty. `workgroup`: its name,
  // needed where the old one is gone. NotFound, code NO_USER; Conflict, code USER_EXISTS.
  io::Task<Result<Receipt>> restore(Caller caller, std::string domain, std::string local_or_id, std::string new_local = {}, std::string workgroup = {});
  // The newest first.
  io::Task<Result<Page<DeletedUser>>> deleted(Caller caller, std::string domain, From from);
  io::Task<Result<UserView>> get(Caller caller, std::string domain, std::string local, UserTypes types);
  // By local part.
  io::Task<Result<Page<UserLine>>> list(Caller caller, std::string domain, From from);
  // Sorted and a page of it; user_search.h.
  io::Task<Result<UsersFound>> search(Caller caller, UserSearch search);
  // Whether each name is taken, by a user of any type, or is none. Refused, code BAD_VALUE, for more than kNamesMost.
  io::Task<Result<std::vector<bool>>> taken(Caller caller, std::string domain, std::vector<std::string> locals);

  // The services named get the state; the others keep theirs.
  io::Task<Result<Receipt>> set_services(Caller caller, std::string domain, std::string local, UserTypes types,
                                         std::vector<std::pair<Service, ServiceState>> states);
  // Suspends services (true) and lifts that (false): a disabled one stays disabled.
  io::Task<Result<Receipt>> suspend(Caller caller, std::string domain, std::string local, UserTypes types, std::vector<std::pair<Service, bool>> services);
  // Refused, code WRONG_PASSWORD.
  io::Task<Result<>> verify_password(Caller caller, std::string domain, std::string local, std::string password);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
