#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "feed/children.h"
#include "feed/client.h"

// What is between client.cc and client_session.cc; nobody else's.
namespace postroad::feed {

struct ClientMetrics {
  explicit ClientMetrics(metrics::Registry& registry);
  metrics::Gauge& connected;
  metrics::Gauge& position;
  metrics::Gauge& unconfirmed;
  metrics::Counter& applied;
  metrics::Counter& refused;
  metrics::Counter& calls;
  metrics::Counter& reports_dropped;
};

class ClientSession;

struct ClientState {
  ClientState(io::Loop& l, io::Network& n, const io::TlsContext& t, io::Random& r, Sink& s, Calls& c, log::Log& g,
              metrics::Registry& m, ClientOptions o)
      : loop(l), network(n), tls(t), random(r), sink(s), calls(c), log(g), metrics(m), options(std::move(o)), stopped(l),
        reported(l), confirmed(l) {}

  io::Loop& loop;
  io::Network& network;
  const io::TlsContext& tls;
  io::Random& random;
  Sink& sink;
  Calls& calls;
  log::Log& log;
  ClientMetrics metrics;
  ClientOptions options;
  io::Bell stopped;
  bool is_stopping = false;
  io::Bell reported;                      // there is something in `reports`, or the session is over
  io::Bell confirmed;                     // control has taken some of them, or the session is over
  std::map<std::string, Report> reports;  // unconfirmed, by key
  std::shared_ptr<ClientSession> session;
  std::uint32_t most = kBatchChanges;     // to ask for at once
  std::size_t calls_under_way = 0;        // of this connection and those before it
  std::size_t call_bytes = 0;
};

// One connection to control, of which control has said Welcome.
class ClientSession : public std::enable_shared_from_this<ClientSession> {
 public:
  ClientSession(ClientState& state, std::unique_ptr<io::Stream> stream);

  // From the hello to the end; throws what ended it.
  io::Task<void> run();
  void hang_up(std::string reason);

 private:
  io::Task<Welcome> greet();
  io::Task<void> converse();
  io::Task<void> take(Message message);
  io::Task<void> pull_for_ever(Welcome welcome);
  io::Task<std::optional<Position>> pull_once(const std::string& log, Position after);
  io::Task<Result<std::vector<Settled>>> apply(const std::string& log, Batch batch);
  io::Task<void> settle(std::vector<Settled> settled);
  io::Task<void> report_for_ever();
  io::Task<void> begin(Call call);
  static io::Task<void> answer(ClientState& state, std::weak_ptr<ClientSession> session, Call call);
  io::Task<void> tell(std::string encoded);
  io::Task<void> say_bye(std::string reason);
  void close();
  template <class T>
  io::Task<T> arrival(std::optional<T>& box);

  ClientState& state_;
  Link link_;
  Children children_;
  io::Bell arrived_;
  std::optional<Changes> changes_;  // what came, and was not looked at yet
  std::optional<Taken> taken_;
  std::optional<ReportTaken> report_taken_;
  io::Mutex telling_;  // one answer to a call at a time, so that at most one is before the feed's own words
};

}  // namespace postroad::feed
