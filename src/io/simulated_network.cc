#include "io/simulated_network.h"

#include <algorithm>

#include "io/event.h"
#include "io/simulated_connection.h"

namespace postroad::io::simulated {
namespace {
// How long a side that hears nothing goes on trying to connect.  rfc9293 3.8.3
constexpr auto kMostConnecting = std::chrono::minutes(2);
constexpr auto kTryAgain = std::chrono::seconds(1);
constexpr std::size_t kBacklog = 128;

// Comes back to the loop when the time has passed; unlike a timer it counts as something under way.
struct Trip {
  World& world;
  io::Loop& loop;
  std::chrono::microseconds time;
  std::shared_ptr<std::coroutine_handle<>> caller = std::make_shared<std::coroutine_handle<>>();
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    *caller = handle;
    world.after(time, [alive = std::weak_ptr(caller), &where = loop] {
      if (!alive.expired()) where.post([alive] {
        if (const auto waiting = alive.lock()) waiting->resume();
      });
    });
  }
  void await_resume() const {}
};
}  // namespace

class Listener : public io::Listener {
 public:
  Listener(Host& host, io::Loop& loop, std::uint16_t port) : host_(host), loop_(loop), bell_(loop), port_(port) {
    host_.listeners_[port_] = this;
  }
  ~Listener() override { close(); }

  Task<std::unique_ptr<io::Stream>> accept() override {
    while (waiting_.empty() && !is_closed_) co_await bell_.wait();
    if (is_closed_) throw Ended(Ended::Why::Shutdown, "the listener is closed");
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    co_return first;
  }
  Endpoint local() const override { return {host_.address(), port_}; }
  void close() override {
    if (std::exchange(is_closed_, true)) return;
    host_.listeners_.erase(port_);
    waiting_.clear();
    bell_.ring();
  }

  bool has_room() const { return waiting_.size() < kBacklog; }
  io::Loop& loop() { return loop_; }
  void take(std::unique_ptr<io::Stream> stream) {
    waiting_.push_back(std::move(stream));
    bell_.ring();
  }

 private:
  Host& host_;
  io::Loop& loop_;
  Bell bell_;
  std::uint16_t port_;
  std::deque<std::unique_ptr<io::Stream>> waiting_;
  bool is_closed_ = false;
};

std::unique_ptr<io::Listener> Host::listen(io::Loop& loop, Endpoint at) {
  while (at.port == 0) {
    if (!listeners_.contains(next_port_)) at.port = next_port_;
    ++next_port_;
  }
  if (listeners_.contains(at.port)) throw Ended(Ended::Why::Closed, "the address " + at.text() + " is taken");
  return std::make_unique<Listener>(*this, loop, at.port);
}

// The first packet's way there; sent again and again where it does not pass.
Task<void> Host::reach(io::Loop& loop, Host* target, Endpoint to, Tick until) {
  World& world = network_.world_;
  const auto give_up = std::min(until, world.now() + kMostConnecting);
  for (;;) {
    if (target != nullptr && network_.may_pass(*this, *target)) {
      const Link& link = network_.link(*this, *target);
      co_await Trip{world, loop, world.random().between(link.latency_least, link.latency_most)};
      if (network_.may_pass(*this, *target)) co_return;
    }
    if (world.now() >= give_up) throw Ended(Ended::Why::TimedOut, "connecting to " + to.text() + " timed out");
    co_await Trip{world, loop, std::min<std::chrono::microseconds>(kTryAgain, give_up - world.now())};
  }
}

Task<std::unique_ptr<io::Stream>> Host::connect(io::Loop& loop, Endpoint to, Tick until) {
  Host* const target = network_.find(to.address);
  co_await reach(loop, target, to, until);
  const auto found = target->listeners_.find(to.port);
  if (found == target->listeners_.end() || !found->second->has_room())
    throw Ended(Ended::Why::Reset, "the connection to " + to.text() + " was refused");
  const auto connection = network_.connect_now(*this, *target, to.port);
  auto near = make_stream(connection, 0, loop);
  found->second->take(make_stream(connection, 1, found->second->loop()));
  co_return near;
}

Network::Network(World& world) : world_(world) {}

