#pragma once

#include <memory>

#include "io/resolver.h"
#include "io/stream.h"
#include "migration/item.h"
#include "migration/options.h"

namespace postroad::migration {

// How sources are reached. All of it outlives the tasks.
struct Ways {
  io::Network& network;
  io::Resolver& resolver;
  const io::TlsContext& tls;        // verifies certificates and names
  const io::TlsContext& tls_of_any; // takes any
  const io::TlsContext& tls_for(const Remote& remote) const { return remote.accept_any_certificate ? tls_of_any : tls; }
};

// A connection on `loop`, and TLS on it where the method begins so. Each address of the name is tried in turn; none that is
// not of the public internet, unless the options allow it. Does not throw.
io::Task<Result<std::unique_ptr<io::Stream>>> dial(io::Loop& loop, const Ways& ways, Remote remote, Options options);

// How a connection's end is told: TLS failures are for good, all else may go better later.
std::unexpected<Error> failure_of(const io::Ended& ended, const Remote& remote);

}  // namespace postroad::migration
