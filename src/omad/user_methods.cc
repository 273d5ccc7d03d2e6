#include "base/text.h"
#include "control/errors.h"
#include "omad/method.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::UserType;

namespace {

constexpr const char* kWorkgroup = "staff";  // of users whose workgroup nobody named; made where it is missing

// What new users have, and what there is to have.
json::object metadata_of_nobody() {
  return {{"defaults", {{"type", "mailbox"}, {"workgroup", kWorkgroup}}}, {"options", json::object()}};
}

bool lacks(const Error& error, std::string_view code) { return error.code == code; }

Answering create(Call call, Address who, UserAttributes given) {
  auto& settings = given.settings;
  if (!settings.workgroup || settings.workgroup->empty()) {
    settings.workgroup = kWorkgroup;
    const auto made = co_await call.api.workgroups.create(call.caller, who.domain, kWorkgroup);
    if (!made && made.error().code != control::code::kWorkgroupExists) co_return std::unexpected(made.error());
  }
  const auto type = given.type.value_or(UserType::Mailbox);
  if (type == UserType::Forward || type == UserType::Group) settings.targets = std::exchange(settings.more.forward_to, std::nullopt);
  CO_TRY(auto receipt, co_await call.api.users.create(call.caller, {.domain = who.domain, .local = who.local, .type = type, .settings = std::move(settings)}));
  if (!given.services.empty()) {
    CO_TRY(receipt, co_await call.api.users.set_services(call.caller, who.domain, who.local, control::kAnyUser, std::move(given.services)));
  }
  if (given.aliases) {
    CO_TRY(receipt, co_await call.api.users.set_aliases(call.caller, who.domain, who.local, std::move(*given.aliases)));
  }
  co_return answer_of(receipt);
}

Answering change(Call call, Address who, control::UserView view, UserAttributes given) {
  auto& settings = given.settings;
  const auto now = view.user.type;
  if (given.type && *given.type != now) {
    if (now != UserType::Filter || *given.type != UserType::Mailbox)
      co_return fail(Fault::Refused, "'type' can't be changed from " + std::string(control::user_type_name(now)) + " to " +
                                         std::string(control::user_type_name(*given.type)), std::string(control::code::kBadValue));
    settings.becomes_mailbox = true;
  }
  if (now == UserType::Forward || now == UserType::Group) settings.targets = std::exchange(settings.more.forward_to, std::nullopt);
  CO_TRY(auto receipt, co_await call.api.users.change(call.caller, who.domain, who.local, control::kAnyUser, std::move(settings)));
  if (!given.services.empty()) {
    CO_TRY(receipt, co_await call.api.users.set_services(call.caller, who.domain, who.local, control::kAnyUser, std::move(given.services)));
  }
  if (given.aliases) {
    CO_TRY(receipt, co_await call.api.users.set_aliases(call.caller, who.domain, who.local, std::move(*given.aliases)));
  }
  co_return answer_of(receipt);
}

}  // namespace

// A user that does not exist but could be made: a failure that says what may be set.
Answering get_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  auto view = co_await call.api.users.get(call.caller, who.domain, who.local, control::kAnyUser);
  if (!view) {
    if (!lacks(view.error(), control::code::kNoUser)) co_return std::unexpected(std::move(view).error());
    co_return Answer{{{"settable_attributes", settable_of_user()}, {"metadata", metadata_of_nobody()}}, std::move(view).error()};
  }
  if (view->user.type == UserType::Alias)
    co_return fail(Fault::Refused, "it is an alias of " + view->alias_of + "@" + lower(who.domain), std::string(control::code::kWrongType));
  json::object metadata{{"createtime", epoch(view->user.created_at)},
                        {"quota", {{"bytes_max", view->user.quota_bytes}}},
                        {"special_folders", {{"spam", view->effective.mail.spam_folder}}},
                        {"options", json::object()},
                        {"status", view->is_queued ? "queued" : "active"}};
  co_return Answer{{{"type", json::string(control::user_type_name(view->user.type))},
                    {"settable_attributes", settable_of_user()},
                    {"attributes", user_attributes(*view, lower(who.domain))},
                    {"metadata", std::move(metadata)}}};
}

// Makes the user, or changes it where it exists and `create_only` is not given.
Answering change_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  const bool create_only = request.flag("create_only").value_or(false);
  oma::Fields attributes(attributes_of(request), "attributes");
  auto given = read_user(attributes);
  request.join(attributes);
  CO_TRY_OK(request.result());
  auto view = co_await call.api.users.get(call.caller, who.domain, who.local, control::kAnyUser);
  if (!view && !lacks(view.error(), control::code::kNoUser)) co_return std::unexpected(std::move(view).error());
  if (!view) co_return co_await create(std::move(call), who, std::move(given));
  if (create_only) co_return fail(Fault::Conflict, "the user exists", std::string(control::code::kUserExists));
  if (view->user.type == UserType::Alias)
    co_return fail(Fault::Refused, "it is an alias of " + view->alias_of + "@" + lower(who.domain), std::string(control::code::kWrongType));
  co_return co_await change(std::move(call), who, std::move(*view), std::move(given));
}

// It can be restored for a while.
Answering delete_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.users.erase(call.caller, who.domain, who.local, control::kAnyUser));
  co_return answer_of(receipt);
}

// By name, or by the id that search_users tells of deleted users.
Answering restore_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  const auto id = request.text("id", kNameBytes).value_or("");
  const auto new_name = address_of(request.text("new_name", kNameBytes).value_or(""));
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.users.restore(call.caller, who.domain, id.empty() ? who.local : id, new_name.local));
  co_return answer_of(receipt);
}

Answering rename_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  const auto new_name = address_of(request.needed("new_name", kNameBytes));
  if (!new_name.domain.empty() && !equal_nocase(new_name.domain, who.domain)) request.bad("new_name", "is in another domain");
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.users.rename(call.caller, who.domain, who.local, control::kAnyUser, new_name.local));
  co_return answer_of(receipt);
}

}  // namespace postroad::omad
