#include "control/brands.h"

#include <boost/json.hpp>

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using sql::Connection;

std::unexpected<Error> no_brand(std::string_view name) { return fail(Fault::NotFound, "there is no brand " + std::string(name), std::string(code::kNoBrand)); }
std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

enum class Kind { Line, Link, Colour, Address };
struct Attribute {
  std::string_view name;
  Kind kind;
};
constexpr Attribute kAttributes[] = {
    {"display_name", Kind::Line},     {"slogan", Kind::Line},          {"footer", Kind::Line},           {"logo_url", Kind::Link},
    {"favicon_url", Kind::Link},      {"primary_color", Kind::Colour}, {"secondary_color", Kind::Colour}, {"background_color", Kind::Colour},
    {"text_color", Kind::Colour},     {"support_name", Kind::Line},    {"support_email", Kind::Address}, {"support_phone", Kind::Line},
    {"support_url", Kind::Link},      {"webmail_url", Kind::Link},     {"privacy_url", Kind::Link},      {"terms_url", Kind::Link},
    {"company_url", Kind::Link},
};

constexpr std::size_t kLinkBytes = 1000;
constexpr std::size_t kNameBytes = 64;
constexpr CharClass kLinkChars = kAlnum | CharClass("-._~:/?#[]@!$&'()*+,;=%");

// Shown in pages and mails: no link that runs a script, none that is no link.
Result<> check_link(std::string_view name, std::string_view value) {
  const bool is_web = starts_nocase(value, "https://") || starts_nocase(value, "http://");
  if (is_web && value.size() > 8 && value.size() <= kLinkBytes && kLinkChars.has_all(value)) return {};
  return bad(std::string(name) + ": expected a link that begins with https://");
}

Result<> check_colour(std::string_view name, std::string_view value) {
  if (value.size() == 7 && value[0] == '#' && kHexDigit.has_all(value.substr(1))) return {};
  return bad(std::string(name) + ": expected a colour such as #1a2b3c");
}

Result<> check_value(std::string_view name, const std::string& value) {
  const auto* const attribute = std::ranges::find(kAttributes, name, &Attribute::name);
  if (attribute == std::end(kAttributes)) return bad("a brand has no attribute " + std::string(name.substr(0, 40)));
  if (value.empty()) return {};
  switch (attribute->kind) {
    case Kind::Link: return check_link(name, value);
    case Kind::Colour: return check_colour(name, value);
    case Kind::Address: TRY_OK(mail_targets({value})); return {};
    case Kind::Line: TRY_OK(one_line(value, name, 500)); return {};
  }
  return {};
}

Result<std::string> brand_name(std::string_view text) {
  TRY(auto name, one_line(trim(text), "a brand's name", kNameBytes));
  if (name.empty() || name.contains('/')) return bad("a brand's name is 1 to 64 bytes without a slash");
  return name;
}

std::string brand_id(const Company& company, std::string_view name) { return company.id + "/" + lower(name); }

std::map<std::string, std::string> attributes_of(std::string_view text) {
  std::map<std::string, std::string> made;
  boost::system::error_code failed;
  const auto parsed = json::parse(text, failed);
  check(!failed && parsed.is_object(), "a brand's row has its attributes");
  for (const auto& member : parsed.get_object()) made.emplace(std::string(member.key()), std::string(member.value().as_string()));
  return made;
}

Brand brand_of(const sql::Row& row, const Company& company) {
  return {company.admin_domain, row[2].text(), attributes_of(row[4].text()), to_time(row[5].number()), {}};
}

Result<std::optional<Brand>> find_brand(Connection& connection, const Company& company, std::string_view name) {
  TRY(const auto rows, connection.run(kBrands.select("id = $1"), {brand_id(company, name)}));
  if (rows.empty()) return std::nullopt;
  return brand_of(rows[0], company);
}

// A statement's conditions on who bears the brand `name` of the company, and their arguments: $1 its name, the paths from $2 on.
struct Bearers {
  std::string where;
  std::vector<std::string> arguments;
};
Result<Bearers> bearers_of(Connection& connection, const Company& company, std::string_view name) {
  Bearers made;
  made.arguments = {lower(name)};
  made.where = path_condition("c.path", {company.path}, false, made.arguments);
  TRY(const auto rows, connection.run("SELECT c.path FROM brands b JOIN companies c ON c.id = b.company WHERE b.folded = $1 AND c.path > $2 AND c.path < $3 ORDER BY c.path",
                                      {lower(name), company.path, company.path + "~"}));
  std::vector<std::string> nearer;
  for (const auto& row : rows)
    if (nearer.empty() || !row[0].text().starts_with(nearer.back())) nearer.push_back(row[0].text());
  if (!nearer.empty()) made.where += " AND NOT " + path_condition("c.path", nearer, false, made.arguments);
  return made;
}

