#include "appd/administrators.h"
#include "appd/command.h"
#include "base/text.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::appd {
namespace {

using control::Service;
using control::ServiceState;
using control::UserType;
using control::UserTypes;

constexpr std::uint64_t kQuotaMost = 1ULL << 50;

UserTypes mailboxes() { return {UserType::Mailbox, UserType::Filter}; }

// The attributes that users of all types share.
control::UserSettings settings_of(const Call& call) {
  control::UserSettings settings;
  settings.workgroup = call.maybe("workgroup");
  settings.password = call.maybe("password");
  settings.first_name = call.maybe("first_name");
  settings.last_name = call.maybe("last_name");
  settings.title = call.maybe("title");
  settings.phone = call.maybe("phone");
  settings.fax = call.maybe("fax");
  settings.timezone = call.maybe("timezone");
  settings.language = call.request.find("language") != nullptr ? call.maybe("language") : call.maybe("lang");
  settings.spam_tag = call.maybe("spam_tag");
  settings.spam_folder = call.maybe("spam_folder");
  settings.spam_level = call.maybe("spam_level");
  return settings;
}

app::Record record_of(const control::UserView& view) {
  const auto& user = view.user;
  return {{"MAILBOX", user.local},
          {"WORKGROUP", view.workgroup},
          {"FIRST_NAME", user.first_name},
          {"LAST_NAME", user.last_name},
          {"TITLE", user.title},
          {"PHONE", user.phone},
          {"FAX", user.fax},
          {"TIMEZONE", user.timezone},
          {"LANGUAGE", user.language},
          {"FILTERONLY", user.type == UserType::Filter ? "T" : "F"},
          {"SPAM_TAG", user.spam.tag},
          {"SPAM_FOLDER", user.spam.folder},
          {"SPAM_LEVEL", user.spam.level},
          {"PROVISIONING_STATE", view.is_queued ? "queued" : "applied"},
          {"TYPE", std::string(control::user_type_name(user.type))}};
}

Answering get_of_types(Call call, UserTypes types) {
  CO_TRY(const auto view, co_await call.api.users.get(call.caller, call.text("domain"), call.text("mailbox"), std::move(types)));
  co_return record_of(view);
}

}  // namespace

Answering create_mailbox(Call call) {
  CO_TRY_OK(not_administrators(call.text("domain")));
  CO_TRY(const auto filter_only, call.flag("filteronly", false));
  co_return co_await call.api.users.create(call.caller, {.domain = call.text("domain"),
                                                         .local = call.text("mailbox"),
                                                         .type = filter_only ? UserType::Filter : UserType::Mailbox,
                                                         .settings = settings_of(call)});
}

Answering change_mailbox(Call call) {
  auto settings = settings_of(call);
  if (call.request.find("filteronly") != nullptr) {
    CO_TRY(const auto filter_only, call.flag("filteronly", false));
    if (filter_only)
      co_return fail(Fault::Refused, "filteronly: a mailbox can't become filter-only", std::string(control::code::kBadValue));
    settings.becomes_mailbox = true;
  }
  co_return co_await call.api.users.change(call.caller, call.text("domain"), call.text("mailbox"), mailboxes(), std::move(settings));
}

Answering get_mailbox(Call call) { return get_of_types(std::move(call), mailboxes()); }

Answering get_mailbox_any(Call call) { return get_of_types(std::move(call), control::kAnyUser); }

Answering delete_mailbox(Call call) {
  co_return co_await call.api.users.erase(call.caller, call.text("domain"), call.text("mailbox"), mailboxes());
}

Answering delete_mailbox_any(Call call) {
  co_return co_await call.api.users.erase(call.caller, call.text("domain"), call.text("mailbox"), control::kAnyUser);
}

Answering rename_mailbox(Call call) {
  co_return co_await call.api.users.rename(call.caller, call.text("domain"), call.text("old_mailbox"), mailboxes(), call.text("new_mailbox"));
}

