#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/amounts.h"
#include "control/model.h"
#include "control/table.h"
#include "sql/database.h"

// The model's structs as rows. Finding gives nothing where there is no such row.
namespace postroad::control {

struct Credential {
  std::string id;  // the user's
  std::string password_hash;
  Time changed_at;
};
struct Role {
  std::string holder;  // an administrator's or a user's id
  std::string role;    // `company`, `domain`
  std::string object;  // the company's or the domain's id
  std::string id() const { return holder + "/" + role + "/" + object; }
};

struct CompanyLimitRow {
  std::string company;
  CompanyLimits limits;
};

sql::Row to_row(const Company& company);
sql::Row to_row(const CompanyLimitRow& row);
sql::Row to_row(const Domain& domain);
sql::Row to_row(const Workgroup& workgroup);
sql::Row to_row(const User& user);
sql::Row to_row(const Credential& credential);
sql::Row to_row(const Role& role);
sql::Row to_row(const Administrator& administrator);

template <class T>
using Found = Result<std::optional<T>>;

// From a row of all its table's columns, in their order.
User user_from(sql::Row row);
Domain domain_from(sql::Row row);

Found<Company> company_by_id(sql::Connection& connection, std::string_view id);
Found<Company> company_by_admin_domain(sql::Connection& connection, std::string_view admin_domain);
Found<Administrator> administrator_by_local(sql::Connection& connection, std::string_view company, std::string_view local);
Found<Domain> domain_by_id(sql::Connection& connection, std::string_view id);
Found<Domain> domain_by_name(sql::Connection& connection, std::string_view name);
Result<std::vector<Domain>> aliases_of_domain(sql::Connection& connection, std::string_view id);
Found<Workgroup> workgroup_by_id(sql::Connection& connection, std::string_view id);
Found<Workgroup> workgroup_by_name(sql::Connection& connection, std::string_view domain, std::string_view name);
Found<User> user_by_id(sql::Connection& connection, std::string_view id);
Found<User> user_by_local(sql::Connection& connection, std::string_view domain, std::string_view local);
Result<std::vector<User>> aliases_of_user(sql::Connection& connection, std::string_view id);
// Those of a domain (empty: of any) whose column `folded` or `id` is one of the values; in no order.
Result<std::vector<User>> users_by(sql::Connection& connection, const std::string& domain, std::string_view column, const std::vector<std::string>& values);
Found<Credential> credential_of(sql::Connection& connection, std::string_view user);
Result<std::vector<Role>> roles_of(sql::Connection& connection, std::string_view holder);

// How texts are kept in one column.
std::string encode(const Limits& limits);
Limits decode_limits(std::string_view text);
std::string encode(const Services& services);
Services decode_services(std::string_view text);

std::int64_t to_number(Time at);
Time to_time(std::int64_t number);

}  // namespace postroad::control
