#include "omad/user_attributes.h"

#include "base/text.h"
#include "control/sieve_scripts.h"

namespace postroad::omad {
namespace json = boost::json;

using control::ServiceState;
using control::UserType;

namespace {

constexpr std::string_view kSettable[] = {
    "aliases", "allow", "autoresponder", "autoresponder_option_enddate", "autoresponder_option_interval", "block", "brand",
    "delivery_autoresponder", "delivery_filter", "delivery_forward", "delivery_local", "fax", "filterdelivery",
    "forward_option_reply_to", "forward_option_restricted", "forward_option_subject_prefix", "forward_recipients", "language",
    "name", "notes_external", "password", "phone", "quota", "reject_spam", "service_imap4", "service_pop3", "service_smtpin",
    "service_smtprelay", "service_smtprelay_webmail", "service_webmail", "sieve", "smtp_sent_limit", "spamfolder", "spamheader",
    "spamlevel", "spamtag", "timezone", "title", "type", "workgroup"};

constexpr std::uint64_t kHoursMost = 100'000;
constexpr std::uint64_t kTimeMost = 1ULL << 40;

// A person's name is one attribute here, and two in control: the last word is the last name.
void read_name(control::UserSettings& settings, std::string_view name) {
  const auto text = trim(name);
  const auto at = text.rfind(' ');
  settings.first_name = std::string(trim(text.substr(0, at == text.npos ? text.size() : at)));
  settings.last_name = std::string(at == text.npos ? std::string_view() : text.substr(at + 1));
}

std::string whole_name(const control::User& user) {
  return user.first_name + (user.first_name.empty() || user.last_name.empty() ? "" : " ") + user.last_name;
}

std::optional<UserType> type_of(std::string_view word) {
  if (word == "mailbox" || word == "filter" || word == "forward" || word == "group") return control::parse_user_type(word);
  return {};
}

// A text alone is a list of one, and none where it is empty.
std::optional<std::vector<std::string>> inherited_list(oma::Fields& attributes, std::string_view name) {
  if (attributes.unsets(name)) return std::vector<std::string>();
  return attributes.list(name, kSenders, kValueBytes);
}

template <class T>
json::value shown(const std::optional<T>& setting) {
  return setting ? json::value(*setting) : json::value(nullptr);
}
json::value shown(const std::optional<ServiceState>& state) { return state ? json::value(feed::service_state_name(*state)) : json::value(nullptr); }

control::Change<ServiceState> read_state(oma::Fields& attributes, std::string_view name) {
  return read_inherited(attributes, name, [&] { return attributes.word(name, feed::parse_service_state); });
}
control::Change<std::uint64_t> read_number(oma::Fields& attributes, std::string_view name, std::uint64_t most) {
  return read_inherited(attributes, name, [&] { return attributes.number(name, most); });
}
control::Change<bool> read_flag(oma::Fields& attributes, std::string_view name) {
  return read_inherited(attributes, name, [&] { return attributes.flag(name); });
}

std::vector<std::pair<control::Service, std::optional<ServiceState>>> read_services(oma::Fields& attributes) {
  std::vector<std::pair<control::Service, std::optional<ServiceState>>> made;
  for (const auto& [service, name] : kServiceNames)
    if (const auto state = read_state(attributes, "service_" + std::string(name))) made.emplace_back(service, *state);
  return made;
}

}  // namespace

std::optional<std::string> inherited_text(oma::Fields& attributes, std::string_view name, std::size_t most) {
  if (attributes.unsets(name)) return std::string();
  return attributes.text(name, most);
}

control::SettingsEdit read_common(oma::Fields& attributes) {
  control::SettingsEdit edit;
  edit.allow = inherited_list(attributes, "allow");
  edit.block = inherited_list(attributes, "block");
  edit.spam_header = inherited_text(attributes, "spamheader");
  edit.filter_delivery = inherited_text(attributes, "filterdelivery");
  edit.rejects_spam = read_flag(attributes, "reject_spam");
  edit.sent_limit = read_number(attributes, "smtp_sent_limit", feed::kSentMost);
  edit.webmail_relay = read_state(attributes, "service_smtprelay_webmail");
  edit.brand = inherited_text(attributes, "brand");
  edit.notes = attributes.text("notes_external", kValueBytes, true);
  return edit;
}

void read_defaults(oma::Fields& attributes, control::SettingsEdit& edit) {
  edit.password_strength = inherited_text(attributes, "password_strength", 16);
  edit.quota_bytes = read_number(attributes, "quota", kQuotaMost);
  edit.quota_maximum = read_number(attributes, "quota_maximum", kQuotaMost);
  edit.services = read_services(attributes);
  edit.workgroup = inherited_text(attributes, "workgroup");
}

UserAttributes read_user(oma::Fields& attributes) {
  UserAttributes made;
  auto& settings = made.settings;
  settings.more = read_common(attributes);
  auto& more = settings.more;
  more.response = attributes.text("autoresponder", kLongBytes, true);
  more.responds = attributes.flag("delivery_autoresponder");
  more.response_interval_hours = attributes.number("autoresponder_option_interval", kHoursMost);
  if (const auto end = attributes.number("autoresponder_option_enddate", kTimeMost)) more.response_ends_at = static_cast<std::int64_t>(*end);
  more.uses_filter = read_flag(attributes, "delivery_filter");
  more.forwards = attributes.flag("delivery_forward");
  more.keeps_copy = attributes.flag("delivery_local");
  more.forward_to = attributes.list("forward_recipients", kRecipients, kNameBytes);
  more.forward_subject_prefix = attributes.text("forward_option_subject_prefix", kValueBytes);
  more.forward_reply_to = attributes.text("forward_option_reply_to", kValueBytes);
  more.forward_restricted = attributes.flag("forward_option_restricted");
  settings.workgroup = attributes.text("workgroup", kValueBytes);
  if (const auto name = attributes.text("name", kValueBytes)) read_name(settings, *name);
  settings.title = attributes.text("title", kValueBytes);
  settings.phone = attributes.text("phone", kValueBytes);
  settings.fax = attributes.text("fax", kValueBytes);
  read_own(attributes, settings);
  settings.quota_bytes = read_number(attributes, "quota", kQuotaMost);
  settings.password = attributes.text("password", kValueBytes);
  made.type = attributes.word("type", type_of);
  made.aliases = attributes.list("aliases", kAliases, kNameBytes);
  settings.services = read_services(attributes);
  settings.sieve = attributes.text("sieve", control::kSieveBytes, true);
  const bool is_elsewhere = more.forwards.value_or(false) || more.responds.value_or(false) || more.keeps_copy.value_or(false);
  if (is_elsewhere && more.uses_filter && more.uses_filter->value_or(false))
    attributes.bad("delivery_filter", "excludes the other ways of delivery");
  attributes.no_others();
  return made;
}

void show_common(json::object& into, const control::Settings& settings) {
  const auto& mail = settings.mail;
  into["allow"] = json::value_from(mail.allow);
  into["block"] = json::value_from(mail.block);
  into["brand"] = settings.brand;
  into["filterdelivery"] = mail.filter_delivery;
  into["language"] = settings.language;
  into["notes_external"] = settings.notes;
  into["reject_spam"] = shown(mail.rejects_spam);
  into["smtp_sent_limit"] = shown(mail.sent_limit);
  into["service_smtprelay_webmail"] = shown(mail.webmail_relay);
  into["spamfolder"] = mail.spam_folder;
  into["spamheader"] = mail.spam_header;
  into["spamlevel"] = mail.spam_level;
  into["spamtag"] = mail.spam_tag;
  into["timezone"] = settings.timezone;
}

void show_defaults(json::object& into, const control::Settings& settings) {
  into["password_strength"] = settings.password_strength.empty() ? "null" : settings.password_strength;
  into["quota"] = shown(settings.quota_bytes);
  into["quota_maximum"] = shown(settings.quota_maximum);
  for (const auto& [service, name] : kServiceNames) into["service_" + std::string(name)] = shown(settings.service(service));
  into["workgroup"] = settings.workgroup.empty() ? json::value(nullptr) : json::value(settings.workgroup);
}

json::object user_attributes(const control::UserView& view, std::string_view domain) {
  const auto& user = view.user;
  json::object made{{"account", user.local + "@" + std::string(domain)}};
  show_common(made, view.effective);
  made["aliases"] = json::value_from(view.aliases);
  const auto responder = view.effective.mail.autoresponder.value_or(feed::Autoresponder{});
  made["autoresponder"] = responder.text;
  made["autoresponder_option_interval"] = responder.interval_hours;
  if (responder.ends_at != 0) made["autoresponder_option_enddate"] = responder.ends_at;
  made["delivery_autoresponder"] = responder.is_on;
  const auto forwarding = view.effective.mail.forwarding.value_or(feed::Forwarding{});
  const bool is_elsewhere = user.type == UserType::Forward || user.type == UserType::Group;
  const bool uses_filter = user.type == UserType::Filter || view.effective.mail.uses_filter.value_or(false);
  made["delivery_filter"] = uses_filter;
  made["delivery_forward"] = is_elsewhere || forwarding.is_on;
  made["delivery_local"] = user.type == UserType::Mailbox && !uses_filter && (!forwarding.is_on || forwarding.keeps_copy);
  made["forward_option_reply_to"] = forwarding.reply_to;
  made["forward_option_restricted"] = forwarding.is_restricted;
  made["forward_option_subject_prefix"] = forwarding.subject_prefix;
  made["forward_recipients"] = json::value_from(is_elsewhere ? user.targets : forwarding.targets);
  made["name"] = whole_name(user);
  made["title"] = user.title;
  made["phone"] = user.phone;
  made["fax"] = user.fax;
  made["quota"] = user.quota_bytes;
  for (const auto& [service, name] : kServiceNames) made["service_" + std::string(name)] = feed::service_state_name(user.services.of(service));
  if (user.type != UserType::Group) made["sieve"] = view.sieve;
  made["type"] = control::user_type_name(user.type);
  made["workgroup"] = view.workgroup;
  return made;
}

json::array settable_of_user() {
  json::array made;
  for (const auto name : kSettable) made.emplace_back(name);
  return made;
}

}  // namespace postroad::omad
