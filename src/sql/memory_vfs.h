#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/random.h"

namespace postroad::sql {

// A disk in memory for SQLite, which does what a real one does when the power goes: what was not synced is lost, in
// part, out of order and torn. For tests and the simulation: Sqlite(path, {.vfs = disk.name()}).
//
// Must outlive the connections. Callable from any thread.
class MemoryDisk {
 public:
  MemoryDisk();
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  const std::string& name() const { return name_; }

  // The power goes and comes back: files hold what was synced, and of each later write all, nothing, or some of its
  // sectors, as `random` decides. Files that were open before fail for ever.
  void crash(io::Random& random);

  // From the operation after the next `count` on (writes, truncations, syncs, deletions), everything fails, until
  // crash(). So a test stops the machine at each point in turn.
  void fail_after(std::uint64_t count);
  // How many such operations there were.
  std::uint64_t operations() const;
  // How many syncs there were: the price of commits.
  std::uint64_t syncs() const;
  // Bytes of a file; 0: there is none.
  std::size_t size(const std::string& file) const;

  struct State;

 private:
  std::string name_;
  std::unique_ptr<State> state_;
};

}  // namespace postroad::sql