// T: taken.
Answering get_mailbox_availability(Call call) {
  CO_TRY(const auto taken, co_await call.api.users.taken(call.caller, call.text("domain"), app::parse_list(call.text("mailbox_list"))));
  std::string list;
  for (const bool is_taken : taken) list += std::string(list.empty() ? "" : ",") + (is_taken ? "T" : "F");
  co_return app::Record{{"AVAILABLE_LIST", list}};
}

namespace {

constexpr std::size_t kAlternatives = 3;  // of each name
constexpr std::size_t kNamesMost = 100;

// Like the name, and not it: a number behind it, the shorter name where it is long.
std::vector<std::string> alternatives_of(const std::string& name) {
  std::vector<std::string> made;
  for (int number = 1; made.size() < 3 * kAlternatives; ++number) made.push_back(name.substr(0, 60) + std::to_string(number));
  return made;
}

}  // namespace

// Names like those asked for, of each three; where a domain is named, only such as are free there.
Answering get_alternate_mailbox_names(Call call) {
  const auto names = app::parse_list(call.text("mailbox_list"));
  if (names.size() > kNamesMost) co_return fail(Fault::Refused, "mailbox_list: at most 100 names", std::string(control::code::kBadValue));
  const auto domain = call.text("domain");
  std::vector<std::string> made;
  for (const auto& name : names) {
    auto alternatives = alternatives_of(name);
    std::vector<bool> taken(alternatives.size(), false);
    if (!domain.empty()) {
      CO_TRY(taken, co_await call.api.users.taken(call.caller, domain, alternatives));
    }
    std::size_t found = 0;
    for (std::size_t at = 0; at < alternatives.size() && found < kAlternatives; ++at) {
      if (taken[at] || !control::local_part(alternatives[at])) continue;
      made.push_back(alternatives[at]);
      ++found;
    }
  }
  co_return app::Record{{"ALTERNATE_LIST", joined(made)}};
}

Answering verify_password(Call call) {
  CO_TRY_OK(co_await call.api.users.verify_password(call.caller, call.text("domain"), call.text("mailbox"), call.text("password")));
  co_return "The password is right";
}

Answering create_alias_mailbox(Call call) {
  CO_TRY_OK(not_administrators(call.text("domain")));
  co_return co_await call.api.users.create_alias(call.caller, call.text("domain"), call.text("alias_mailbox"), call.text("mailbox"));
}

Answering get_mailbox_suspension(Call call) {
  CO_TRY(const auto view, co_await call.api.users.get(call.caller, call.text("domain"), call.text("mailbox"), mailboxes()));
  app::Record record;
  for (const auto service : feed::kServices)
    record.emplace_back(upper(feed::service_name(service)), view.user.services.of(service) == ServiceState::Suspended ? "T" : "F");
  co_return record;
}

// T suspends, F lifts it; a service that is not named stays as it is, and so does one that is disabled.
Answering set_mailbox_suspension(Call call) {
  std::vector<std::pair<Service, bool>> suspended;
  for (const auto service : feed::kServices) {
    const auto name = feed::service_name(service);
    if (call.request.find(name) == nullptr) continue;
    CO_TRY(const auto is_suspended, call.flag(name, false));
    suspended.emplace_back(service, is_suspended);
  }
  co_return co_await call.api.users.suspend(call.caller, call.text("domain"), call.text("mailbox"), mailboxes(), std::move(suspended));
}

// In bytes; 0: no limit.
Answering get_mailbox_quota(Call call) {
  CO_TRY(const auto view, co_await call.api.users.get(call.caller, call.text("domain"), call.text("mailbox"), mailboxes()));
  co_return app::Record{{"QUOTA", std::to_string(view.user.quota_bytes)}};
}

Answering set_mailbox_quota(Call call) {
  control::UserSettings settings;
  CO_TRY(const auto quota, call.number("quota", kQuotaMost));
  if (!quota) co_return fail(Fault::Refused, "quota: expected a number of bytes", std::string(control::code::kBadValue));
  settings.quota_bytes.emplace(*quota);
  co_return co_await call.api.users.change(call.caller, call.text("domain"), call.text("mailbox"), mailboxes(), std::move(settings));
}

}  // namespace postroad::appd
