#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/simulated_world.h"
#include "io/stream.h"
#include "io/tls_session.h"

namespace postroad::io::simulated {

struct Connection;
class Listener;

// Who an end of a simulated TLS session says it is. Nothing is encrypted: the handshake takes its two trips, and both
// ends then know each other's name.
class TlsContext : public io::TlsContext {
 public:
  explicit TlsContext(std::string name = {}) : common_name(std::move(name)) {}
  std::string common_name;
  std::vector<std::string> names;  // where not empty: connect_tls() to any other name fails

  std::unique_ptr<TlsSession> open_server(int descriptor) const override;
  std::unique_ptr<TlsSession> open_client(int descriptor, const std::string& peer_name) const override;
};

// One direction between two hosts.
struct Link {
  std::chrono::microseconds latency_least{100};
  std::chrono::microseconds latency_most{1000};
  std::uint64_t bytes_per_second = 0;   // 0: as fast as they come
  std::uint64_t resets_once_in = 0;     // segments; 0: never. Both ends then see the connection reset
  std::size_t window_bytes = 64UL << 10;  // sent and not read yet; beyond it the writer waits
  bool splits = true;                   // writes arrive in pieces, cut at random places
  bool is_cut = false;                  // nothing arrives until it is whole again
};

// Two ends of a connection that goes through no network: for tests of protocols. The loops must be of one world.
struct Pair {
  std::unique_ptr<io::Stream> a;  // on the first loop
  std::unique_ptr<io::Stream> b;
};
Pair pair(Loop& a, Loop& b, Link link = {.latency_least = {}, .latency_most = {}});

// Tells of a connection after the stream was destroyed at this end.
class Watch {
 public:
  Watch() = default;
  // A stream of this simulation.
  explicit Watch(const io::Stream& stream);
  // Whether the peer's stream was destroyed, too: nothing that was sent will be acted on any more.
  bool is_peer_gone() const;

 private:
  std::weak_ptr<Connection> connection_;
  int side_ = 0;
};

class Network;

// A host's way to the network, which is what a node gets as its io::Network. Its address is made up; connect() also
// takes a host's name for an address. listen() takes any address, and port 0 is any free one.
class Host : public io::Network {
 public:
  Host(simulated::Network& network, std::string name, std::string address)
      : network_(network), name_(std::move(name)), address_(std::move(address)) {}

  Task<std::unique_ptr<io::Stream>> connect(io::Loop& loop, Endpoint to, Tick until) override;
  std::unique_ptr<io::Listener> listen(io::Loop& loop, Endpoint at) override;

  const std::string& name() const { return name_; }
  const std::string& address() const { return address_; }

 private:
  friend class simulated::Network;
  friend class Listener;
  Task<void> reach(io::Loop& loop, Host* target, Endpoint to, Tick until);
  simulated::Network& network_;
  std::string name_;
  std::string address_;
  std::map<std::uint16_t, Listener*> listeners_;
  std::uint16_t next_port_ = 32768;
  bool is_dark_ = false;
};

// All hosts and what is between them. Must outlive the hosts' streams and listeners.
class Network {
 public:
  explicit Network(World& world);

  // The host of that name, made when first asked for.
  Host& host(const std::string& name);
  // From one host to another; what is set holds for connections that stand, too.
  Link& link(const std::string& from, const std::string& to);
  // What links are made as.
  Link& usual() { return usual_; }

  // Both ways. What is under way waits and arrives after heal().
  void cut(const std::string& a, const std::string& b);
  void heal(const std::string& a, const std::string& b);
  // Between this host and all others.
  void isolate(const std::string& host);
  void rejoin(const std::string& host);
  void heal_all();

  // Every connection of the host is reset, at both ends.
  void reset(const std::string& host);
  // The host loses its power: peers hear nothing more, not even an end, until they write after come_back(). Call it
  // before its streams are destroyed, which else tells the peers.
  void go_dark(const std::string& host);
  void come_back(const std::string& host);

  std::size_t connections(const std::string& host) const;

 private:
  friend class Host;
  Host* find(const std::string& name_or_address);
  Link& link(const Host& from, const Host& to);
  bool may_pass(const Host& from, const Host& to);
  void set_cut(Host& a, Host& b, bool is_cut);
  std::vector<std::shared_ptr<Connection>> alive() const;
  std::shared_ptr<Connection> connect_now(Host& from, Host& to, std::uint16_t port);

  World& world_;
  Link usual_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Link>> links_;
  mutable std::vector<std::weak_ptr<Connection>> connections_;  // as they were made
  std::uint64_t next_connection_ = 1;
};

}  // namespace postroad::io::simulated
