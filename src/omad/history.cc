#include "omad/history.h"

#include <algorithm>

namespace postroad::omad {
namespace {

// An attribute, and the columns and settings that hold it.
struct Audited {
  std::string_view attribute;
  std::string_view field;
};
constexpr Audited kAudited[] = {
    {"account", "local"},
    {"aliases", "alias_of"},
    {"allow", "mail.allow"},
    {"autoresponder", "mail.autoresponder"},
    {"autoresponder_option_enddate", "mail.autoresponder"},
    {"autoresponder_option_interval", "mail.autoresponder"},
    {"block", "mail.block"},
    {"brand", "own.brand"},
    {"delivery_autoresponder", "mail.autoresponder"},
    {"delivery_filter", "mail.uses_filter"},
    {"delivery_forward", "mail.forwarding"},
    {"delivery_local", "mail.forwarding"},
    {"fax", "fax"},
    {"filterdelivery", "mail.filter_delivery"},
    {"forward_option_reply_to", "mail.forwarding"},
    {"forward_option_restricted", "mail.forwarding"},
    {"forward_option_subject_prefix", "mail.forwarding"},
    {"forward_recipients", "mail.forwarding"},
    {"forward_recipients", "targets"},
    {"language", "language"},
    {"name", "first_name"},
    {"name", "last_name"},
    {"notes_external", "own.notes"},
    {"password", "password_hash"},
    {"phone", "phone"},
    {"quota", "quota_bytes"},
    {"reject_spam", "mail.rejects_spam"},
    {"service_imap4", "services"},
    {"service_pop3", "services"},
    {"service_smtpin", "services"},
    {"service_smtprelay", "services"},
    {"service_smtprelay_webmail", "mail.webmail_relay"},
    {"service_webmail", "services"},
    {"sieve", "script"},
    {"smtp_sent_limit", "mail.sent_limit"},
    {"spamfolder", "spam_folder"},
    {"spamheader", "mail.spam_header"},
    {"spamlevel", "spam_level"},
    {"spamtag", "spam_tag"},
    {"timezone", "timezone"},
    {"title", "title"},
    {"type", "type"},
    {"workgroup", "workgroup"},
};

}  // namespace

std::vector<std::string> audited_fields(std::string_view attribute) {
  std::vector<std::string> made;
  for (const auto& row : kAudited)
    if (row.attribute == attribute) made.emplace_back(row.field);
  return made;
}

}  // namespace postroad::omad
