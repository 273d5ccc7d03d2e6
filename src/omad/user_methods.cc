#include <algorithm>

#include "base/text.h"
#include "control/errors.h"
#include "omad/administrator_methods.h"
#include "omad/mailbox_methods.h"
#include "omad/user_metadata.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::UserType;

namespace {

constexpr const char* kWorkgroup = "staff";  // of new users, where none is named and their domain has no other for them

// What new users have, and what there is to have.
json::object metadata_of_nobody(const std::string& workgroup) {
  return {{"defaults", {{"type", "mailbox"}, {"workgroup", workgroup.empty() ? kWorkgroup : workgroup}}}, {"options", options_of_user()}};
}

bool lacks(const Error& error, std::string_view code) { return error.code == code; }

// Local parts, of addresses of the user's own domain.
Result<> read_aliases(const Address& who, UserAttributes& given) {
  if (!given.aliases) return {};
  auto& locals = given.settings.aliases.emplace();
  for (const auto& alias : *given.aliases) {
    auto address = address_of(alias);
    if (!address.domain.empty() && !equal_nocase(address.domain, who.domain))
      return fail(Fault::Refused, "'aliases' are of the user's own domain", std::string(control::code::kBadValue));
    locals.push_back(std::move(address.local));
  }
  return {};
}

Answering create(Call call, Address who, UserAttributes given) {
  CO_TRY_OK(read_aliases(who, given));
  auto& settings = given.settings;
  const auto type = given.type.value_or(UserType::Mailbox);
  if (type == UserType::Forward || type == UserType::Group) settings.targets = std::exchange(settings.more.forward_to, std::nullopt);
  control::NewUser spec{.domain = who.domain, .local = who.local, .type = type, .settings = std::move(settings), .default_workgroup = kWorkgroup};
  CO_TRY(const auto receipt, co_await call.api.users.create(call.caller, std::move(spec)));
  co_return answer_of(receipt);
}

Answering change(Call call, Address who, control::UserView view, UserAttributes given) {
  CO_TRY_OK(read_aliases(who, given));
  auto& settings = given.settings;
  const auto now = view.user.type;
  if (given.type && *given.type != now) {
    if (now != UserType::Filter || *given.type != UserType::Mailbox)
      co_return fail(Fault::Refused, "'type' can't be changed from " + std::string(control::user_type_name(now)) + " to " +
                                         std::string(control::user_type_name(*given.type)), std::string(control::code::kBadValue));
    settings.becomes_mailbox = true;
  }
  if (now == UserType::Forward || now == UserType::Group) {
    settings.targets = std::exchange(settings.more.forward_to, std::nullopt);
    if (settings.more.forwards.value_or(false)) settings.more.forwards.reset();  // so it does
  }
  CO_TRY(const auto receipt, co_await call.api.users.change(call.caller, who.domain, who.local, control::kAnyUser, std::move(settings)));
  co_return answer_of(receipt);
}

}  // namespace

