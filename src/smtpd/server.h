#pragma once

#include <list>
#include <memory>

#include "base/tally.h"
#include "io/event.h"
#include "metrics/metrics.h"
#include "smtpd/session.h"

namespace postroad::smtpd {

// SMTP or LMTP on one loop: all sessions there, their limits, and their end. Must outlive the loop's tasks.
class Server {
 public:
  // What `parts` refers to must outlive the server.
  Server(Options options, Parts parts, metrics::Registry& metrics);
  ~Server();

  // Serves a connection of this loop; on this loop.
  void take(std::unique_ptr<io::Stream> stream);

  // From now on every client is sent away with 421 before its next command; messages under way are finished.
  void drain();
  // Waits until no session is left; at `until` those that are left are broken off.
  io::Task<void> drained(io::Tick until);

  std::size_t sessions() const { return sessions_.size(); }

 private:
  using Sessions = std::list<Session*>;  // in the order of their coming
  io::Task<void> serve(std::unique_ptr<io::Stream> stream, Tally::Place of_network);
  io::Task<void> turn_away(std::unique_ptr<io::Stream> stream, std::string_view why);
  std::string_view why_not() const;

  const Options options_;
  const Parts parts_;
  Counts counts_;
  Sessions sessions_;
  Tally networks_;
  io::Bell left_;
  bool is_draining_ = false;
};

}  // namespace postroad::smtpd
