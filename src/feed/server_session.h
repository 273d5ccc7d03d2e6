#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "feed/children.h"
#include "feed/server.h"

// What is between server.cc and server_session.cc; nobody else's.
namespace postroad::feed {

struct ServerMetrics {
  explicit ServerMetrics(metrics::Registry& registry);
  metrics::Gauge& connected;
  metrics::Counter& refused;
  metrics::Counter& sent;
  metrics::Counter& applied;
  metrics::Counter& not_applied;
  metrics::Counter& reports;
  metrics::Counter& calls;
  metrics::Counter& calls_unavailable;
};

class ServerSession;

// What the server knows of a cluster, whether it is connected or not.
struct Peer {
  explicit Peer(io::Loop& loop) : asking(loop), bell(loop) {}
  io::Mutex asking;          // one call of the source at a time
  io::Bell bell;             // there may be changes, or the session is over
  std::uint64_t rings = 0;
  std::shared_ptr<ServerSession> session;  // null where not connected
};

struct ServerState {
  ServerState(io::Loop& l, Source& s, log::Log& g, metrics::Registry& m, ServerOptions o)
      : loop(l), source(s), log(g), metrics(m), options(o) {}
  Peer& peer(const std::string& cluster);

  io::Loop& loop;
  Source& source;
  log::Log& log;
  ServerMetrics metrics;
  ServerOptions options;
  std::map<std::string, std::unique_ptr<Peer>> peers;  // by cluster
  bool is_stopping = false;
};

// One connection of a cluster.
class ServerSession : public std::enable_shared_from_this<ServerSession> {
 public:
  ServerSession(ServerState& state, std::string cluster, std::unique_ptr<io::Stream> stream);

  // From the hello to the end; throws what ended it.
  io::Task<void> run();
  // Server::call.
  io::Task<Result<std::string>> call(std::string method, std::string params, io::Tick until);
  // Says why and ends the connection.
  void hang_up(std::string reason);

 private:
  struct Pending {
    explicit Pending(io::Loop& loop) : bell(loop) {}
    std::optional<Result<std::string>> outcome;
    io::Bell bell;
  };

  io::Task<std::optional<Standing>> greet();
  io::Task<void> converse();
  io::Task<void> take(Message message);
  io::Task<void> answer(Pull pull);
  io::Task<Result<Batch>> next_batch(Pull pull, io::Tick until);
  io::Task<void> settle(Settle message);
  io::Task<void> report(Reports message);
  io::Task<void> send(Message message);
  io::Task<void> say_bye(std::string reason);
  void failed(std::string_view what, const Error& error);
  void close();

  ServerState& state_;
  Peer& peer_;
  std::string cluster_;
  Link link_;
  Children children_;
  io::Mutex asking_;  // one call is sent at a time, so that at most one is before the feed's own words
  bool is_pulling_ = false;
  std::uint64_t next_call_ = 1;
  std::map<std::uint64_t, std::shared_ptr<Pending>> calls_;
};

}  // namespace postroad::feed
