#include "store/leases.h"

namespace postroad::store {

Result<Lease> Leases::acquire(const std::string& name, const std::string& holder, std::uint64_t epoch, io::Tick now,
                              std::chrono::milliseconds ttl) {
  const auto at = held_.find(name);
  if (at != held_.end() && at->second.holder != holder && at->second.until > now)
    return fail(Fault::Conflict, "the lease " + name + " is held by " + at->second.holder);
  held_.insert_or_assign(name, Held{holder, epoch, now + ttl});
  sweep(now);
  return Lease{name, holder, epoch};
}

Result<> Leases::renew(const Lease& lease, io::Tick now, std::chrono::milliseconds ttl) {
  const auto at = held_.find(lease.name);
  if (at == held_.end() || at->second.epoch != lease.epoch || at->second.until <= now)
    return fail(Fault::Conflict, "the lease " + lease.name + " is lost");
  at->second.until = now + ttl;
  return {};
}

void Leases::release(const Lease& lease) {
  const auto at = held_.find(lease.name);
  if (at != held_.end() && at->second.epoch == lease.epoch) held_.erase(at);
}

// Those that ran out go when they are many.
void Leases::sweep(io::Tick now) {
  if (held_.size() < sweep_at_) return;
  std::erase_if(held_, [now](const auto& held) { return held.second.until <= now; });
  sweep_at_ = 2 * held_.size() + 64;
}

}  // namespace postroad::store
