#include "appd/server.h"

#include "app/errors.h"

namespace postroad::appd {

using io::Task;

Server::Server(io::Loop& loop, control::Api& api, log::Log& log, metrics::Registry& metrics, Options options)
    : loop_(loop), log_(log), options_(options), counts_(metrics), parts_{loop_, api, log_, counts_, options_}, left_(loop) {}

Task<void> Server::serve(io::Listener& listener, const io::TlsContext* tls) {
  try {
    for (;;) loop_.spawn(serve(co_await listener.accept(), tls), "app session");
  } catch (const io::Ended&) {  // closed
  }
}

Task<void> Server::serve(std::unique_ptr<io::Stream> stream, const io::TlsContext* tls) {
  counts_.sessions.add();
  if (sessions_.size() >= options_.sessions_max) {
    log_.warning("app.turned_away", {{"peer", stream->peer().address}, {"sessions", sessions_.size()}});
    try {
      stream->set_deadline(loop_.clock().steady() + options_.peer_timeout);
      if (tls != nullptr) co_await stream->accept_tls(*tls);
      co_await stream->write(app::error_reply(app::kTooManySessions, "too many sessions; try again later"));
      co_await stream->shutdown();
    } catch (const io::Ended&) {  // it was politeness only
    }
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
  Session session(parts_, std::move(stream));
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
