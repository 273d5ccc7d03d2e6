#include "control/user_settings.h"

#include "control/edits.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

// A text that only control keeps.
struct TextSetting {
  std::optional<std::string> UserSettings::* given;
  std::string User::* kept;
  std::string_view what;
};
constexpr TextSetting kTexts[] = {
    {&UserSettings::first_name, &User::first_name, "the first name"},
    {&UserSettings::last_name, &User::last_name, "the last name"},
    {&UserSettings::title, &User::title, "the title"},
    {&UserSettings::phone, &User::phone, "the phone number"},
    {&UserSettings::fax, &User::fax, "the fax number"},
};

Result<> set(std::string& into, const std::optional<std::string>& given, std::string_view what) {
  if (!given) return {};
  TRY(into, one_line(*given, what));
  return {};
}

Result<> apply_texts(User& user, const UserSettings& settings) {
  for (const auto& row : kTexts) TRY_OK(set(user.*row.kept, settings.*row.given, row.what));
  TRY_OK(set(user.spam.tag, settings.spam_tag, "the spam tag"));
  TRY_OK(set(user.spam.folder, settings.spam_folder, "the spam folder"));
  if (settings.spam_level) {
    TRY(user.spam.level, spam_level_name(*settings.spam_level));
  }
  if (settings.timezone) {
    TRY(user.timezone, timezone_name(*settings.timezone));
  }
  if (settings.language) {
    TRY(user.language, language_tag(*settings.language));
  }
  return {};
}

}  // namespace

Result<> apply(sql::Connection& connection, const Domain& domain, User& user, const UserSettings& settings) {
  TRY_OK(apply_texts(user, settings));
  if (settings.workgroup) {
    TRY(const auto workgroup, workgroup_of(connection, domain, *settings.workgroup));
    user.workgroup = workgroup.id;
  }
  if (settings.quota_bytes && *settings.quota_bytes) user.quota_bytes = **settings.quota_bytes;
  if (settings.targets) {
    if (user.type != UserType::Forward && user.type != UserType::Group)
      return fail(Fault::Refused, "only a forward or a mailing list has addresses to send to", std::string(code::kWrongType));
    TRY(user.targets, mail_targets(*settings.targets));
  }
  for (const auto& [service, state] : settings.services)
    if (state) user.services.set(service, *state);
  if (settings.becomes_mailbox) {
    if (user.type != UserType::Filter && user.type != UserType::Mailbox)
      return fail(Fault::Refused, "only a filter-only mailbox can become a mailbox", std::string(code::kWrongType));
    user.type = UserType::Mailbox;
  }
  return {};
}

// Those without a mailbox of their own have neither an autoresponder nor somewhere else to forward to.
Result<> apply(const User& user, Settings& row, const UserSettings& given) {
  const bool has_mailbox = user.type == UserType::Mailbox || user.type == UserType::Filter;
  const auto& edit = given.more;
  const bool responds = edit.responds.value_or(false) || (edit.response && !edit.response->empty());
  const bool forwards = edit.forwards || (edit.forward_to && !edit.forward_to->empty()) || edit.keeps_copy.value_or(false);
  if (!has_mailbox && (responds || forwards))
    return fail(Fault::Refused, "only a mailbox has an autoresponder and forwards", std::string(code::kWrongType));
  return apply(row, edit, Level::User);
}

bool sets_more_than_password(const UserSettings& settings) {
  for (const auto& row : kTexts)
    if (settings.*row.given) return true;
  if (settings.new_local || settings.workgroup) return true;
  return settings.timezone || settings.language || settings.spam_tag || settings.spam_folder || settings.spam_level ||
         settings.quota_bytes || settings.targets || settings.becomes_mailbox ||
         !settings.services.empty() || sets_anything(settings.more);
}

}  // namespace postroad::control
