#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/amounts.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/company_contacts.h"
#include "control/model.h"
#include "control/search.h"
#include "control/settings.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// Of what a request sets; a resource that is not named keeps its limit, one without a value loses it.
using LimitSettings = std::vector<std::pair<Resource, std::optional<std::uint64_t>>>;

// What it has beside its own row and limits.
struct MoreOfCompany {
  SettingsEdit settings;
  std::optional<std::vector<Contact>> contacts;
  std::optional<std::vector<std::string>> stats_mailout;
};

struct NewCompany {
  std::string parent;        // an id or an administrators' domain; empty: the caller's own company, or for operators the root
  std::string name;
  std::string admin_domain;  // ends in `.adm`
  std::string cluster;       // where its domains go; may be empty
  LimitSettings limits = {};
  MoreOfCompany more = {};
};

struct CompanySettings {
  std::optional<std::string> name;
  std::optional<std::string> cluster;
  LimitSettings limits = {};  // by who administers the company above, where they are not so already
  MoreOfCompany more = {};
};

struct CompanyView {
  Company company;
  std::string parent;  // its administrators' domain; empty: the root, or not the caller's to see
  CompanyLimits limits;
  Amounts spoken_for;  // used by its own domains, and given to its children
  std::uint64_t children = 0;
};

enum class CompanyOrder : std::uint8_t { Name, AdminDomain, CreatedAt };
struct CompanySearch {
  std::string under = {};  // a company: of all below it, itself left out; empty: of all that the caller sees
  std::string match = {};  // name or administrators' domain, with ? and *; empty: all
  CompanyOrder order = CompanyOrder::Name;
  bool is_descending = false;
  Range range = {};
};

// Companies: a tree of resellers. Requests name one by its id or its administrators' domain. What lies outside the caller's
// subtree is NotFound, code NO_COMPANY, in the same words as what does not exist.
class Companies {
 public:
  explicit Companies(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // All of it, or nothing; so is a change.
  io::Task<Result<Company>> create(Caller caller, NewCompany spec);
  io::Task<Result<Receipt>> change(Caller caller, std::string company, CompanySettings settings);
  // By who administers the company above: nobody gives themselves more. Refused, code OVER_LIMIT, where more is spoken for
  // already, or the companies above have not so much left.
  io::Task<Result<Receipt>> set_limits(Caller caller, std::string company, LimitSettings limits);
  // With its administrators. Conflict, code COMPANY_NOT_EMPTY, where it has domains or companies. Not one's own.
  io::Task<Result<Receipt>> erase(Caller caller, std::string company);
  io::Task<Result<Company>> find(Caller caller, std::string admin_domain);
  io::Task<Result<CompanyView>> get(Caller caller, std::string company);
  io::Task<Result<Sorted<CompanyView>>> search(Caller caller, CompanySearch search);

  // Makes or changes an administrator of the whole company.
  io::Task<Result<>> put_administrator(Caller caller, std::string admin_domain, std::string local, std::string password);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
