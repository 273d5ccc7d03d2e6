#include <algorithm>

#include "base/text.h"
#include "control/bulk_row.h"
#include "control/errors.h"

// What a row's columns mean.
namespace postroad::control {
namespace {

constexpr std::uint64_t kQuotaMost = 1ULL << 50;
constexpr std::size_t kListMost = 2000;

std::unexpected<Error> bad(std::string_view column, std::string_view why) {
  return fail(Fault::Refused, std::string(column) + " " + std::string(why), std::string(code::kBadValue));
}

// A column that goes into the user's settings as it is.
struct TextColumn {
  std::string_view column;
  std::optional<std::string> UserSettings::* into;
};
constexpr TextColumn kTexts[] = {
    {"workgroup", &UserSettings::workgroup},   {"password", &UserSettings::password},       {"first_name", &UserSettings::first_name},
    {"last_name", &UserSettings::last_name},   {"title", &UserSettings::title},             {"phone", &UserSettings::phone},
    {"fax", &UserSettings::fax},               {"timezone", &UserSettings::timezone},       {"language", &UserSettings::language},
    {"spam_tag", &UserSettings::spam_tag},     {"spam_folder", &UserSettings::spam_folder}, {"spam_level", &UserSettings::spam_level},
};

struct ServiceColumn {
  std::string_view column;
  Service service;
};
constexpr ServiceColumn kServiceColumns[] = {{"service_smtpin", Service::SmtpIn},
                                             {"service_smtprelay", Service::SmtpRelay},
                                             {"service_imap", Service::Imap},
                                             {"service_pop", Service::Pop},
                                             {"service_webmail", Service::Webmail}};

Result<bool> yes_or_no(std::string_view column, std::string_view text) {
  if (text.empty() || equal_nocase(text, "no") || text == "0" || equal_nocase(text, "false")) return false;
  if (equal_nocase(text, "yes") || text == "1" || equal_nocase(text, "true")) return true;
  return bad(column, "is yes or no");
}

// Bytes, or so many `K`, `M`, `G`, `T` of them by 1024.
Result<std::uint64_t> size_of(std::string_view column, std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  int shift = 0;
  if (!text.empty())
    if (const auto unit = kUnits.find(to_upper(text.back())); unit != kUnits.npos) {
      shift = 10 * (static_cast<int>(unit) + 1);
      text = trim(text.substr(0, text.size() - 1));
    }
  const auto number = parse_number(text, kQuotaMost >> shift);
  if (!number) return bad(column, "is a number of bytes, or of K, M, G or T");
  return *number << shift;
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> made;
  for (const auto part : split(text, ';'))
    if (!trim(part).empty()) made.emplace_back(trim(part));
  return made;
}

Result<BulkAction> action_of(std::string_view text) {
  if (text.empty() || equal_nocase(text, "create")) return BulkAction::Create;
  if (equal_nocase(text, "change")) return BulkAction::Change;
  if (equal_nocase(text, "delete")) return BulkAction::Delete;
  return bad("action", "is create, change or delete");
}

// Whom it is about: an address, or a domain alone.
Result<> read_subject(BulkChange& into, const BulkRow& row) {
  const auto address = trim(row.of("address"));
  const auto domain = trim(row.of("domain"));
  if (address.empty() == domain.empty()) return bad("address", "or domain is needed, and not both");
  if (!domain.empty()) {
    into.is_domain = true;
    into.domain = domain;
    into.company = lower(trim(row.of("company")));
    return {};
  }
  const auto at = address.rfind('@');
  if (at == address.npos || at == 0 || at + 1 == address.size()) return bad("address", "is no address");
  into.local = address.substr(0, at);
  into.domain = address.substr(at + 1);
  return {};
}

Result<> read_user(BulkChange& into, const BulkRow& row) {
  for (const auto& each : kTexts)
    if (std::ranges::find(row.given, each.column, &std::pair<std::string, std::string>::first) != row.given.end())
      into.settings.*each.into = std::string(row.of(each.column));
  if (const auto type = row.of("type"); !type.empty()) {
    into.type = parse_user_type(lower(trim(type)));
    if (!into.type) return bad("type", "is mailbox, filter, forward, group or alias");
  }
  if (const auto quota = trim(row.of("quota")); !quota.empty()) {
    TRY(const auto bytes, size_of("quota", quota));
    into.settings.quota_bytes.emplace(bytes);
  }
  if (const auto targets = row.of("targets"); !targets.empty()) {
    into.settings.targets = parts_of(targets);
    if (into.settings.targets->size() > kListMost) return bad("targets", "are too many");
  }
  for (const auto& each : kServiceColumns) {
    const auto text = trim(row.of(each.column));
    if (text.empty()) continue;
    const auto state = feed::parse_service_state(lower(text));
    if (!state) return bad(each.column, "is enabled, disabled or suspended");
    into.services.emplace_back(each.service, *state);
  }
  into.target = trim(row.of("alias_of"));
  into.new_local = trim(row.of("new_name"));
  if (const auto at = into.target.find('@'); at != into.target.npos) {
    if (!equal_nocase(into.target.substr(at + 1), into.domain)) return bad("alias_of", "is in another domain");
    into.target.resize(at);
  }
  TRY(into.wants_password, yes_or_no("generate_password", trim(row.of("generate_password"))));
  if (into.wants_password && into.settings.password) return bad("generate_password", "and password exclude each other");
  return {};
}

// A column that says nothing for what the row does is a mistake, not to be lost silently.
Result<> check_sense(const BulkChange& change, const BulkRow& row) {
  const auto has = [&](std::string_view column) { return !row.of(column).empty(); };
  const auto only = [&](std::initializer_list<std::string_view> taken, std::string_view what) -> Result<> {
    for (const auto& [column, text] : row.given)
      if (!text.empty() && std::ranges::find(taken, column) == taken.end()) return bad(column, "has no meaning " + std::string(what));
    return {};
  };
  if (change.is_domain && change.action == BulkAction::Delete) return only({"action", "domain"}, "where a domain is deleted");
  if (change.is_domain && change.action == BulkAction::Change && has("company")) return bad("company", "has no meaning where a domain is changed");
  if (!change.is_domain && has("company")) return bad("company", "has no meaning for a user");
  if (change.is_domain) return only({"action", "domain", "company", "timezone", "language", "spam_tag", "spam_folder", "spam_level"}, "for a domain");
  if (change.action == BulkAction::Delete) return only({"action", "address", "type"}, "where a user is deleted");
  const bool is_alias = change.type == UserType::Alias;
  if (change.action == BulkAction::Create && is_alias != has("alias_of")) return bad("alias_of", "belongs to type alias");
  if (change.action == BulkAction::Create && is_alias) return only({"action", "address", "type", "alias_of"}, "for an alias");
  if (change.action == BulkAction::Create && has("new_name")) return bad("new_name", "has no meaning where a user is created");
  if (change.action == BulkAction::Change && (has("alias_of") || is_alias)) return bad("alias_of", "can't be changed: delete the alias and make another");
  return {};
}

}  // namespace

std::string_view bulk_action_name(BulkAction action) {
  constexpr std::string_view kNames[] = {"create", "change", "delete"};
  return kNames[static_cast<std::size_t>(action)];
}

Result<BulkChange> change_of_row(const BulkRow& row) {
  if (!row.problem.empty()) return fail(Fault::Refused, row.problem, std::string(code::kBadValue));
  BulkChange made;
  TRY(made.action, action_of(trim(row.of("action"))));
  TRY_OK(read_subject(made, row));
  TRY_OK(read_user(made, row));
  TRY_OK(check_sense(made, row));
  return made;
}

}  // namespace postroad::control
