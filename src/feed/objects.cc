#include "feed/objects.h"

#include <utility>

namespace postroad::feed {
namespace {

// The words of an enumeration, in the order of its values.
constexpr std::array<std::string_view, 5> kServiceNames = {"smtpin", "smtprelay", "imap", "pop", "webmail"};
constexpr std::array<std::string_view, 3> kStateNames = {"enabled", "disabled", "suspended"};
constexpr std::array<std::string_view, 4> kTypeNames = {"mailbox", "filter", "forward", "group"};

template <class Word, std::size_t kCount>
std::optional<Word> parse(const std::array<std::string_view, kCount>& names, std::string_view name) {
  for (std::size_t at = 0; at < kCount; ++at)
    if (names[at] == name) return static_cast<Word>(at);
  return std::nullopt;
}

}  // namespace

std::string_view service_name(Service service) { return kServiceNames.at(std::to_underlying(service)); }
std::optional<Service> parse_service(std::string_view name) { return parse<Service>(kServiceNames, name); }

std::string_view service_state_name(ServiceState state) { return kStateNames.at(std::to_underlying(state)); }
std::optional<ServiceState> parse_service_state(std::string_view name) { return parse<ServiceState>(kStateNames, name); }

std::string_view account_type_name(AccountType type) { return kTypeNames.at(std::to_underlying(type)); }
std::optional<AccountType> parse_account_type(std::string_view name) { return parse<AccountType>(kTypeNames, name); }

}  // namespace postroad::feed
