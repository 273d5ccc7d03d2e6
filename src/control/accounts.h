#pragma once

#include <string>

#include "control/authority.h"
#include "control/limits.h"
#include "sql/database.h"

// The rows behind limits.h: a company's account, and what each domain uses, which goes with it where the domain moves.
namespace postroad::control {

struct Account {
  std::string parent;  // empty: none
  Allotment allotment;
};
Result<Account> account_of(sql::Connection& connection, std::string_view company);
Result<> open_account(sql::Connection& connection, std::string_view company, std::string_view parent);
// What the company weighs on its parent is freed.
Result<> close_account(sql::Connection& connection, std::string_view company);
// What it weighs on its parent: a limit where there is one, or what is spoken for.
Amounts weight_of(const CompanyLimits& limits, const Amounts& spoken_for);

// Adds to what is spoken for, from the company upwards as far as it is felt. Where `authority` is given: Refused, code
// OVER_LIMIT, where that passes a limit. Without one nothing is refused: what frees, and what is mended.
Result<> speak_for(sql::Connection& connection, const Authority* authority, std::string company, Amounts more);
// The same by a domain's account.
Result<> use(sql::Connection& connection, const Authority* authority, std::string_view domain, const Amounts& more);

// With what the domain itself takes.
Result<Amounts> domain_amounts(sql::Connection& connection, std::string_view domain);
Result<std::string> domain_owner(sql::Connection& connection, std::string_view domain);
Result<> open_domain(sql::Connection& connection, const Authority* authority, std::string_view domain, const std::string& company);
Result<> close_domain(sql::Connection& connection, std::string_view domain);
Result<> set_domain_owner(sql::Connection& connection, std::string_view domain, std::string_view company);

// Conflict, code OVER_LIMIT, where more is spoken for already, or a parent has not so much left.
Result<> set_limits(sql::Connection& connection, const Authority& authority, std::string_view company, const CompanyLimits& limits);

}  // namespace postroad::control
