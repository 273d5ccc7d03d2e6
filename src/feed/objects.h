#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What control provisions and a cluster serves: the words of both sides of the feed.
namespace postroad::feed {

// What an account may be used for.
enum class Service : std::uint8_t { SmtpIn, SmtpRelay, Imap, Pop, Webmail };
inline constexpr std::array kServices = {Service::SmtpIn, Service::SmtpRelay, Service::Imap, Service::Pop,
                                         Service::Webmail};

enum class ServiceState : std::uint8_t {
  Enabled,
  Disabled,   // not part of what the account has
  Suspended,  // part of it, and barred for now
};

// `smtpin`, `smtprelay`, `imap`, `pop`, `webmail`; `enabled`, `disabled`, `suspended`. Nothing for other words.
std::string_view service_name(Service service);
std::optional<Service> parse_service(std::string_view name);
std::string_view service_state_name(ServiceState state);
std::optional<ServiceState> parse_service_state(std::string_view name);

// The state of each service; all enabled at first.
class Services {
 public:
  ServiceState of(Service service) const { return states_[static_cast<std::size_t>(service)]; }
  bool has(Service service) const { return of(service) == ServiceState::Enabled; }
  void set(Service service, ServiceState state) { states_[static_cast<std::size_t>(service)] = state; }
  bool operator==(const Services&) const = default;

 private:
  std::array<ServiceState, kServices.size()> states_{};
};

enum class AccountType : std::uint8_t {
  Mailbox,      // mail is kept here
  FilterOnly,   // mail is filtered here and goes on to the domain's `filter_mx`
  ForwardOnly,  // mail goes on to `targets`
  Group,        // a mailing list: mail goes to each of `targets`
};

// `mailbox`, `filter`, `forward`, `group`.
std::string_view account_type_name(AccountType type);
std::optional<AccountType> parse_account_type(std::string_view name);

// Limits on what one object may hold.
inline constexpr std::size_t kDomainNameBytes = 253;
inline constexpr std::size_t kLocalPartBytes = 64;     // rfc5321 4.5.3.1.1
inline constexpr std::size_t kAddressBytes = 254;
inline constexpr std::size_t kTargets = 1000;          // of a group or a forward
inline constexpr std::size_t kAliasesPerAccount = 2000;
inline constexpr std::size_t kHashBytes = 512;
inline constexpr std::size_t kWordBytes = 64;          // a time zone, a language

struct Domain {
  std::string id;         // 'd'; base/id.h
  std::string name;       // lower case, A-labels
  std::string alias_of;   // the id of the domain whose addresses this one has too; empty: it has its own
  bool is_disabled = false;
  std::string catch_all;  // the id of the account that gets what no address takes; may be empty
  std::string postmaster; // the id of the account for postmaster@ where that address does not exist; may be empty
  std::string filter_mx;  // where mail of filter-only accounts goes: host or host:port; may be empty
  std::string timezone;   // IANA name; empty: UTC
  std::string language;   // BCP 47; empty: en
  std::string company;    // the id of the company whose settings hold where the domain has none; may be empty
  bool operator==(const Domain&) const = default;
};

struct Account {
  std::string id;      // 'a'; base/id.h. The name of the account's partition for ever
  std::string domain;  // the domain's id; not an alias domain's
  std::string local;   // the local part as it is shown; matched without regard to case
  AccountType type = AccountType::Mailbox;
  std::uint64_t quota_bytes = 0;  // 0: no limit
  Services services;
  std::vector<std::string> targets;  // addresses, for ForwardOnly and Group
  std::string timezone;              // empty: the domain's
  std::string language;
  bool operator==(const Account&) const = default;
};

// One more address of an account. Known by domain and local part; it has no id.
struct Alias {
  std::string domain;  // the domain's id
  std::string local;
  std::string account;  // the account's id
  bool operator==(const Alias&) const = default;
};

}  // namespace postroad::feed
