#include "appd/administrators.h"
#include "appd/command.h"

// Users without a mailbox: mailing lists (group aliases), and those whose mail only goes on elsewhere.
namespace postroad::appd {
namespace {

using control::UserType;

control::UserSettings settings_of(const Call& call, std::string_view targets) {
  control::UserSettings settings;
  settings.workgroup = call.maybe("workgroup");
  settings.spam_level = call.maybe("spam_level");
  if (const auto list = call.maybe(targets)) settings.targets = app::parse_list(*list);
  return settings;
}

Answering create(Call call, UserType type, std::string_view name, std::string_view targets) {
  CO_TRY_OK(not_administrators(call.text("domain")));
  co_return co_await call.api.users.create(
      call.caller, {.domain = call.text("domain"), .local = call.text(name), .type = type, .settings = settings_of(call, targets)});
}

Answering erase(Call call, UserType type, std::string_view name) {
  co_return co_await call.api.users.erase(call.caller, call.text("domain"), call.text(name), {type});
}

}  // namespace

Answering create_group(Call call) { return create(std::move(call), UserType::Group, "group_alias_mailbox", "alias_to_email_cdl"); }

Answering change_group(Call call) {
  co_return co_await call.api.users.change(call.caller, call.text("domain"), call.text("group_alias_mailbox"), {UserType::Group},
                                           settings_of(call, "alias_to_email_cdl"));
}

Answering get_group(Call call) {
  CO_TRY(const auto view, co_await call.api.users.get(call.caller, call.text("domain"), call.text("group_alias_mailbox"), {UserType::Group}));
  co_return app::Record{{"GROUP_ALIAS_MAILBOX", view.user.local},
                        {"WORKGROUP", view.workgroup},
                        {"ALIAS_TO_EMAIL_CDL", joined(view.user.targets)},
                        {"SPAM_LEVEL", view.user.spam.level},
                        {"PROVISIONING_STATE", view.is_queued ? "queued" : "applied"}};
}

Answering delete_group(Call call) { return erase(std::move(call), UserType::Group, "group_alias_mailbox"); }

Answering create_forward(Call call) { return create(std::move(call), UserType::Forward, "mailbox", "forward_email"); }

Answering change_forward(Call call) {
  auto settings = settings_of(call, "forward_email");
  if (auto new_name = call.text("new_mailbox_name"); !new_name.empty()) settings.new_local = std::move(new_name);
  co_return co_await call.api.users.change(call.caller, call.text("domain"), call.text("mailbox"), {UserType::Forward}, std::move(settings));
}

// This attribute and no other: a client takes the whole line for it.
Answering get_forward(Call call) {
  CO_TRY(const auto view, co_await call.api.users.get(call.caller, call.text("domain"), call.text("mailbox"), {UserType::Forward}));
  co_return app::Record{{"FORWARD_EMAIL", joined(view.user.targets)}};
}

Answering delete_forward(Call call) { return erase(std::move(call), UserType::Forward, "mailbox"); }

}  // namespace postroad::appd
