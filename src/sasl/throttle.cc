#include "sasl/throttle.h"

namespace postroad::sasl {

std::chrono::seconds Throttle::wait(const std::string& name, io::Tick now) {
  if (failures_ == 0) return {};
  const std::lock_guard lock(mutex_);
  forget_old(now);
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second->failures < failures_) return {};
  return std::chrono::ceil<std::chrono::seconds>(found->second->until - now);
}

void Throttle::failed(const std::string& name, io::Tick now) {
  if (failures_ == 0 || most_ == 0) return;
  const std::lock_guard lock(mutex_);
  forget_old(now);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    ++found->second->failures;
    return;
  }
  if (by_age_.size() >= most_) {
    by_name_.erase(by_age_.front().name);
    by_age_.pop_front();
  }
  by_age_.push_back({name, 1, now + window_});
  by_name_.emplace(name, std::prev(by_age_.end()));
}

// All windows are as long, so the oldest come first.
void Throttle::forget_old(io::Tick now) {
  while (!by_age_.empty() && by_age_.front().until <= now) {
    by_name_.erase(by_age_.front().name);
    by_age_.pop_front();
  }
}

std::size_t Throttle::forget(const std::function<bool(std::string_view)>& is_meant) {
  const std::lock_guard lock(mutex_);
  std::size_t forgotten = 0;
  for (auto at = by_age_.begin(); at != by_age_.end();) {
    if (!is_meant(at->name)) {
      ++at;
      continue;
    }
    by_name_.erase(at->name);
    at = by_age_.erase(at);
    ++forgotten;
  }
  return forgotten;
}

std::size_t Throttle::size() const {
  const std::lock_guard lock(mutex_);
  return by_age_.size();
}

}  // namespace postroad::sasl
