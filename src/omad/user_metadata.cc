#include "omad/user_metadata.h"

#include "omad/administrator_methods.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::UserStatus;
using control::UserType;

json::object options_of_user() {
  const json::array states{"enabled", "disabled", "suspended"};
  json::object made{{"filterdelivery", {"quarantine", "passthrough"}},
                    {"language", valid_languages()},
                    {"spamlevel", {"Normal", "High", "Very High"}},
                    {"type", {"mailbox", "filter", "forward", "group"}},
                    {"service_smtprelay_webmail", states}};
  for (const auto& [service, name] : kServiceNames) made["service_" + std::string(name)] = states;
  return made;
}

namespace {

// As searches tell it.
UserStatus status_of(const control::User& user, std::uint64_t stored_bytes) {
  for (const auto service : feed::kServices)
    if (user.services.of(service) == control::ServiceState::Suspended) return UserStatus::Suspended;
  return user.quota_bytes > 0 && stored_bytes >= user.quota_bytes ? UserStatus::Full : UserStatus::Active;
}

}  // namespace

io::Task<void> add_own_metadata(Call* call, Address who, const control::UserView* view, std::uint64_t stored_bytes, json::object* metadata) {
  auto& made = *metadata;
  const auto& sent_limit = view->effective.mail.sent_limit;
  made["roles"] = json::object();
  if (view->user.type == UserType::Mailbox) {
    // Who administers workgroups alone sees no roles.
    const auto grants = co_await call->api.roles.of(call->caller, who.local, who.domain);
    if (grants) made["roles"] = roles_shown(*grants);
  }
  made["addressbook"] = {{"contacts", 0}, {"groups", 0}, {"total", 0}, {"max", 0}};
  made["smtp_limit"] = {{"max", sent_limit ? json::value(*sent_limit) : json::value(nullptr)}, {"sent", nullptr}};
  made["options"] = options_of_user();
  const auto status = status_of(view->user, stored_bytes);
  made["status"] = status == UserStatus::Active && view->is_queued ? "queued" : control::user_status_name(status);
}

}  // namespace postroad::omad