Host& Network::host(const std::string& name) {
  auto& host = hosts_[name];
  if (!host) {
    const auto number = hosts_.size();
    host = std::make_unique<Host>(*this, name, "10.0." + std::to_string(number / 256) + "." + std::to_string(number % 256));
  }
  return *host;
}

Host* Network::find(const std::string& name_or_address) {
  for (const auto& [name, host] : hosts_)
    if (host && (name == name_or_address || host->address_ == name_or_address)) return host.get();
  return nullptr;
}

Link& Network::link(const std::string& from, const std::string& to) { return link(host(from), host(to)); }

Link& Network::link(const Host& from, const Host& to) {
  auto& link = links_[{from.name_, to.name_}];
  if (!link) link = std::make_unique<Link>(usual_);
  return *link;
}

bool Network::may_pass(const Host& from, const Host& to) {
  return !from.is_dark_ && !to.is_dark_ && !link(from, to).is_cut && !link(to, from).is_cut;
}

std::shared_ptr<Connection> Network::connect_now(Host& from, Host& to, std::uint16_t port) {
  const auto made = std::make_shared<Connection>(world_, next_connection_++);
  made->ends[0].host = from.name_;
  made->ends[1].host = to.name_;
  made->ends[0].local = made->ends[1].peer = {from.address_, from.next_port_++};
  made->ends[1].local = made->ends[0].peer = {to.address_, port};
  made->links = {&link(from, to), &link(to, from)};
  connections_.push_back(made);
  return made;
}

std::vector<std::shared_ptr<Connection>> Network::alive() const {
  std::vector<std::shared_ptr<Connection>> found;
  std::erase_if(connections_, [&found](const std::weak_ptr<Connection>& entry) {
    if (auto connection = entry.lock()) found.push_back(std::move(connection));
    return entry.expired();
  });
  return found;
}

void Network::set_cut(Host& a, Host& b, bool is_cut) {
  link(a, b).is_cut = link(b, a).is_cut = is_cut;
  if (is_cut) return;
  for (const auto& connection : alive())
    for (int side : {0, 1})
      if (!connection->links[side]->is_cut) connection->unblock(side);
}

void Network::cut(const std::string& a, const std::string& b) { set_cut(host(a), host(b), true); }
void Network::heal(const std::string& a, const std::string& b) { set_cut(host(a), host(b), false); }

void Network::isolate(const std::string& name) {
  for (const auto& [other, host] : hosts_)
    if (other != name) set_cut(this->host(name), *host, true);
}

void Network::rejoin(const std::string& name) {
  for (const auto& [other, host] : hosts_)
    if (other != name) set_cut(this->host(name), *host, false);
}

void Network::heal_all() {
  for (const auto& [pair, link] : links_) link->is_cut = false;
  for (const auto& connection : alive())
    for (int side : {0, 1}) connection->unblock(side);
}

void Network::reset(const std::string& name) {
  for (const auto& connection : alive())
    if (connection->ends[0].host == name || connection->ends[1].host == name) connection->reset();
}

void Network::go_dark(const std::string& name) {
  host(name).is_dark_ = true;
  for (const auto& connection : alive())
    for (int side : {0, 1})
      if (connection->ends[side].host == name) connection->go_dark(side);
}

void Network::come_back(const std::string& name) {
  host(name).is_dark_ = false;
  for (const auto& connection : alive())
    for (int side : {0, 1})
      if (connection->ends[side].host == name) connection->come_back(side);
}

std::size_t Network::connections(const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::count_if(alive(), [&name](const std::shared_ptr<Connection>& connection) {
    return !connection->is_over() && (connection->ends[0].host == name || connection->ends[1].host == name);
  }));
}

std::unique_ptr<TlsSession> TlsContext::open_server(int) const { return nullptr; }
std::unique_ptr<TlsSession> TlsContext::open_client(int, const std::string&) const { return nullptr; }

Pair pair(Loop& a, Loop& b, Link link) {
  World& world = a.world();
  const auto made = std::make_shared<Connection>(world, 0);
  made->ends[0].local = made->ends[1].peer = {"10.9.0.1", 40000};
  made->ends[1].local = made->ends[0].peer = {"10.9.0.2", 25};
  made->own = {link, link};
  made->links = {&made->own[0], &made->own[1]};
  return {make_stream(made, 0, a), make_stream(made, 1, b)};
}

}  // namespace postroad::io::simulated
