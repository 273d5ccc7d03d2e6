#include "postroad/plan.h"

#include <algorithm>

namespace postroad::wiring {
namespace {

struct Row {
  const char* service;
  std::uint16_t port;
  Tls tls;
};

constexpr Row kCluster[] = {
    {"lmtp", 24, Tls::StartTls}, {"smtp", 25, Tls::StartTls},    {"pop3", 110, Tls::StartTls},   {"imap", 143, Tls::StartTls},
    {"imaps", 993, Tls::Implicit}, {"pop3s", 995, Tls::Implicit}, {"metrics", 900, Tls::None},
};
constexpr Row kControl[] = {
    {"app", 449, Tls::Implicit}, {"app_plain", 450, Tls::None}, {"https", 443, Tls::Implicit}, {"feed", 400, Tls::Implicit},
    {"metrics", 901, Tls::None},
};
constexpr Row kStatus[] = {{"http", 80, Tls::None}, {"metrics", 902, Tls::None}};

template <std::size_t size>
Plane plane(Plane::Kind kind, std::string name, int base, const Row (&rows)[size]) {
  Plane made{kind, std::move(name), {}};
  for (const auto& row : rows)
    made.sockets.push_back({row.service, {"127.0.0.1", static_cast<std::uint16_t>(base + row.port)}, row.tls});
  return made;
}

}  // namespace

std::string Plane::title() const {
  switch (kind) {
    case Kind::Control: return "control";
    case Kind::Cluster: return "cluster." + name;
    case Kind::Status: return "status";
  }
  return {};
}

const Socket* Plane::find(std::string_view service) const {
  const auto at = std::ranges::find(sockets, service, &Socket::service);
  return at == sockets.end() ? nullptr : &*at;
}

std::vector<Plane> demo_plan(std::uint16_t port_base) {
  std::vector<Plane> planes;
  planes.push_back(plane(Plane::Kind::Control, "", port_base + 2000, kControl));
  planes.push_back(plane(Plane::Kind::Cluster, "a", port_base, kCluster));
  planes.push_back(plane(Plane::Kind::Cluster, "b", port_base + 1000, kCluster));
  planes.push_back(plane(Plane::Kind::Status, "", port_base + 2000, kStatus));
  return planes;
}

std::string_view tls_text(Tls tls) {
  switch (tls) {
    case Tls::None: return "none";
    case Tls::StartTls: return "starttls";
    case Tls::Implicit: return "implicit";
  }
  return {};
}

}  // namespace postroad::wiring