// Those of a type, as `name`.
std::string select_members(BrandMemberType type, const std::string& where) {
  const std::string set = "s.brand_folded = $1 AND s.brand_folded <> '' AND ";
  switch (type) {
    case BrandMemberType::Company:
      return "SELECT 'company' AS type, c.admin_domain AS name FROM settings s JOIN companies c ON c.id = s.id WHERE " + set + where;
    case BrandMemberType::Domain:
      return "SELECT 'domain' AS type, d.name AS name FROM domains d JOIN companies c ON c.id = d.company WHERE lower(d.brand) = lower($1) AND d.brand <> '' AND " + where;
    case BrandMemberType::Workgroup:
      return "SELECT 'workgroup' AS type, d.name || '/' || w.name AS name FROM settings s JOIN workgroups w ON w.id = s.id JOIN domains d ON d.id = w.domain "
             "JOIN companies c ON c.id = d.company WHERE " + set + where;
    case BrandMemberType::User:
      return "SELECT 'user' AS type, u.local || '@' || d.name AS name FROM settings s JOIN users u ON u.id = s.id JOIN domains d ON d.id = u.domain "
             "JOIN companies c ON c.id = d.company WHERE " + set + where;
  }
  return {};
}

constexpr BrandMemberType kTypes[] = {BrandMemberType::Company, BrandMemberType::Domain, BrandMemberType::User, BrandMemberType::Workgroup};

std::vector<sql::Argument> arguments_of(const Bearers& bearers) { return {bearers.arguments.begin(), bearers.arguments.end()}; }

Result<std::uint64_t> count_members(Connection& connection, const Bearers& bearers, BrandMemberType type) {
  TRY(const auto rows, connection.run("SELECT count(*) FROM (" + select_members(type, bearers.where) + ") AS members", arguments_of(bearers)));
  return static_cast<std::uint64_t>(rows[0][0].number());
}

Result<> count_members(Connection& connection, const Company& company, Brand& brand) {
  TRY(const auto bearers, bearers_of(connection, company, brand.name));
  TRY(brand.counts.companies, count_members(connection, bearers, BrandMemberType::Company));
  TRY(brand.counts.domains, count_members(connection, bearers, BrandMemberType::Domain));
  TRY(brand.counts.workgroups, count_members(connection, bearers, BrandMemberType::Workgroup));
  TRY(brand.counts.users, count_members(connection, bearers, BrandMemberType::User));
  return {};
}

NewChange change_of_brand(const Company& company, std::string_view kind, std::string_view name) {
  return {.kind = std::string(kind), .subject = std::string(name), .cluster = {}, .company = company.id, .domain = {}, .writes = {object::company(company.id)}, .refers = {}, .is_end = false};
}

Result<> put_brand(Draft& draft, const std::string& owner, const std::string& wanted, const std::map<std::string, std::string>& attributes, bool create_only) {
  TRY(const auto company, draft.authority.company(draft.sql, owner, Right::Companies));
  TRY(const auto name, brand_name(wanted));
  TRY(const auto there, find_brand(draft.sql, company, name));
  if (there && create_only) return fail(Fault::Conflict, "the brand " + name + " exists", std::string(code::kBrandExists));
  auto brand = there.value_or(Brand{company.admin_domain, name, {}, draft.now(), {}});
  for (const auto& [attribute, value] : attributes) {
    TRY_OK(check_value(attribute, value));
    if (value.empty()) brand.attributes.erase(attribute);
    else brand.attributes[attribute] = value;
  }
  TRY(const auto count, sql::run_one(draft.sql, "SELECT count(*) FROM brands WHERE company = $1", {company.id}));
  if (!there && static_cast<std::uint64_t>(count[0].number()) >= kBrandsMost) return fail(Fault::Refused, "a company has at most 200 brands", std::string(code::kOverLimit));
  json::object made;
  for (const auto& [attribute, value] : brand.attributes) made[attribute] = value;
  TRY_OK(draft.put(kBrands, {brand_id(company, name), company.id, name, lower(name), json::serialize(made), to_number(brand.created_at)}));
  return draft.record(change_of_brand(company, "brand.put", name));
}

