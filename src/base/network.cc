#include "base/network.h"

#include <vector>

#include "base/text.h"

namespace postroad {
namespace {

constexpr std::string_view kMapped = "::ffff:";  // an IPv4 address on an IPv6 socket.  rfc4291 2.5.5.2

std::string_view unmapped(std::string_view address) {
  return starts_nocase(address, kMapped) && address.contains('.') ? address.substr(kMapped.size()) : address;
}

// The groups of one half of an address, none for the empty text.
std::vector<std::string_view> groups_of(std::string_view half) {
  return half.empty() ? std::vector<std::string_view>() : split(half, ':');
}

}  // namespace

std::string network_of(std::string_view address) {
  const auto plain = unmapped(address);
  if (!plain.contains(':')) return std::string(plain);

  // `::` stands for as many zero groups as are missing of eight.  rfc4291 2.2
  const auto gap = plain.find("::");
  auto groups = groups_of(plain.substr(0, gap));
  if (gap != std::string_view::npos) {
    const auto behind = groups_of(plain.substr(gap + 2));
    while (groups.size() + behind.size() < 8) groups.push_back("0");
    groups.insert(groups.end(), behind.begin(), behind.end());
  }
  if (groups.size() != 8) return std::string(plain);
  std::string network;
  for (std::size_t n = 0; n < 4; ++n) {
    auto group = lower(groups[n]);
    group.erase(0, std::min(group.find_first_not_of('0'), group.size()));
    network += (group.empty() ? "0" : group) + ":";
  }
  return network + ":/64";
}

bool is_loopback(std::string_view address) {
  const auto plain = unmapped(address);
  return plain.starts_with("127.") || plain == "::1";
}

}  // namespace postroad
