#include "control/rows.h"

#include "base/text.h"
#include "control/condition.h"

namespace postroad::control {
namespace {

using sql::Connection;
using sql::Row;

// Takes a row's columns in order.
class Columns {
 public:
  explicit Columns(Row& row) : row_(row) {}
  std::string text() { return row_[at_++].text(); }
  std::int64_t number() { return row_[at_++].number(); }
  void skip() { ++at_; }

 private:
  Row& row_;
  std::size_t at_ = 0;
};

void from_row(Columns& in, Company& company) {
  company.id = in.text();
  company.parent = in.text();
  company.path = in.text();
  company.name = in.text();
  company.admin_domain = in.text();
  company.cluster = in.text();
  company.created_at = to_time(in.number());
}

Spam spam(Columns& in) {
  Spam made;
  made.tag = in.text();
  made.folder = in.text();
  made.level = in.text();
  return made;
}

void from_row(Columns& in, Domain& domain) {
  domain.id = in.text();
  domain.company = in.text();
  domain.name = in.text();
  domain.alias_of = in.text();
  domain.cluster = in.text();
  domain.is_disabled = in.number() != 0;
  domain.catch_all = in.text();
  domain.timezone = in.text();
  domain.language = in.text();
  domain.filter_mx = in.text();
  domain.spam = spam(in);
  domain.brand = in.text();
  domain.limits = decode_limits(in.text());
  domain.created_at = to_time(in.number());
}

void from_row(Columns& in, Workgroup& workgroup) {
  workgroup.id = in.text();
  workgroup.domain = in.text();
  workgroup.name = in.text();
}

void from_row(Columns& in, User& user) {
  user.id = in.text();
  user.domain = in.text();
  user.local = in.text();
  in.skip();
  const auto type = parse_user_type(in.text());
  check(type.has_value(), "a user's row has a known type");
  user.type = *type;
  user.workgroup = in.text();
  user.alias_of = in.text();
  user.first_name = in.text();
  user.last_name = in.text();
  user.title = in.text();
  user.phone = in.text();
  user.fax = in.text();
  user.timezone = in.text();
  user.language = in.text();
  user.spam = spam(in);
  user.quota_bytes = static_cast<std::uint64_t>(in.number());
  user.services = decode_services(in.text());
  for (const auto target : split(in.text(), ','))
    if (!target.empty()) user.targets.emplace_back(target);
  user.created_at = to_time(in.number());
}

void from_row(Columns& in, Credential& credential) {
  credential.id = in.text();
  credential.password_hash = in.text();
  credential.changed_at = to_time(in.number());
}

void from_row(Columns& in, Role& role) {
  in.skip();
  role.holder = in.text();
  role.role = in.text();
  role.object = in.text();
}

void from_row(Columns& in, Administrator& administrator) {
  administrator.id = in.text();
  administrator.company = in.text();
  administrator.local = in.text();
  administrator.password_hash = in.text();
  administrator.created_at = to_time(in.number());
}

template <class T>
Result<std::vector<T>> all(Connection& connection, const std::string& statement, std::initializer_list<sql::Argument> arguments) {
  TRY(auto rows, connection.run(statement, arguments));
  std::vector<T> made;
  for (auto& row : rows) {
    Columns in(row);
    from_row(in, made.emplace_back());
  }
  return made;
}

template <class T>
Found<T> one(Connection& connection, const std::string& statement, std::initializer_list<sql::Argument> arguments) {
  TRY(auto found, all<T>(connection, statement, arguments));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::string joined(const std::vector<std::string>& parts) {
  std::string made;
  for (const auto& part : parts) made.append(made.empty() ? "" : ",").append(part);
  return made;
}

constexpr std::string_view kServiceLetters = "eds";  // enabled, disabled, suspended

}  // namespace

std::int64_t to_number(Time at) { return at.time_since_epoch().count(); }
Time to_time(std::int64_t number) { return Time(std::chrono::microseconds(number)); }

std::string encode(const Limits& limits) {
  std::string made;
  for (const auto type : kUserTypes) {
    if (!made.empty() || type != kUserTypes.front()) made += ',';
    if (limits.of(type)) made += std::to_string(*limits.of(type));
  }
  return made;
}

Limits decode_limits(std::string_view text) {
  Limits limits;
  const auto parts = split(text, ',');
  for (const auto type : kUserTypes)
    if (const auto at = static_cast<std::size_t>(type); at < parts.size()) limits.of(type) = parse_number(parts[at]);
  return limits;
}

std::string encode(const Services& services) {
  std::string made;
  for (const auto service : feed::kServices) made += kServiceLetters[static_cast<std::size_t>(services.of(service))];
  return made;
}

Services decode_services(std::string_view text) {
  Services services;
  for (const auto service : feed::kServices) {
    const auto at = static_cast<std::size_t>(service);
    if (at < text.size()) services.set(service, static_cast<ServiceState>(kServiceLetters.find(text[at])));
  }
  return services;
}

Row to_row(const Company& company) {
  return {company.id, company.parent, company.path, company.name, company.admin_domain, company.cluster, to_number(company.created_at)};
}

Row to_row(const CompanyLimitRow& row) {
  Row made{row.company};
  for (const auto& most : row.limits.most) made.push_back(most ? static_cast<std::int64_t>(*most) : -1);
  return made;
}

Row to_row(const Domain& domain) {
  return {domain.id,         domain.company,     domain.name,       domain.alias_of, domain.cluster,         domain.is_disabled,
          domain.catch_all,  domain.timezone,    domain.language,   domain.filter_mx, domain.spam.tag,
          domain.spam.folder, domain.spam.level, domain.brand,      encode(domain.limits), to_number(domain.created_at)};
}

Row to_row(const Workgroup& workgroup) { return {workgroup.id, workgroup.domain, workgroup.name, lower(workgroup.name)}; }

Row to_row(const User& user) {
  return {user.id,        user.domain,      user.local,      lower(user.local),       std::string(user_type_name(user.type)),
          user.workgroup, user.alias_of,    user.first_name, user.last_name,          user.title,
          user.phone,     user.fax,         user.timezone,   user.language,           user.spam.tag,
          user.spam.folder, user.spam.level, user.quota_bytes, encode(user.services), joined(user.targets),
          to_number(user.created_at)};
}

Row to_row(const Credential& credential) { return {credential.id, credential.password_hash, to_number(credential.changed_at)}; }
Row to_row(const Role& role) { return {role.id(), role.holder, role.role, role.object}; }

Row to_row(const Administrator& administrator) {
  return {administrator.id, administrator.company, administrator.local, administrator.password_hash, to_number(administrator.created_at)};
}

User user_from(Row row) {
  User made;
  Columns in(row);
  from_row(in, made);
  return made;
}
Domain domain_from(Row row) {
  Domain made;
  Columns in(row);
  from_row(in, made);
  return made;
}

Found<Company> company_by_id(Connection& connection, std::string_view id) { return one<Company>(connection, kCompanies.select("id = $1"), {id}); }
Found<Company> company_by_admin_domain(Connection& connection, std::string_view admin_domain) {
  return one<Company>(connection, kCompanies.select("admin_domain = $1"), {admin_domain});
}
Found<Administrator> administrator_by_local(Connection& connection, std::string_view company, std::string_view local) {
  return one<Administrator>(connection, kAdministrators.select("company = $1 AND local = $2"), {company, lower(local)});
}
Found<Domain> domain_by_id(Connection& connection, std::string_view id) { return one<Domain>(connection, kDomains.select("id = $1"), {id}); }
Found<Domain> domain_by_name(Connection& connection, std::string_view name) {
  return one<Domain>(connection, kDomains.select("name = $1"), {lower(name)});
}
Result<std::vector<Domain>> aliases_of_domain(Connection& connection, std::string_view id) {
  return all<Domain>(connection, kDomains.select("alias_of = $1 AND alias_of <> '' ORDER BY name"), {id});
}
Found<Workgroup> workgroup_by_id(Connection& connection, std::string_view id) {
  return one<Workgroup>(connection, kWorkgroups.select("id = $1"), {id});
}
Found<Workgroup> workgroup_by_name(Connection& connection, std::string_view domain, std::string_view name) {
  return one<Workgroup>(connection, kWorkgroups.select("domain = $1 AND folded = $2"), {domain, lower(name)});
}
Found<User> user_by_id(Connection& connection, std::string_view id) { return one<User>(connection, kUsers.select("id = $1"), {id}); }
Found<User> user_by_local(Connection& connection, std::string_view domain, std::string_view local) {
  return one<User>(connection, kUsers.select("domain = $1 AND folded = $2"), {domain, lower(local)});
}
Result<std::vector<User>> aliases_of_user(Connection& connection, std::string_view id) {
  return all<User>(connection, kUsers.select("alias_of = $1 AND alias_of <> '' ORDER BY folded"), {id});
}
Result<std::vector<User>> users_by(Connection& connection, const std::string& domain, std::string_view column, const std::vector<std::string>& values) {
  if (values.empty()) return std::vector<User>{};
  Condition condition;
  if (!domain.empty()) condition.add("domain = $", domain);
  condition.add_one_of(column, values);
  TRY(auto rows, connection.run(kUsers.select(condition.text()), condition.arguments()));
  std::vector<User> made;
  for (auto& row : rows) {
    Columns in(row);
    from_row(in, made.emplace_back());
  }
  return made;
}
Found<Credential> credential_of(Connection& connection, std::string_view user) {
  return one<Credential>(connection, kCredentials.select("id = $1"), {user});
}
Result<std::vector<Role>> roles_of(Connection& connection, std::string_view holder) {
  return all<Role>(connection, kRoles.select("holder = $1 ORDER BY id"), {holder});
}

}  // namespace postroad::control
