#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "feed/link.h"
#include "feed/source.h"
#include "io/stream.h"
#include "io/random.h"
#include "log/log.h"
#include "metrics/metrics.h"

namespace postroad::feed {

struct ClientOptions {
  io::Endpoint control;
  std::string control_name = "control";  // in control's certificate
  Versions versions;
  LinkOptions link;
  std::chrono::milliseconds wait{30'000};          // a pull's long poll
  std::chrono::milliseconds backoff_least{200};    // between attempts to connect, with jitter
  std::chrono::milliseconds backoff_most{30'000};
  std::chrono::milliseconds connect_time{10'000};
  std::chrono::milliseconds batch_time{1'000};     // what one batch may take; the next is asked for accordingly
  std::size_t reports = 10'000;                    // unconfirmed keys kept; more are refused
  std::size_t calls = 64;                          // under way; more are answered with Busy
  std::size_t call_bytes = 16UL << 20;             // of their params and results together; likewise
};

struct ClientState;

// A cluster's end of its feed: connects to control, pulls, hands changes to the sink, settles, carries reports up and
// calls in. Comes again, later and later, where the connection ends, and goes on from where the sink stands. The
// cluster serves mail without it.
class Client {
 public:
  // All must outlive the client; `sink` and `calls` are used on `loop`.
  Client(io::Loop& loop, io::Network& network, const io::TlsContext& tls, io::Random& random, Sink& sink, Calls& calls,
         log::Log& log, metrics::Registry& metrics, ClientOptions options);
  ~Client();

  // Until stop(). Does not throw.
  io::Task<void> run();
  void stop();

  // Takes a state for control; a newer version of a key takes the older one's place. Kept, and sent again after
  // each reconnect, until control has it. False where there are too many.
  bool report(Report report);
  // The same for several at once; true when control has all of them durably, or newer ones; false where there is no connection, no
  // room, or no answer by `until`.
  io::Task<bool> deliver(std::vector<Report> reports, io::Tick until);
  std::size_t unconfirmed() const;
  bool is_connected() const;

 private:
  io::Task<void> connect_once();
  std::unique_ptr<ClientState> state_;
};

}  // namespace postroad::feed
