#pragma once

#include <string>
#include <vector>

#include "io/stream.h"

namespace postroad::wiring {

enum class Tls { None, StartTls, Implicit };

// A listening socket that the supervisor opens and one process serves.
struct Socket {
  std::string service;  // smtp, imaps, app_plain, http, feed, metrics, ...
  io::Endpoint at;
  Tls tls = Tls::None;
};

// A process of `postroad up`.
struct Plane {
  enum class Kind { Control, Cluster, Status } kind;
  std::string name;  // of a cluster: a, b; else empty
  std::vector<Socket> sockets;

  // cluster.a, control, status: in logs, certificates and file names.
  std::string title() const;
  const Socket* find(std::string_view service) const;
};

// What `postroad up` starts, in the order of starting. Ports are `port_base` plus the service's well-known number (of
// APP's 4449: 449) plus 1,000 for cluster b and 2,000 for control and status, all on 127.0.0.1.
std::vector<Plane> demo_plan(std::uint16_t port_base);

inline constexpr std::uint16_t kDefaultPortBase = 20'000;
inline constexpr std::uint16_t kPortBaseMost = 60'000;
inline constexpr std::uint16_t kPortBaseLeast = 1024;

std::string_view tls_text(Tls tls);  // none, starttls, implicit: as endpoints.json has it

}  // namespace postroad::wiring
