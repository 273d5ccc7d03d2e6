#include "control/throttle.h"

namespace postroad::control {

std::chrono::seconds Throttle::wait(const std::string& peer, const std::string& name, io::Tick now) const {
  const auto found = entries_.find({peer, name});
  if (most_ == 0 || found == entries_.end() || is_over(found->second, now) || found->second.failures < most_) return {};
  return std::chrono::ceil<std::chrono::seconds>(found->second.since + window_ - now);
}

void Throttle::failed(const std::string& peer, const std::string& name, io::Tick now) {
  auto found = entries_.find({peer, name});
  if (found != entries_.end() && is_over(found->second, now)) {
    erase(found);
    found = entries_.end();
  }
  if (found == entries_.end()) {
    if (entries_.size() >= kEntries) erase(entries_.find(by_age_.begin()->second));
    const auto order = next_order_++;
    found = entries_.emplace(Key{peer, name}, Entry{0, now, order}).first;
    by_age_.emplace(order, found->first);
  }
  ++found->second.failures;
}

void Throttle::succeeded(const std::string& peer, const std::string& name) {
  if (const auto found = entries_.find({peer, name}); found != entries_.end()) erase(found);
}

void Throttle::erase(Entries::iterator entry) {
  by_age_.erase(entry->second.order);
  entries_.erase(entry);
}

}  // namespace postroad::control
