#include "io/real/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>

namespace postroad::io::real {
namespace {

constexpr std::size_t kAddresses = 16;

Result<std::vector<std::string>> look_up(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (failed == EAI_NONAME || failed == EAI_NODATA) return fail(Fault::NotFound, name + " has no address");
  if (failed != 0) return fail(Fault::Busy, name + " can't be looked up: " + ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  std::vector<std::string> made;
  for (const auto* each = found; each != nullptr && made.size() < kAddresses; each = each->ai_next) {
    char text[INET6_ADDRSTRLEN] = {};
    const void* bytes = nullptr;
    if (each->ai_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(each->ai_addr)->sin_addr;
    if (each->ai_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(each->ai_addr)->sin6_addr;
    if (bytes == nullptr || ::inet_ntop(each->ai_family, bytes, text, sizeof text) == nullptr) continue;
    if (std::ranges::find(made, text) == made.end()) made.emplace_back(text);
  }
  if (made.empty()) return fail(Fault::NotFound, name + " has no address");
  return made;
}

}  // namespace

Task<Result<std::vector<std::string>>> Resolver::addresses(io::Loop& home, std::string name) {
  auto found = co_await pool_.run(home, [name = std::move(name)] { return look_up(name); });
  if (!found) co_return std::unexpected(std::move(found).error());
  co_return std::move(*found);
}

}  // namespace postroad::io::real