Result<> erase_brand(Draft& draft, const std::string& owner, const std::string& name) {
  TRY(const auto company, draft.authority.company(draft.sql, owner, Right::Companies));
  TRY(auto brand, find_brand(draft.sql, company, name));
  if (!brand) return no_brand(name);
  TRY_OK(count_members(draft.sql, company, *brand));
  if (brand->counts.total() != 0)
    return fail(Fault::Conflict, "the brand " + brand->name + " is in use: give its members another one first", std::string(code::kBrandNotEmpty));
  TRY_OK(draft.erase(kBrands, brand_id(company, name)));
  return draft.record(change_of_brand(company, "brand.delete", brand->name));
}

Result<Sorted<Brand>> find_all(Connection& connection, const Company& company, const std::string& match, Range range) {
  Sorted<Brand> made;
  const auto pattern = like_pattern(match);
  TRY(const auto counted, connection.run("SELECT count(*) FROM brands WHERE company = $1 AND folded LIKE $2 ESCAPE '\\'", {company.id, pattern}));
  made.total = static_cast<std::uint64_t>(counted[0][0].number());
  TRY(const auto rows, connection.run(kBrands.select("company = $1 AND folded LIKE $2 ESCAPE '\\' ORDER BY folded LIMIT $3 OFFSET $4"),
                                      {company.id, pattern, std::min(range.limit, kRangeMost), std::min(range.first, kFirstMost)}));
  for (const auto& row : rows) {
    made.rows.push_back(brand_of(row, company));
    TRY_OK(count_members(connection, company, made.rows.back()));
  }
  return made;
}

Result<Sorted<BrandMember>> find_members(Connection& connection, const Company& company, const std::string& name, const std::vector<BrandMemberType>& types, Range range) {
  TRY(const auto brand, find_brand(connection, company, name));
  if (!brand) return no_brand(name);
  TRY(const auto bearers, bearers_of(connection, company, name));
  Sorted<BrandMember> made;
  std::string all;
  for (const auto type : kTypes) {
    if (!types.empty() && std::ranges::find(types, type) == types.end()) continue;
    TRY(const auto count, count_members(connection, bearers, type));
    made.total += count;
    all += (all.empty() ? "" : " UNION ALL ") + select_members(type, bearers.where);
  }
  TRY(const auto rows, connection.run("SELECT type, name FROM (" + all + ") AS members ORDER BY type, name LIMIT " + std::to_string(std::min(range.limit, kRangeMost)) + " OFFSET " +
                                          std::to_string(std::min(range.first, kFirstMost)),
                                      arguments_of(bearers)));
  for (const auto& row : rows) made.rows.push_back({*parse_brand_member(row[0].text()), row[1].text()});
  return made;
}

}  // namespace

std::string_view brand_member_name(BrandMemberType type) {
  switch (type) {
    case BrandMemberType::Company: return "company";
    case BrandMemberType::Domain: return "domain";
    case BrandMemberType::User: return "user";
    case BrandMemberType::Workgroup: return "workgroup";
  }
  return {};
}

std::optional<BrandMemberType> parse_brand_member(std::string_view word) {
  for (const auto type : kTypes)
    if (brand_member_name(type) == word) return type;
  return {};
}

std::vector<std::string_view> brand_attributes() {
  std::vector<std::string_view> made;
  for (const auto& attribute : kAttributes) made.push_back(attribute.name);
  return made;
}

Task<Result<Receipt>> Brands::put(Caller caller, std::string company, std::string name, std::map<std::string, std::string> attributes, bool create_only) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return put_brand(draft, lower(company), name, attributes, create_only); });
}

Task<Result<Receipt>> Brands::erase(Caller caller, std::string company, std::string name) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return erase_brand(draft, lower(company), name); });
}

Task<Result<Brand>> Brands::get(Caller caller, std::string company, std::string name) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<Brand> {
    TRY(const auto owner, authority.company(connection, lower(company), Right::See));
    TRY(auto brand, find_brand(connection, owner, name));
    if (!brand) return no_brand(name);
    TRY_OK(count_members(connection, owner, *brand));
    return std::move(*brand);
  });
}

Task<Result<Sorted<Brand>>> Brands::search(Caller caller, std::string company, std::string match, Range range) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<Sorted<Brand>> {
    TRY(const auto owner, authority.company(connection, lower(company), Right::See));
    return find_all(connection, owner, match, range);
  });
}

Task<Result<Sorted<BrandMember>>> Brands::members(Caller caller, std::string company, std::string name, std::vector<BrandMemberType> types, Range range) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<Sorted<BrandMember>> {
    TRY(const auto owner, authority.company(connection, lower(company), Right::See));
    return find_members(connection, owner, name, types, range);
  });
}

}  // namespace postroad::control
