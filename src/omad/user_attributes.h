#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/users.h"
#include "oma/fields.h"

namespace postroad::omad {

inline constexpr std::size_t kNameBytes = 320;     // of a user, a domain, a company
inline constexpr std::size_t kValueBytes = 4000;   // of an attribute, where it is not a long text
inline constexpr std::size_t kLongBytes = 64UL << 10;
inline constexpr std::size_t kAliases = 2000;
inline constexpr std::size_t kSenders = 1000;
inline constexpr std::size_t kRecipients = 1000;
inline constexpr std::uint64_t kQuotaMost = 1ULL << 50;

// The names of services in attributes, without their `service_`.
struct ServiceName {
  control::Service service;
  std::string_view name;
};
inline constexpr ServiceName kServiceNames[] = {{control::Service::Imap, "imap4"},
                                                {control::Service::Pop, "pop3"},
                                                {control::Service::SmtpIn, "smtpin"},
                                                {control::Service::SmtpRelay, "smtprelay"},
                                                {control::Service::Webmail, "webmail"}};

// An attribute that inherits, by what reads it: null and an empty text unset it.
template <class Read>
auto read_inherited(oma::Fields& attributes, std::string_view name, Read read) -> control::Change<typename decltype(read())::value_type> {
  using Given = control::Change<typename decltype(read())::value_type>;
  if (attributes.unsets(name)) return Given(std::in_place, std::nullopt);
  auto given = read();
  return given ? Given(std::in_place, std::move(*given)) : Given();
}
std::optional<std::string> inherited_text(oma::Fields& attributes, std::string_view name, std::size_t most = kValueBytes);

// What change_user's attributes say, in control's words.
struct UserAttributes {
  control::UserSettings settings;
  std::optional<control::UserType> type;
  std::optional<std::vector<std::string>> aliases;  // local parts, or addresses
};
UserAttributes read_user(oma::Fields& attributes);
// The settings that users, domains and companies have in common.
control::SettingsEdit read_common(oma::Fields& attributes);

// What domains and companies set for new users.
void read_defaults(oma::Fields& attributes, control::SettingsEdit& edit);

// Those that users and domains have in rows of their own.
template <class OwnSettings>
void read_own(oma::Fields& attributes, OwnSettings& settings) {
  settings.timezone = inherited_text(attributes, "timezone");
  settings.language = inherited_text(attributes, "language");
  settings.spam_tag = inherited_text(attributes, "spamtag");
  settings.spam_folder = inherited_text(attributes, "spamfolder");
  settings.spam_level = inherited_text(attributes, "spamlevel");
}

// As get_user shows them.
boost::json::object user_attributes(const control::UserView& view, std::string_view domain);
void show_common(boost::json::object& into, const control::Settings& settings);
void show_defaults(boost::json::object& into, const control::Settings& settings);

// Names of attributes that change_user takes.
boost::json::array settable_of_user();

}  // namespace postroad::omad