// A user that does not exist but could be made: a failure that says what may be set.
Answering get_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  if (is_administrators(who.domain)) co_return co_await get_administrator(std::move(call), who);
  auto view = co_await call.api.users.get(call.caller, who.domain, who.local, control::kAnyUser);
  if (!view) {
    if (!lacks(view.error(), control::code::kNoUser)) co_return std::unexpected(std::move(view).error());
    const auto domain = co_await call.api.domains.get(call.caller, who.domain);  // not everybody who sees users sees it
    auto metadata = metadata_of_nobody(domain ? domain->effective.workgroup : std::string());
    co_return Answer{{{"settable_attributes", settable_of_user()}, {"metadata", std::move(metadata)}}, std::move(view).error()};
  }
  if (view->user.type == UserType::Alias)
    co_return fail(Fault::Refused, "it is an alias of " + view->alias_of + "@" + lower(who.domain), std::string(control::code::kWrongType));
  json::array app_passwords;
  if (view->user.type == UserType::Mailbox) {
    CO_TRY(const auto lines, co_await call.api.app_passwords.list(call.caller, who.domain, who.local));
    for (const auto& line : lines) app_passwords.push_back({{"created", epoch(line.created_at)}, {"tag", line.tag}});
  }
  CO_TRY(const auto use, co_await call.api.statistics.use(call.caller, who.local + "@" + who.domain));
  const auto when = [](const std::optional<Time>& time) { return time ? json::value(epoch(*time)) : json::value(nullptr); };
  json::object metadata{{"createtime", epoch(view->user.created_at)},
                        {"app_passwords", std::move(app_passwords)},
                        {"quota", {{"bytes_max", view->user.quota_bytes}, {"bytes_used", use.stored.bytes}, {"messages_max", nullptr}, {"messages_used", use.stored.messages}}},
                        {"last_login", {{"imap4", when(use.last_imap)}, {"pop3", when(use.last_pop)}, {"webmail", nullptr}, {"smtprelay", nullptr}}},
                        {"statistics_as_of", when(use.as_of)},
                        {"special_folders", {{"spam", view->effective.mail.spam_folder}}}};
  co_await add_own_metadata(&call, who, &*view, use.stored.bytes, &metadata);
  if (view->user.type == UserType::Mailbox) co_await add_mailbox_metadata(&call, who, &metadata);
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
  if (is_administrators(who.domain)) {
    auto attributes = attributes_of(request);
    CO_TRY_OK(request.result());
    co_return co_await change_administrator(std::move(call), who, std::move(attributes), create_only);
  }
  oma::Fields attributes(attributes_of(request), "attributes");
  attributes.same("account", lower(who.local + "@" + who.domain));
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

// It can be restored for a while. An alias goes by its mailbox's `aliases`.
Answering delete_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  if (is_administrators(who.domain)) co_return co_await delete_administrator(std::move(call), who);
  auto done = co_await call.api.users.erase(call.caller, who.domain, who.local, {UserType::Mailbox, UserType::Filter, UserType::Forward, UserType::Group});
  if (done) co_return answer_of(*done);
  if (!lacks(done.error(), control::code::kNoUser)) co_return std::unexpected(std::move(done).error());
  const auto alias = co_await call.api.users.get(call.caller, who.domain, who.local, {UserType::Alias});
  if (!alias) co_return std::unexpected(std::move(done).error());
  co_return fail(Fault::Refused, "it is an alias of " + alias->alias_of + "@" + lower(who.domain), std::string(control::code::kWrongType));
}

// By name, or by the id that search_users tells of deleted users: that alone will do. `workgroup`: where the old one is gone.
Answering restore_user(Call call) {
  oma::Fields request(call.members, "");
  const auto user = request.text("user", kNameBytes).value_or("");
  const auto id = request.text("id", kNameBytes).value_or("");
  const auto new_name = address_of(request.text("new_name", kNameBytes).value_or(""));
  const auto workgroup = request.text("workgroup", kNameBytes).value_or("");
  if (user.empty() && id.empty()) request.bad("user", "or id is missing");
  CO_TRY_OK(request.result());
  const auto who = address_of(user);
  if (is_administrators(who.domain)) co_return refuse_administrator("restored: make it again");
  if (id.empty() && who.domain.empty()) co_return fail(Fault::Refused, "'user' is no address", std::string(control::code::kBadValue));
  CO_TRY(const auto receipt, co_await call.api.users.restore(call.caller, who.domain, id.empty() ? who.local : id, new_name.local, workgroup));
  co_return answer_of(receipt);
}

Answering rename_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  const auto new_name = address_of(request.needed("new_name", kNameBytes));
  if (!new_name.domain.empty() && !equal_nocase(new_name.domain, who.domain)) request.bad("new_name", "is in another domain");
  CO_TRY_OK(request.result());
  if (is_administrators(who.domain)) co_return refuse_administrator("renamed: make another");
  CO_TRY(const auto receipt, co_await call.api.users.rename(call.caller, who.domain, who.local, control::kAnyUser, new_name.local));
  co_return answer_of(receipt);
}

}  // namespace postroad::omad
