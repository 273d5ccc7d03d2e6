#include "appd/server.h"

#include "app/errors.h"
#include "base/network.h"

namespace postroad::appd {

using io::Task;

namespace {
constexpr std::chrono::seconds kTurnAwayTime{5};
constexpr std::size_t kTurnedAwayAtOnce = 100;  // are told why; the others are closed without a word
}  // namespace

Server::Server(io::Loop& loop, control::Api& api, log::Log& log, metrics::Registry& metrics, Options options)
    : loop_(loop), log_(log), options_(options), counts_(metrics),
      parts_{loop_, api, log_, counts_, options_, of_administrators_, large_requests_}, left_(loop) {}

Task<void> Server::serve(io::Listener& listener, const io::TlsContext* tls) {
  try {
    for (;;) loop_.spawn(serve(co_await listener.accept(), tls), "app session");
  } catch (const io::Ended&) {  // closed
  }
}

std::string_view Server::why_not(const Tally::Place& stranger) const {
  if (sessions_.size() >= options_.sessions_max) return "too many sessions; try again later";
  if (!stranger) return "too many sessions of your address wait for their LOGIN; try again later";
  return {};
}

Task<void> Server::turn_away(std::unique_ptr<io::Stream> stream, const io::TlsContext* tls, std::string_view why) {
  log_.warning("app.turned_away", {{"peer", stream->peer().address}, {"sessions", sessions_.size()}, {"why", why}});
  try {
    stream->set_deadline(loop_.clock().steady() + kTurnAwayTime);
    if (tls != nullptr) co_await stream->accept_tls(*tls);
    co_await stream->write(app::error_reply(app::kTooManySessions, why));
    co_await stream->shutdown();
  } catch (const io::Ended&) {  // it was politeness only
  }
}

Task<void> Server::serve(std::unique_ptr<io::Stream> stream, const io::TlsContext* tls) {
  counts_.sessions.add();
  auto stranger = strangers_.take(network_of(stream->peer().address), options_.strangers_max);
  if (const auto why = why_not(stranger); !why.empty()) {
    if (const auto place = turned_away_.take("all", kTurnedAwayAtOnce)) co_await turn_away(std::move(stream), tls, why);
    co_return;
  }
  struct Entry {
    Entry(Server& owner, Session& session) : server(owner), at(owner.sessions_.insert(owner.sessions_.end(), &session)) {
      server.counts_.open.add(1);
    }
    ~Entry() {
      server.sessions_.erase(at);
      server.counts_.open.add(-1);
      server.left_.ring();
    }
    Server& server;
    std::list<Session*>::iterator at;
  };
  Session session(parts_, std::move(stream), std::move(stranger));
  const Entry entry(*this, session);
  if (is_draining_) session.drain();
  co_await session.run(tls);
}

Task<void> Server::drain(io::Tick until) {
  is_draining_ = true;
  for (auto* const session : sessions_) session->drain();
  while (!sessions_.empty() && loop_.clock().steady() < until) co_await left_.wait(until);
}

}  // namespace postroad::appd
