#include "control/settings.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "control/rows.h"

namespace postroad::control {

namespace json = boost::json;
using sql::Connection;

namespace {

// The texts of a row, by their members in JSON.
struct Text {
  const char* name;
  std::string Settings::* kept;
};
constexpr Text kTexts[] = {
    {"timezone", &Settings::timezone}, {"language", &Settings::language}, {"brand", &Settings::brand}, {"notes", &Settings::notes},
    {"password_strength", &Settings::password_strength}, {"workgroup", &Settings::workgroup}};
struct WelcomeText {
  const char* name;
  std::string Welcome::* kept;
};
constexpr WelcomeText kWelcomeTexts[] = {{"text", &Welcome::text},
                                         {"subject", &Welcome::subject},
                                         {"from_name", &Welcome::from_name},
                                         {"from_address", &Welcome::from_address},
                                         {"charset", &Welcome::charset},
                                         {"mime_type", &Welcome::mime_type}};
struct Number {
  const char* name;
  std::optional<std::uint64_t> Settings::* kept;
};
constexpr Number kNumbers[] = {{"quota", &Settings::quota_bytes}, {"quota_maximum", &Settings::quota_maximum}};

std::string service_member(Service service) { return "service_" + std::string(feed::service_name(service)); }

std::string encode_own(const Settings& settings) {
  json::object made;
  for (const auto& text : kTexts)
    if (!(settings.*text.kept).empty()) made[text.name] = settings.*text.kept;
  for (const auto& number : kNumbers)
    if (settings.*number.kept) made[number.name] = *(settings.*number.kept);
  for (const auto service : feed::kServices)
    if (const auto& state = settings.service(service)) made[service_member(service)] = feed::service_state_name(*state);
  if (settings.welcome) {
    json::object welcome;
    for (const auto& text : kWelcomeTexts) welcome[text.name] = (*settings.welcome).*text.kept;
    made["welcome"] = std::move(welcome);
  }
  if (!settings.push_allowed.empty()) made["push_allowed"] = json::array(settings.push_allowed.begin(), settings.push_allowed.end());
  return json::serialize(made);
}

Result<> decode_own(std::string_view text, Settings& into) {
  try {
    const auto value = json::parse(json::string_view(text.data(), text.size()));
    const auto& object = value.as_object();
    for (const auto& row : kTexts)
      if (const auto* found = object.if_contains(row.name)) into.*row.kept = json::value_to<std::string>(*found);
    for (const auto& row : kNumbers)
      if (const auto* found = object.if_contains(row.name)) into.*row.kept = found->to_number<std::uint64_t>();
    for (const auto service : feed::kServices)
      if (const auto* found = object.if_contains(service_member(service))) into.service(service) = feed::parse_service_state(json::value_to<std::string>(*found));
    if (const auto* found = object.if_contains("welcome")) {
      auto& welcome = into.welcome.emplace();
      for (const auto& row : kWelcomeTexts) welcome.*row.kept = json::value_to<std::string>(found->at(row.name));
    }
    if (const auto* found = object.if_contains("push_allowed")) into.push_allowed = json::value_to<std::vector<std::string>>(*found);
  } catch (const std::exception& failure) {
    return fail(Fault::Broken, std::string("a row of settings can't be read: ") + failure.what());
  }
  return {};
}

void inherit(std::string& own, const std::string& outer) {
  if (own.empty()) own = outer;
}

Result<Settings> company_settings(Connection& connection, std::string_view company) { return settings_row(connection, company); }

Result<Settings> domain_settings(Connection& connection, const Domain& domain) {
  TRY(const auto own, own_settings(connection, domain));
  TRY(const auto outer, company_settings(connection, domain.company));
  return within(own, outer);
}

}  // namespace

sql::Row to_row(std::string_view id, const Settings& settings) { return {std::string(id), feed::encode(settings.mail), encode_own(settings), lower(settings.brand)}; }

Result<Settings> decode_settings(std::string_view mail, std::string_view own) {
  Settings made;
  auto decoded = feed::decode_settings(mail);
  if (!decoded) return fail(Fault::Broken, "a row of settings can't be read: " + decoded.error().text);
  made.mail = std::move(*decoded);
  TRY_OK(decode_own(own, made));
  return made;
}

Result<Settings> settings_row(Connection& connection, std::string_view id) {
  TRY(const auto rows, connection.run(kSettings.select("id = $1"), {id}));
  if (rows.empty()) return Settings{};
  return decode_settings(rows[0][1].text(), rows[0][2].text());
}

Settings own_settings(const Domain& domain, Settings row) {
  row.mail.spam_tag = domain.spam.tag;
  row.mail.spam_folder = domain.spam.folder;
  row.mail.spam_level = domain.spam.level;
  row.timezone = domain.timezone;
  row.language = domain.language;
  row.brand = domain.brand;
  return row;
}

Settings own_settings(const User& user, Settings row) {
  row.mail.spam_tag = user.spam.tag;
  row.mail.spam_folder = user.spam.folder;
  row.mail.spam_level = user.spam.level;
  row.timezone = user.timezone;
  row.language = user.language;
  return row;
}

Result<Settings> own_settings(Connection& connection, const Domain& domain) {
  TRY(auto row, settings_row(connection, domain.id));
  return own_settings(domain, std::move(row));
}

Result<Settings> own_settings(Connection& connection, const User& user) {
  TRY(auto row, settings_row(connection, user.id));
  return own_settings(user, std::move(row));
}

// Notes, a welcome mail and who may push domains are nobody's but their owner's.
Settings within(const Settings& inner, const Settings& outer) {
  auto made = inner;
  made.mail = feed::within(inner.mail, outer.mail);
  inherit(made.timezone, outer.timezone);
  inherit(made.language, outer.language);
  inherit(made.brand, outer.brand);
  inherit(made.password_strength, outer.password_strength);
  inherit(made.workgroup, outer.workgroup);
  for (const auto service : feed::kServices)
    if (!made.service(service)) made.service(service) = outer.service(service);
  if (!made.quota_bytes) made.quota_bytes = outer.quota_bytes;
  if (!made.quota_maximum) made.quota_maximum = outer.quota_maximum;
  return made;
}

Result<SettingsView> settings_of(Connection& connection, const Company& company) {
  TRY(const auto own, company_settings(connection, company.id));
  return SettingsView{own, own};
}

Result<SettingsView> settings_of(Connection& connection, const Domain& domain) {
  TRY(const auto own, own_settings(connection, domain));
  TRY(const auto effective, domain_settings(connection, domain));
  return SettingsView{own, effective};
}

Result<SettingsView> settings_of(Connection& connection, const Domain& domain, const Workgroup& workgroup) {
  TRY(const auto own, settings_row(connection, workgroup.id));
  TRY(const auto outer, domain_settings(connection, domain));
  return SettingsView{own, within(own, outer)};
}

Result<SettingsView> settings_of(Connection& connection, const Domain& domain, const User& user) {
  TRY(const auto own, own_settings(connection, user));
  TRY(const auto group, settings_row(connection, user.workgroup));
  TRY(const auto outer, domain_settings(connection, domain));
  return SettingsView{own, within(within(own, group), outer)};
}

feed::WelcomeMail to_feed(const Welcome& welcome) {
  return {.text = welcome.text, .subject = welcome.subject, .from_name = welcome.from_name, .from_address = welcome.from_address, .is_html = welcome.mime_type == "text/html"};
}

feed::Settings to_feed(const Settings& row) {
  auto made = row.mail;
  if (row.welcome) made.welcome = to_feed(*row.welcome);
  return made;
}

Result<feed::Settings> acting(Connection& connection, const User& user, const Settings& row) {
  TRY(const auto group, settings_row(connection, user.workgroup));
  return feed::within(own_settings(user, row).mail, group.mail);
}

feed::Settings acting(const Domain& domain, const Settings& row) { return to_feed(own_settings(domain, row)); }

}  // namespace postroad::control
