#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/model.h"
#include "control/table.h"
#include "feed/settings.h"
#include "sql/database.h"

// What companies, domains, workgroups and users have set, beyond what is in their rows. What is unset is inherited: a user's
// from its workgroup, then the domain, then the company; lists of senders add up.
namespace postroad::control {

// The mail that a new mailbox of the domain finds in it.
struct Welcome {
  std::string text;
  std::string subject;
  std::string from_name;
  std::string from_address;
  std::string charset;    // as it was named; it is kept, and sent, as UTF-8
  std::string mime_type;
  bool operator==(const Welcome&) const = default;
};

struct Settings {
  feed::Settings mail;  // what acts on mail: clusters have it too
  std::string timezone;
  std::string language;
  std::string brand;
  std::string notes;                           // for people
  std::optional<std::uint64_t> quota_bytes;    // of new mailboxes
  std::optional<std::uint64_t> quota_maximum;  // of any mailbox; 0: none
  std::optional<Welcome> welcome;              // a domain's: its cluster has it too
  std::string password_strength;               // the least for chosen passwords: password_strength.h; empty: any
  std::string workgroup;                       // of new users for whom none is named
  std::array<std::optional<ServiceState>, feed::kServices.size()> services{};  // of new users
  std::optional<ServiceState>& service(Service service) { return services[static_cast<std::size_t>(service)]; }
  const std::optional<ServiceState>& service(Service service) const { return services[static_cast<std::size_t>(service)]; }
  std::vector<std::string> push_allowed;       // a company's: admin domains of those who may move domains to it
  bool operator==(const Settings&) const = default;
};

struct SettingsView {
  Settings own;
  Settings effective;
};

// Whose they are: each may set some of them.
enum class Level { Company, Domain, Workgroup, User };

// What a request sets; what has no value stays as it is. An empty text, an empty list or a nothing within inherits again.
template <class T>
using Change = std::optional<std::optional<T>>;
struct SettingsEdit {
  std::optional<std::vector<std::string>> allow;
  std::optional<std::vector<std::string>> block;
  std::optional<std::string> spam_header;
  std::optional<std::string> filter_delivery;
  Change<bool> rejects_spam;
  Change<bool> uses_filter;
  Change<std::uint64_t> sent_limit;
  Change<ServiceState> webmail_relay;

  std::optional<bool> responds;
  std::optional<std::string> response;
  std::optional<std::uint64_t> response_interval_hours;
  std::optional<std::int64_t> response_ends_at;  // seconds since 1970; 0: no end

  std::optional<bool> forwards;
  std::optional<std::vector<std::string>> forward_to;
  std::optional<bool> keeps_copy;
  std::optional<std::string> forward_subject_prefix;
  std::optional<std::string> forward_reply_to;
  std::optional<bool> forward_restricted;

  // Of a company or a workgroup: a domain and a user have these in their rows.
  std::optional<std::string> timezone;
  std::optional<std::string> language;
  std::optional<std::string> spam_tag;
  std::optional<std::string> spam_folder;
  std::optional<std::string> spam_level;

  std::optional<std::string> brand;
  std::optional<std::string> notes;
  Change<std::uint64_t> quota_bytes;
  Change<std::uint64_t> quota_maximum;
  Change<Welcome> welcome;
  std::optional<std::string> password_strength;
  std::optional<std::string> workgroup;
  std::vector<std::pair<Service, std::optional<ServiceState>>> services;  // the others stay
  std::optional<std::vector<std::string>> push_allowed;
};

// Checks each value that is set and puts it into the settings. Refused, code BAD_VALUE, where it can't be, or not at this
// level.
Result<> apply(Settings& settings, const SettingsEdit& edit, Level level);
bool sets_anything(const SettingsEdit& edit);

// As the columns `mail` and `own` hold them.
Result<Settings> decode_settings(std::string_view mail, std::string_view own);
// Of an object's row, without what its own table has; nothing set where there is none.
Result<Settings> settings_row(sql::Connection& connection, std::string_view id);
inline constexpr std::string_view kSettingsColumns[] = {"id", "mail", "own", "brand_folded"};
inline constexpr Table kSettings{"settings", kSettingsColumns};
sql::Row to_row(std::string_view id, const Settings& settings);

// What each has set itself: its row here, and what its own table has.
Result<Settings> own_settings(sql::Connection& connection, const Domain& domain);
Result<Settings> own_settings(sql::Connection& connection, const User& user);
// The same with a row that is not written yet.
Settings own_settings(const Domain& domain, Settings row);
Settings own_settings(const User& user, Settings row);
Settings within(const Settings& inner, const Settings& outer);

Result<SettingsView> settings_of(sql::Connection& connection, const Company& company);
Result<SettingsView> settings_of(sql::Connection& connection, const Domain& domain);
Result<SettingsView> settings_of(sql::Connection& connection, const Domain& domain, const Workgroup& workgroup);
Result<SettingsView> settings_of(sql::Connection& connection, const Domain& domain, const User& user);

// A row's settings that act on mail, as clusters have them.
feed::WelcomeMail to_feed(const Welcome& welcome);
feed::Settings to_feed(const Settings& row);

// What the cluster is told of a user: its workgroup's settings are part of it, since clusters know no workgroups.
Result<feed::Settings> acting(sql::Connection& connection, const User& user, const Settings& row);
feed::Settings acting(const Domain& domain, const Settings& row);

}  // namespace postroad::control
