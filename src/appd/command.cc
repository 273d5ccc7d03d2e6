#include "appd/command.h"

#include <fmt/chrono.h>

#include <algorithm>

#include "base/text.h"
#include "control/errors.h"

namespace postroad::appd {
namespace {

constexpr Verb kVerbs[] = {
    // name  required attributes  one of these  run
    {"CREATE_DOMAIN", "domain", "", create_domain},
    {"CHANGE_DOMAIN", "domain", "", change_domain},
    {"GET_DOMAIN", "domain", "", get_domain},
    {"DELETE_DOMAIN", "domain", "", delete_domain},
    {"CREATE_DOMAIN_ALIAS", "domain alias", "", create_domain_alias},
    {"DELETE_DOMAIN_ALIAS", "alias", "", delete_domain_alias},
    {"CREATE_DOMAIN_WELCOME_EMAIL", "domain welcome_text welcome_subject from_name from_address charset mime_type", "", create_welcome},
    {"DELETE_DOMAIN_WELCOME_EMAIL", "domain", "", delete_welcome},
    {"GET_COMPANY_DOMAINS", "", "", get_company_domains},
    {"GET_DOMAIN_BRAND", "domain", "", get_domain_brand},
    {"SET_DOMAIN_BRAND", "domain", "", set_domain_brand},
    {"SET_DOMAIN_ADMIN", "domain mailbox", "", set_domain_admin},
    {"SET_DOMAIN_CATCH_ALL_MAILBOX", "domain", "", set_domain_catch_all_mailbox},
    {"SET_DOMAIN_DISABLED_STATUS", "domain disabled", "", set_domain_disabled_status},
    {"GET_NUM_DOMAIN_MAILBOXES", "domain", "", get_num_domain_mailboxes},
    {"GET_DOMAIN_MAILBOXES", "domain", "", get_domain_mailboxes},
    {"GET_DOMAIN_MAILBOX_LIMITS", "domain", "", get_domain_mailbox_limits},
    {"SET_DOMAIN_MAILBOX_LIMITS", "domain", "", set_domain_mailbox_limits},
    {"GET_DOMAIN_ALLOW_LIST", "domain", "", get_domain_allow_list},
    {"SET_DOMAIN_ALLOW_LIST", "domain list", "", set_domain_allow_list},
    {"GET_DOMAIN_BLOCK_LIST", "domain", "", get_domain_block_list},
    {"SET_DOMAIN_BLOCK_LIST", "domain list", "", set_domain_block_list},

    {"CREATE_WORKGROUP", "domain workgroup", "", create_workgroup},
    {"DELETE_WORKGROUP", "domain workgroup", "", delete_workgroup},
    {"GET_DOMAIN_WORKGROUPS", "domain", "", get_domain_workgroups},
    {"SET_WORKGROUP_ADMIN", "domain mailbox", "", set_workgroup_admin},

    {"CREATE_MAILBOX", "domain mailbox workgroup password", "", create_mailbox},
    {"CHANGE_MAILBOX", "domain mailbox",
     "workgroup password filteronly first_name last_name phone fax title timezone language lang spam_tag spam_folder spam_level",
     change_mailbox},
    {"GET_MAILBOX", "domain mailbox", "", get_mailbox},
    {"GET_MAILBOX_ANY", "domain mailbox", "", get_mailbox_any},
    {"DELETE_MAILBOX", "domain mailbox", "", delete_mailbox},
    {"DELETE_MAILBOX_ANY", "domain mailbox", "", delete_mailbox_any},
    {"RENAME_MAILBOX", "domain old_mailbox new_mailbox", "", rename_mailbox},
    {"GET_MAILBOX_AVAILABILITY", "domain mailbox_list", "", get_mailbox_availability},
    {"GET_ALTERNATE_MAILBOX_NAMES", "mailbox_list", "", get_alternate_mailbox_names},
    {"VERIFY_PASSWORD", "domain mailbox password", "", verify_password},
    {"GET_ADMIN", "domain mailbox", "", get_admin},
    {"SET_MAIL_ADMIN", "domain mailbox", "", set_mail_admin},
    {"CREATE_ALIAS_MAILBOX", "domain alias_mailbox mailbox", "", create_alias_mailbox},
    {"GET_MAILBOX_ALLOW_LIST", "domain mailbox", "", get_mailbox_allow_list},
    {"SET_MAILBOX_ALLOW_LIST", "domain mailbox list", "", set_mailbox_allow_list},
    {"GET_MAILBOX_BLOCK_LIST", "domain mailbox", "", get_mailbox_block_list},
    {"SET_MAILBOX_BLOCK_LIST", "domain mailbox list", "", set_mailbox_block_list},
    {"GET_MAILBOX_AUTORESPOND", "domain mailbox", "", get_mailbox_autorespond},
    {"SET_MAILBOX_AUTORESPOND", "domain mailbox", "state text", set_mailbox_autorespond},
    {"GET_MAILBOX_FORWARD", "domain mailbox", "", get_mailbox_forward},
    {"SET_MAILBOX_FORWARD", "domain mailbox", "forward keep_copy state", set_mailbox_forward},
    {"GET_MAILBOX_SUSPENSION", "domain mailbox", "", get_mailbox_suspension},
    {"SET_MAILBOX_SUSPENSION", "domain mailbox", "smtpin smtprelay imap pop webmail", set_mailbox_suspension},
    {"GET_MAILBOX_STATUS", "domain mailbox", "", get_mailbox_suspension},
    {"SET_MAILBOX_STATUS", "domain mailbox", "smtpin smtprelay imap pop webmail", set_mailbox_suspension},
    {"GET_MAILBOX_SERVICES", "domain mailbox", "", get_mailbox_suspension},
    {"SET_MAILBOX_SERVICES", "domain mailbox", "smtpin smtprelay imap pop webmail", set_mailbox_suspension},
    {"GET_MAILBOX_QUOTA", "domain mailbox", "", get_mailbox_quota},
    {"SET_MAILBOX_QUOTA", "domain mailbox quota", "", set_mailbox_quota},
    {"SHOW_AVAILABLE_OFFERINGS", "domain mailbox", "", show_available_offerings},
    {"SHOW_ENABLED_OFFERINGS", "domain mailbox", "", show_enabled_offerings},
    {"ENABLE_OFFERING", "domain mailbox offering_id", "", enable_offering},
    {"DISABLE_OFFERING", "mailbox_offering_id", "", disable_offering},

    {"CREATE_GROUP_ALIAS_MAILBOX", "domain group_alias_mailbox workgroup alias_to_email_cdl", "", create_group},
    {"CHANGE_GROUP_ALIAS_MAILBOX", "domain group_alias_mailbox", "alias_to_email_cdl spam_level", change_group},
    {"GET_GROUP_ALIAS_MAILBOX", "domain group_alias_mailbox", "", get_group},
    {"DELETE_GROUP_ALIAS_MAILBOX", "domain group_alias_mailbox", "", delete_group},

    {"CREATE_MAILBOX_FORWARD_ONLY", "domain mailbox workgroup forward_email", "", create_forward},
    {"CHANGE_MAILBOX_FORWARD_ONLY", "domain mailbox", "", change_forward},
    {"GET_MAILBOX_FORWARD_ONLY", "domain mailbox", "", get_forward},
    {"DELETE_MAILBOX_FORWARD_ONLY", "domain mailbox", "", delete_forward},

    {"RESTORE_DOMAIN", "domain", "", restore_domain},
    {"PUSH_DOMAIN", "domain company", "", push_domain},
    {"RESTORE_MAILBOX", "domain mailbox", "", restore_mailbox},
    {"GET_DELETED_MAILBOXES", "domain", "", get_deleted_mailboxes},
    {"SET_OFFERING", "offering_id name", "", set_offering},

    {"GET_CHANGE", "change", "", get_change},
    {"WAIT_CHANGE", "change", "", wait_change},
};

}  // namespace

const Verb* find_verb(std::string_view name) {
  const auto at = std::ranges::find(kVerbs, name, &Verb::name);
  return at == std::end(kVerbs) ? nullptr : at;
}

std::optional<std::string> missing_attribute(const Verb& verb, const app::Request& request) {
  if (!verb.required.empty())
    for (const auto name : split(verb.required, ' '))
      if (request.find(name) == nullptr) return "attribute " + std::string(name) + " is missing";
  if (verb.one_of.empty()) return std::nullopt;
  for (const auto name : split(verb.one_of, ' '))
    if (request.find(name) != nullptr) return std::nullopt;
  return "one of these attributes is needed: " + std::string(verb.one_of);
}

std::string joined(const std::vector<std::string>& entries) {
  std::string made;
  for (const auto& entry : entries) made += (made.empty() ? "" : ",") + entry;
  return made;
}

std::string time_text(Time at) {
  if (at == Time{}) return {};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()));
}

std::string Call::text(std::string_view name) const { return maybe(name).value_or(""); }

std::optional<std::string> Call::maybe(std::string_view name) const {
  const auto* const value = request.find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<bool> Call::flag(std::string_view name, bool otherwise) const {
  const auto* const value = request.find(name);
  if (value == nullptr) return otherwise;
  const auto parsed = app::parse_flag(*value);
  if (!parsed) return fail(Fault::Refused, std::string(name) + ": expected T or F", std::string(control::code::kBadValue));
  return *parsed;
}

Result<std::optional<std::uint64_t>> Call::number(std::string_view name, std::uint64_t most) const {
  const auto* const value = request.find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  const auto parsed = parse_number(*value, most);
  if (!parsed)
    return fail(Fault::Refused, std::string(name) + ": expected a number of at most " + std::to_string(most), std::string(control::code::kBadValue));
  return parsed;
}

}  // namespace postroad::appd
