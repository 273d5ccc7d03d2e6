#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "io/clock.h"

namespace postroad::control {

// Counts wrong passwords by who tried and whom: so a stranger's failures hold up the stranger, and never the owner of
// the name, who comes from elsewhere.
class Throttle {
 public:
  // `most` failures within `window`; 0: any number.
  Throttle(std::uint64_t most, std::chrono::seconds window) : most_(most), window_(window) {}

  // How long the peer has to wait before its next attempt for this name; zero: not at all.
  std::chrono::seconds wait(const std::string& peer, const std::string& name, io::Tick now) const;
  void failed(const std::string& peer, const std::string& name, io::Tick now);
  void succeeded(const std::string& peer, const std::string& name);

  static constexpr std::size_t kEntries = 10'000;  // past it the ones that began first are forgotten

 private:
  struct Entry {
    std::uint64_t failures = 0;
    io::Tick since{};
    std::uint64_t order = 0;
  };
  using Key = std::pair<std::string, std::string>;
  using Entries = std::map<Key, Entry>;
  bool is_over(const Entry& entry, io::Tick now) const { return now - entry.since >= window_; }
  void erase(Entries::iterator entry);

  std::uint64_t most_;
  std::chrono::seconds window_;
  Entries entries_;
  std::map<std::uint64_t, Key> by_age_;  // by Entry::order
  std::uint64_t next_order_ = 0;
};

}  // namespace postroad::control
