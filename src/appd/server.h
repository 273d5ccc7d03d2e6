#pragma once

#include <list>

#include "appd/session.h"
#include "base/tally.h"
#include "io/event.h"

namespace postroad::appd {

// The APP service, on control's loop. What it is given, and it itself, outlives the loop's tasks.
class Server {
 public:
  Server(io::Loop& loop, control::Api& api, log::Log& log, metrics::Registry& metrics, Options options);

  // Serves connections until the listener closes. `tls` null: in clear, for loopback only.
  io::Task<void> serve(io::Listener& listener, const io::TlsContext* tls);
  // One connection, until it ends.
  io::Task<void> serve(std::unique_ptr<io::Stream> stream, const io::TlsContext* tls);

  // Says goodbye to all sessions and waits for them, at most until then.
  io::Task<void> drain(io::Tick until);
  std::size_t sessions() const { return sessions_.size(); }

 private:
  // Why there is no session for the peer now, or nothing.
  std::string_view why_not(const Tally::Place& stranger) const;
  io::Task<void> turn_away(std::unique_ptr<io::Stream> stream, const io::TlsContext* tls, std::string_view why);

  io::Loop& loop_;
  log::Log& log_;
  const Options options_;
  Counts counts_;
  Tally strangers_;  // by network
  Tally of_administrators_;
  Tally large_requests_;
  Parts parts_;
  std::list<Session*> sessions_;
  Tally turned_away_;  // that are being told why
  io::Bell left_;
  bool is_draining_ = false;
};

}  // namespace postroad::appd
