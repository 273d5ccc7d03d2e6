#include "appd/command.h"
#include "control/errors.h"

// What domains and mailboxes set beyond their own attributes: lists of senders, autoresponder, forwarding, welcome mail.
namespace postroad::appd {
namespace {

using control::SettingsEdit;
using control::UserType;
using control::UserTypes;

constexpr std::uint64_t kTimeMost = 1ULL << 40;
constexpr std::uint64_t kHoursMost = 24 * 366;

UserTypes mailboxes() { return {UserType::Mailbox, UserType::Filter}; }

Answering change_domain_settings(Call call, SettingsEdit edit) {
  control::DomainSettings settings;
  settings.more = std::move(edit);
  co_return co_await call.api.domains.change(call.caller, call.text("domain"), std::move(settings));
}
Answering change_mailbox_settings(Call call, SettingsEdit edit) {
  control::UserSettings settings;
  settings.more = std::move(edit);
  co_return co_await call.api.users.change(call.caller, call.text("domain"), call.text("mailbox"), mailboxes(), std::move(settings));
}
io::Task<Result<control::UserView>> mailbox_of(Call call) {
  co_return co_await call.api.users.get(call.caller, call.text("domain"), call.text("mailbox"), mailboxes());
}

// Which of the two lists.
using Kept = std::vector<std::string> feed::Settings::*;
using Given = std::optional<std::vector<std::string>> SettingsEdit::*;

SettingsEdit list_edit(const Call& call, Given list) {
  SettingsEdit edit;
  edit.*list = app::parse_list(call.text("list"));
  return edit;
}
Answering get_of_domain(Call call, Kept list) {
  CO_TRY(const auto view, co_await call.api.domains.get(call.caller, call.text("domain")));
  co_return app::Record{{"LIST", joined(view.own.mail.*list)}};
}
Answering get_of_mailbox(Call call, Kept list) {
  CO_TRY(const auto view, co_await mailbox_of(call));
  co_return app::Record{{"LIST", joined(view.own.mail.*list)}};
}
Answering set_of_domain(Call call, Given list) {
  auto edit = list_edit(call, list);
  return change_domain_settings(std::move(call), std::move(edit));
}
Answering set_of_mailbox(Call call, Given list) {
  auto edit = list_edit(call, list);
  return change_mailbox_settings(std::move(call), std::move(edit));
}

std::string letter(bool is_so) { return is_so ? "T" : "F"; }

Result<std::optional<bool>> maybe_flag(const Call& call, std::string_view name) {
  if (call.request.find(name) == nullptr) return std::nullopt;
  TRY(const bool given, call.flag(name, false));
  return given;
}

}  // namespace

Answering get_domain_allow_list(Call call) { return get_of_domain(std::move(call), &feed::Settings::allow); }
Answering set_domain_allow_list(Call call) { return set_of_domain(std::move(call), &SettingsEdit::allow); }
Answering get_domain_block_list(Call call) { return get_of_domain(std::move(call), &feed::Settings::block); }
Answering set_domain_block_list(Call call) { return set_of_domain(std::move(call), &SettingsEdit::block); }
Answering get_mailbox_allow_list(Call call) { return get_of_mailbox(std::move(call), &feed::Settings::allow); }
Answering set_mailbox_allow_list(Call call) { return set_of_mailbox(std::move(call), &SettingsEdit::allow); }
Answering get_mailbox_block_list(Call call) { return get_of_mailbox(std::move(call), &feed::Settings::block); }
Answering set_mailbox_block_list(Call call) { return set_of_mailbox(std::move(call), &SettingsEdit::block); }

// The text is one line here: a request holds no line ends.
Answering get_mailbox_autorespond(Call call) {
  CO_TRY(const auto view, co_await mailbox_of(call));
  const auto responder = view.own.mail.autoresponder.value_or(feed::Autoresponder{});
  co_return app::Record{{"STATE", letter(responder.is_on)},
                        {"TEXT", responder.text},
                        {"INTERVAL", std::to_string(responder.interval_hours)},
                        {"END_DATE", responder.ends_at == 0 ? "" : std::to_string(responder.ends_at)}};
}

// A text alone switches it on; so do most panels mean it.
Answering set_mailbox_autorespond(Call call) {
  SettingsEdit edit;
  CO_TRY(edit.responds, maybe_flag(call, "state"));
  edit.response = call.maybe("text");
  if (edit.response && !edit.response->empty() && !edit.responds) edit.responds = true;
  CO_TRY(edit.response_interval_hours, call.number("interval", kHoursMost));
  CO_TRY(const auto ends_at, call.number("end_date", kTimeMost));
  if (call.request.find("end_date") != nullptr) edit.response_ends_at = static_cast<std::int64_t>(ends_at.value_or(0));
  co_return co_await change_mailbox_settings(std::move(call), std::move(edit));
}

Answering get_mailbox_forward(Call call) {
  CO_TRY(const auto view, co_await mailbox_of(call));
  const auto forwarding = view.own.mail.forwarding.value_or(feed::Forwarding{});
  co_return app::Record{{"FORWARD", joined(forwarding.targets)}, {"KEEP_COPY", letter(forwarding.keeps_copy)}, {"STATE", letter(forwarding.is_on)}};
}

// Addresses alone switch it on, none switches it off.
Answering set_mailbox_forward(Call call) {
  SettingsEdit edit;
  CO_TRY(edit.forwards, maybe_flag(call, "state"));
  CO_TRY(edit.keeps_copy, maybe_flag(call, "keep_copy"));
  if (const auto forward = call.maybe("forward")) edit.forward_to = app::parse_list(*forward);
  co_return co_await change_mailbox_settings(std::move(call), std::move(edit));
}

Answering create_welcome(Call call) {
  SettingsEdit edit;
  edit.welcome = control::Welcome{.text = call.text("welcome_text"),
                                  .subject = call.text("welcome_subject"),
                                  .from_name = call.text("from_name"),
                                  .from_address = call.text("from_address"),
                                  .charset = call.text("charset"),
                                  .mime_type = call.text("mime_type")};
  return change_domain_settings(std::move(call), std::move(edit));
}

Answering delete_welcome(Call call) {
  SettingsEdit edit;
  edit.welcome.emplace(std::nullopt);
  return change_domain_settings(std::move(call), std::move(edit));
}

}  // namespace postroad::appd
