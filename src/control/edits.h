#pragma once

#include <optional>
#include <string>

#include "control/draft.h"
#include "control/model.h"
#include "control/settings.h"
#include "feed/change.h"

// What several families of requests do to a draft.
namespace postroad::control {

// What clusters are told of an object.
feed::Domain to_feed(const Domain& domain);
feed::Account to_feed(const User& user);

std::string address_of(const Domain& domain, const User& user);

// A change of a domain, or of something in it, with what all of these have in common.
NewChange change_of_domain(const Domain& domain, std::string_view kind);
NewChange change_of_user(const Domain& domain, const User& user, std::string_view kind);

// Puts the row and its settings (none: they stay as they are), and records what the cluster has to do for it: nothing where
// it would see no difference.
Result<> change_domain(Draft& draft, const Domain& before, const Domain& after, const std::optional<Settings>& settings = std::nullopt);
Result<> change_user(Draft& draft, const Domain& domain, const User& before, const User& after, const std::optional<Settings>& settings = std::nullopt);
// Tells a cluster what a company's settings are, where it does not know: before its first domain there.
Result<> tell_company_settings(Draft& draft, const Company& company, const std::string& cluster);

// The user with its aliases, roles, settings and credentials, which can be restored for a while. A domain that sends it what no
// address takes is told before. `cause`: the domain that goes, and takes it along; empty: none does.
Result<> erase_user(Draft& draft, const Domain& domain, const User& user, std::string_view cause = {});
// A domain without users or alias domains, with its workgroups and settings.
Result<> erase_domain(Draft& draft, const Domain& domain, std::string_view cause = {});

// Records a change that does nothing, and is applied once the last changes of these objects are: by it a request of several is known.
Result<> record_last(Draft& draft, NewChange change, std::vector<std::string> objects);

// Checks that the name can be had, as far as the caller may know. Conflict, code DOMAIN_EXISTS; Refused, code
// DOMAIN_UNAVAILABLE.
Result<> check_domain_free(Draft& draft, const std::string& name);
// Puts a new domain and tells its cluster. `more_writes`: objects whose rows were put along with it.
Result<> add_domain(Draft& draft, const Domain& domain, const Settings& settings, const std::vector<std::string>& more_writes = {});
// Puts a new user and tells its cluster; `is_restored`: with the mail that it had.
Result<> add_user(Draft& draft, const Domain& domain, const User& user, const std::string& hash, const Settings& settings, bool is_restored = false);
Result<> add_alias(Draft& draft, const Domain& domain, const User& alias, const User& target);
// All aliases that the user has from now on: feed::kAliasesInChange of them are lost and got by one change; where they are what it has
// already, there is none. Those lost can be restored. Refused, code OVER_LIMIT; Conflict, code USER_EXISTS.
Result<> put_aliases(Draft& draft, const Domain& domain, const User& user, const std::vector<std::string>& locals);
// The same for some more, whose names are free.
Result<> add_aliases(Draft& draft, const Domain& domain, const User& user, const std::vector<User>& aliases);

// Conflict, code USER_EXISTS.
Result<> check_free(sql::Connection& connection, const Domain& domain, std::string_view local);
// Refused, code OVER_LIMIT, where the domain may not hold so many more of that type, once so many have gone.
Result<> check_limit(sql::Connection& connection, const Domain& domain, UserType type, std::uint64_t more = 1, std::uint64_t less = 0);
// NotFound, code NO_USER, where there is none of one of the types.
Result<User> user_of(sql::Connection& connection, const Domain& domain, std::string_view local, const std::vector<UserType>& types);
// NotFound, code NO_WORKGROUP.
Result<Workgroup> workgroup_of(sql::Connection& connection, const Domain& domain, std::string_view name);
// Whether a change of the object is not settled.
Result<bool> is_queued(sql::Connection& connection, const std::string& object);

}  // namespace postroad::control
