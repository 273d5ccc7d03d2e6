#pragma once

#include <map>
#include <string>

#include "store/engine.h"

namespace postroad::store {

// Who holds which lease, for the engines. Not for more than one thread at a time.
class Leases {
 public:
  // `epoch` must be greater than all given before it. Conflict where another holder has the lease.
  Result<Lease> acquire(const std::string& name, const std::string& holder, std::uint64_t epoch, io::Tick now,
                        std::chrono::milliseconds ttl);
  Result<> renew(const Lease& lease, io::Tick now, std::chrono::milliseconds ttl);
  void release(const Lease& lease);  // one that was lost meanwhile is left alone

 private:
  struct Held {
    std::string holder;
    std::uint64_t epoch = 0;
    io::Tick until;
  };
  void sweep(io::Tick now);
  std::map<std::string, Held> held_;
  std::size_t sweep_at_ = 64;
};

}  // namespace postroad::store
