#include "smtpd/server.h"

#include "base/network.h"

namespace postroad::smtpd {
namespace {

constexpr std::chrono::seconds kTurnAwayTime{5};

}  // namespace

Server::Server(Options options, Parts parts, metrics::Registry& metrics)
    : options_(std::move(options)), parts_(parts), counts_(metrics, options_.dialect), left_(parts.loop) {}

Server::~Server() = default;

// Why there is no session for anybody now, or nothing.
std::string_view Server::why_not() const {
  if (is_draining_) return "shutting down";
  if (parts_.sessions >= options_.sessions_max) return "too many sessions; try again later";
  if (!parts_.budget.takes_new()) return "too much mail at once; try again later";
  return {};
}

void Server::take(std::unique_ptr<io::Stream> stream) {
  counts_.sessions.add();
  auto why = why_not();
  auto of_network = networks_.take(network_of(stream->peer().address), options_.sessions_per_network_max);
  if (why.empty() && !of_network) why = "too many sessions from your address; try again later";
  if (why.empty())
    parts_.loop.spawn(serve(std::move(stream), std::move(of_network)), "smtp session");
  else
    parts_.loop.spawn(turn_away(std::move(stream), why), "smtp session too many");
}

io::Task<void> Server::serve(std::unique_ptr<io::Stream> stream, Tally::Place of_network) {
  // The entry ends with the frame, however that ends.
  struct Entry {
    Entry(Server& server, Session& session, Tally::Place of_network)
        : server_(server), at_(server.sessions_.insert(server.sessions_.end(), &session)), of_network_(std::move(of_network)) {
      ++server_.parts_.sessions;
      server_.counts_.open.add(1);
    }
    ~Entry() {
      server_.sessions_.erase(at_);
      --server_.parts_.sessions;
      server_.counts_.open.add(-1);
      server_.left_.ring();
    }
    Server& server_;
    Sessions::iterator at_;
    Tally::Place of_network_;
  };
  Session session(options_, parts_, counts_, std::move(stream));
  const Entry entry(*this, session, std::move(of_network));
  co_await session.run();
}

// 421 instead of a greeting.  rfc5321 3.8
io::Task<void> Server::turn_away(std::unique_ptr<io::Stream> stream, std::string_view why) {
  counts_.refused("sessions");
  parts_.log.info("smtp.turned_away", {{"client", log::Private{stream->peer().address}}, {"why", why}});
  const auto reply = smtp::format({421, "4.3.2", options_.host + ": " + std::string(why)});
  try {
    stream->set_deadline(parts_.loop.clock().steady() + kTurnAwayTime);
    co_await stream->write(reply);
  } catch (const io::Ended&) {  // it is gone already
  }
  co_await stream->shutdown();
}

void Server::drain() {
  is_draining_ = true;
  for (auto* session : sessions_) session->drain();
}

io::Task<void> Server::drained(io::Tick until) {
  while (!sessions_.empty() && co_await left_.wait(until)) {
  }
  for (auto* session : sessions_) session->interrupt();
  while (!sessions_.empty()) co_await left_.wait();
}

}  // namespace postroad::smtpd
