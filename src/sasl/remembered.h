#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "io/clock.h"
#include "io/random.h"

namespace postroad::sasl {

// Passwords that were right a short while ago, so that a client that connects again costs no hashing. Holds keyed
// digests under a secret of this process, never a password. A new version of the credentials is another key, so that a
// changed password ends what was remembered. From any thread.
class Remembered {
 public:
  // At most `most`; the oldest go first. `time` zero: remembers nothing.
  Remembered(std::size_t most, std::chrono::seconds time, io::Random& random);

  bool has(std::string_view account, std::uint64_t version, std::string_view password, io::Tick now);
  void add(std::string_view account, std::uint64_t version, std::string_view password, io::Tick now);
  std::size_t size() const;

 private:
  struct Entry {
    std::string digest;
    io::Tick until;
  };
  std::string digest_of(std::string_view account, std::uint64_t version, std::string_view password) const;
  void forget_old(io::Tick now);

  const std::size_t most_;
  const std::chrono::seconds time_;
  const std::string secret_;
  mutable std::mutex mutex_;  // never held across a wait
  std::list<Entry> by_age_;
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_digest_;  // views into by_age_; never iterated
};

}  // namespace postroad::sasl
