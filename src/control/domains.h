#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/model.h"
#include "control/domain_search.h"
#include "control/page.h"
#include "control/settings.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// What a request sets of a domain; what has no value stays as it is.
struct DomainSettings {
  std::optional<std::string> timezone;  // IANA name
  std::optional<std::string> language;  // BCP 47
  std::optional<std::string> filter_mx;
  std::optional<std::string> spam_tag;
  std::optional<std::string> spam_folder;
  std::optional<std::string> spam_level;
  std::optional<std::string> brand;
  SettingsEdit more;  // what is not above
  std::optional<std::string> catch_all;  // a local part; empty: nobody takes what no address takes
  // For those who may make domains, where they are not so already.
  std::optional<bool> is_disabled;
  std::vector<std::pair<UserType, std::optional<std::uint64_t>>> limits;
  std::optional<std::vector<std::string>> aliases;  // all alias domains that it has from now on
  std::optional<std::string> company;               // of a domain that there is: the administrators' domain of where it moves, as push()
};

struct NewDomain {
  std::string name;
  std::string company;  // an id; empty: the caller's own
  std::string cluster;  // empty: the company's, or the one with fewest domains
  DomainSettings settings;
};

struct DomainView {
  Domain domain;
  std::string catch_all;             // the local part; empty: none
  std::vector<std::string> aliases;  // names of alias domains
  std::string company;               // its administrators' domain; empty: not the caller's to see
  bool is_queued = false;            // a change of it is not settled
  Settings own;
  Settings effective;  // what holds where a user has nothing of its own
};

struct DomainCounts {
  std::array<std::uint64_t, kUserTypes.size()> users{};
  bool has_catch_all = false;
  std::uint64_t of(UserType type) const { return users[static_cast<std::size_t>(type)]; }
};

// What a mailbox is an administrator of.
struct AdministratorView {
  bool of_domain = false;
  bool of_mail = false;
  std::string workgroup;  // its name; empty: of none
};

inline constexpr std::size_t kCascadeMost = 5000;  // users that go with their domain or workgroup in one request

// Domains. Requests name them in any case. A domain that the caller can't see is NotFound, code NO_DOMAIN, in the same
// words as one that does not exist.
class Domains {
 public:
  explicit Domains(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // All of it, or nothing; so is a change.
  io::Task<Result<Receipt>> create(Caller caller, NewDomain spec);
  io::Task<Result<Receipt>> change(Caller caller, std::string name, DomainSettings settings);
  // Conflict, code DOMAIN_NOT_EMPTY, where it has users or alias domains and `cascade` is not given.
  io::Task<Result<Receipt>> erase(Caller caller, std::string name, bool cascade);
  // A deleted domain, by name (the newest that had it) or id; under its old name where `new_name` is empty. The users and alias
  // domains that went along with it come back. NotFound, code NO_DOMAIN; Conflict, code DOMAIN_EXISTS.
  io::Task<Result<Receipt>> restore(Caller caller, std::string name_or_id, std::string new_name = {});
  // To another company, with all that is in it; it stays on its cluster. The caller must be allowed to make domains there, or
  // that company must say that it takes domains of this one (Settings::push_allowed). Refused, code NOT_TAKEN.
  io::Task<Result<Receipt>> push(Caller caller, std::string name, std::string admin_domain);
  io::Task<Result<DomainView>> get(Caller caller, std::string name);
  // Names, alias domains left out: those of a company by name, before those of its children.
  io::Task<Result<Page<std::string>>> list(Caller caller, From from);

  // `alias`: a name that stands for all addresses of `name`.
  io::Task<Result<Receipt>> create_alias(Caller caller, std::string name, std::string alias);
  io::Task<Result<Receipt>> erase_alias(Caller caller, std::string alias);

  io::Task<Result<Receipt>> set_disabled(Caller caller, std::string name, bool is_disabled);
  // No local part: none takes what no address takes.
  io::Task<Result<Receipt>> set_catch_all(Caller caller, std::string name, std::optional<std::string> local);
  io::Task<Result<Receipt>> set_limits(Caller caller, std::string name, std::vector<std::pair<UserType, std::optional<std::uint64_t>>> limits);
  // By name, a page of it; domain_search.h.
  io::Task<Result<DomainsFound>> search(Caller caller, DomainSearch search);
  io::Task<Result<DomainCounts>> count(Caller caller, std::string name);
  // Makes a mailbox an administrator of its domain, or no longer.
  io::Task<Result<Receipt>> set_administrator(Caller caller, std::string name, std::string local, bool is_administrator);
  // The same for its workgroup, or for all mailboxes of the domain but its settings.
  io::Task<Result<Receipt>> set_workgroup_administrator(Caller caller, std::string name, std::string local, bool is_administrator);
  io::Task<Result<Receipt>> set_mail_administrator(Caller caller, std::string name, std::string local, bool is_administrator);
  io::Task<Result<AdministratorView>> administrator(Caller caller, std::string name, std::string local);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
