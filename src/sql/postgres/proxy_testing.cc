#include "sql/postgres/proxy_testing.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/check.h"

namespace postroad::sql::postgres::testing {
namespace {

// Frontend message 'Q' of a simple query: the manual's "Message Formats".
constexpr std::string_view kCommit("Q\0\0\0\x0b" "COMMIT", 12);
constexpr std::string_view kFile = "/.s.PGSQL.5432";

std::string parameter(const std::string& uri, const std::string& name) {
  auto at = uri.find(name + "=");
  check(at != uri.npos, "the server's URI names " + name);
  at += name.size() + 1;
  return uri.substr(at, uri.find('&', at) - at);
}

sockaddr_un address(const std::string& path) {
  sockaddr_un made{};
  made.sun_family = AF_UNIX;
  check(path.size() < sizeof made.sun_path, "a socket's path is short");
  std::memcpy(made.sun_path, path.c_str(), path.size() + 1);
  return made;
}

int connect_to(const std::string& path) {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto where = address(path);
  check(::connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0, "the server listens");
  return made;
}

// What there is to read; empty at the end.
std::string some(int from) {
  std::string bytes(64 << 10, '\0');
  const auto count = ::read(from, bytes.data(), bytes.size());
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

bool pass(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Proxy::Proxy(const std::string& uri) {
  char made[] = "/tmp/postroad-proxy.XXXXXX";
  check(::mkdtemp(made) != nullptr, "a temporary folder is made");
  folder_ = made;
  const auto host = parameter(uri, "host");
  server_ = host + "/.s.PGSQL." + parameter(uri, "port");
  uri_ = uri;
  uri_.replace(uri_.find(host), host.size(), folder_);
  const auto port = "port=" + parameter(uri, "port");
  uri_.replace(uri_.find(port), port.size(), "port=5432");

  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto where = address(folder_ + std::string(kFile));
  check(::bind(listener_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 && ::listen(listener_, 50) == 0, "the proxy listens");
  thread_ = std::thread([this] { serve(); });
}

// Connections have ended before: their threads are only waited for.
Proxy::~Proxy() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  std::filesystem::remove_all(folder_);
}

void Proxy::serve() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) break;
    relays_.emplace_back([this, client] { relay(client); });
  }
  for (auto& thread : relays_) thread.join();
}

void Proxy::relay(int client) {
  const int server = is_closed ? -1 : connect_to(server_);
  while (server >= 0) {
    pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    ::poll(both, 2, -1);
    if (both[0].revents != 0) {
      const auto said = some(client);
      if (said.empty()) break;
      const auto how = said == kCommit ? cut.exchange(Cut::Nothing) : Cut::Nothing;
      if (how != Cut::Nothing && is_closed_by_cut) is_closed = true;
      if (how == Cut::BeforeCommit || !pass(server, said)) break;
      if (how == Cut::AfterCommit) {
        static_cast<void>(some(server));
        break;
      }
    }
    if (both[1].revents != 0) {
      const auto said = some(server);
      if (said.empty() || !pass(client, said)) break;
    }
  }
  ::close(client);
  if (server >= 0) ::close(server);
}

}  // namespace postroad::sql::postgres::testing
