#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "io/clock.h"

namespace postroad::sasl {

// Counts failures by name (an address, a peer) in windows: from the first failure on, for a time. A success takes none
// back, since it may be another's. From any thread.
class Throttle {
 public:
  // `failures` zero: never throttles. At most `most` names; the oldest go first.
  Throttle(std::uint32_t failures, std::chrono::seconds window, std::size_t most)
      : failures_(failures), window_(window), most_(most) {}

  // Whether the name has failed so often that it must wait.
  bool is_over(const std::string& name, io::Tick now) { return wait(name, now).count() > 0; }
  // How long yet; zero: not at all.
  std::chrono::seconds wait(const std::string& name, io::Tick now);
  void failed(const std::string& name, io::Tick now);
  // Names are as if they had not failed. How many there were.
  std::size_t forget(const std::function<bool(std::string_view)>& is_meant);
  std::size_t size() const;

 private:
  struct Entry {
    std::string name;
    std::uint32_t failures = 0;
    io::Tick until;
  };
  void forget_old(io::Tick now);

  const std::uint32_t failures_;
  const std::chrono::seconds window_;
  const std::size_t most_;
  mutable std::mutex mutex_;  // never held across a wait
  std::list<Entry> by_age_;
  std::map<std::string, std::list<Entry>::iterator, std::less<>> by_name_;
};

}  // namespace postroad::sasl
