#pragma once

#include <memory>
#include <string>

#include "feed/link.h"
#include "feed/source.h"
#include "io/stream.h"
#include "log/log.h"
#include "metrics/metrics.h"

namespace postroad::feed {

struct ServerOptions {
  Versions versions;
  LinkOptions link;
  std::size_t calls = 64;  // under way at a cluster; more are refused with Busy
};

inline constexpr std::string_view kUnavailable = "CLUSTER_UNAVAILABLE";  // the code where a call came to nothing
std::unexpected<Error> cluster_unavailable();

struct ServerState;

// Control's end of the feeds: one connection for each cluster, whose certificate's common name is `cluster.<name>`.
// A second connection of one cluster takes the place of the first.
class Server {
 public:
  // All must outlive the server; `source` and all calls belong to `loop`.
  Server(io::Loop& loop, Source& source, log::Log& log, metrics::Registry& metrics, ServerOptions options = {});
  ~Server();

  // Serves accepted connections until the listener closes.
  io::Task<void> serve(io::Listener& listener, const io::TlsContext& tls);
  // One connection, which has not begun its handshake, until it ends. Does not throw.
  io::Task<void> serve(std::unique_ptr<io::Stream> stream, const io::TlsContext& tls);

  // There may be changes for the cluster now.
  void ring(const std::string& cluster);
  bool is_connected(const std::string& cluster) const;

  // Asks the cluster. `params` and the result are texts of JSON values. Busy, code kUnavailable, text `cluster unavailable`:
  // it is not connected, has too many calls under way, or does not answer until then; it may have done it all the same.
  // Refused: `params` are more than kCallBytes.
  io::Task<Result<std::string>> call(std::string cluster, std::string method, std::string params, io::Tick until);

  // Ends all connections with a Bye.
  void stop();

 private:
  std::unique_ptr<ServerState> state_;
};

}  // namespace postroad::feed
