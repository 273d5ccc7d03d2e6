#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "feed/client.h"
#include "feed/frame.h"
#include "feed/server.h"
#include "io/simulated.h"

// Both ends of the feed in simulated time: for tests.
namespace postroad::feed::testing {

using namespace std::chrono_literals;
using io::Task;
namespace simulated = io::simulated;

// Control's log of one cluster, in memory.
class Book : public Source {
 public:
  Task<Result<Standing>> standing(std::string cluster) override {
    if (cluster != "a" && cluster != "b") co_return fail(Fault::NotFound, "no such cluster");
    co_return Standing{"book", acknowledged};
  }
  Task<Result<std::vector<Change>>> next(std::string, Position after, std::size_t most) override {
    if (is_broken) co_return fail(Fault::Broken, "the book is shut");
    std::vector<Change> found;
    for (const auto& change : changes)
      if (change.position > after && found.size() < most) found.push_back(change);
    asked.push_back(most);
    co_return found;
  }
  Task<Result<>> settle(std::string, std::vector<Settled> list) override {
    for (const auto& settled : list) {
      outcomes[settled.position].push_back(settled.is_applied ? "applied" : settled.reason);
      acknowledged = std::max(acknowledged, settled.position);
    }
    co_return Result<>();
  }
  Task<Result<>> report(std::string, std::vector<Report> list) override {
    for (const auto& report : list) reports.push_back(report);
    co_return Result<>();
  }

  void add(Position position) { changes.push_back({position, "c" + std::to_string(position), UnknownChange{"x", "x"}}); }

  std::vector<Change> changes;
  Position acknowledged = 0;
  std::map<Position, std::vector<std::string>> outcomes;
  std::vector<Report> reports;
  std::vector<std::size_t> asked;
  bool is_broken = false;
};

// A cluster's directory: refuses every third change.
class Shelf : public Sink {
 public:
  explicit Shelf(io::Loop& loop) : loop_(loop) {}
  std::string log() const override { return log_name; }
  Position position() const override { return at; }
  Task<Result<std::vector<Settled>>> apply(std::string name, Batch batch) override {
    if (busy > 0) {
      --busy;
      co_return fail(Fault::Busy, "later");
    }
    co_await loop_.sleep(each * static_cast<std::int64_t>(batch.changes.size()));
    log_name = std::move(name);
    std::vector<Settled> settled;
    for (const auto& change : batch.changes) {
      if (change.position > at) taken.push_back(change.position);
      at = std::max(at, change.position);
      const bool fits = change.position % 3 != 0;
      settled.push_back({change.position, change.id, fits, fits ? "" : "a third"});
    }
    co_return settled;
  }

  std::string log_name;
  Position at = 0;
  std::vector<Position> taken;
  int busy = 0;
  std::chrono::microseconds each{0};

 private:
  io::Loop& loop_;
};

class Desk : public Calls {
 public:
  explicit Desk(io::Loop& loop) : loop_(loop) {}
  Task<Result<std::string>> call(std::string method, std::string params, io::Tick) override {
    if (method == "slow") co_await loop_.sleep(10s);
    if (method == "none") co_return fail(Fault::NotFound, "no such method");
    if (method == "junk") co_return "}";
    if (method == "long") co_return "\"" + std::string(kCallBytes, 'x') + "\"";
    if (method == "large") co_return "\"" + std::string(kCallBytes / 2, 'x') + "\"";
    if (method == "deep") co_return std::string(16, '[') + std::string(16, ']');
    if (method == "wild") co_return fail(Fault::Refused, std::string("\0\r\n\xff", 4) + std::string(100'000, 'x'));
    co_return "[\"" + method + "\"," + params + "]";
  }

 private:
  io::Loop& loop_;
};

inline constexpr std::uint16_t kPort = 7000;

// Control on one host, cluster `a` on another.
struct World {
  explicit World(std::uint64_t seed = 1) : world(seed) {
    listener = network.host("control").listen(control_loop, {"", kPort});
    control_loop.spawn(server.serve(*listener, control_tls), "serve");
  }
  ~World() {
    control_loop.kill();
    cluster_loop.kill();
  }

  Client& start(ClientOptions options = {}) {
    options.control = {"control", kPort};
    clients.push_back(std::make_unique<Client>(cluster_loop, network.host("a"), cluster_tls, world.random(), shelf, desk,
                                               silence, metrics, options));
    cluster_loop.spawn(clients.back()->run(), "client");
    return *clients.back();
  }
  bool settles(Position position, std::chrono::microseconds most = 10min) {
    server.ring("a");
    return world.run_until([&] { return book.acknowledged >= position; }, most);
  }
  Result<std::string> call(std::string method, std::string params, std::chrono::seconds within = 5s) {
    return world.run(control_loop, server.call("a", std::move(method), std::move(params), world.now() + within));
  }

  simulated::World world;
  simulated::Loop control_loop{world, "control"};
  simulated::Loop cluster_loop{world, "cluster"};
  simulated::Network network{world};
  simulated::TlsContext control_tls{"control"};
  simulated::TlsContext cluster_tls{"cluster.a"};
  log::Silence silence;
  metrics::Registry metrics;
  Book book;
  Shelf shelf{cluster_loop};
  Desk desk{cluster_loop};
  Server server{control_loop, book, silence, metrics};
  std::unique_ptr<io::Listener> listener;
  std::vector<std::unique_ptr<Client>> clients;
};

}  // namespace postroad::feed::testing
