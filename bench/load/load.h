#pragma once

#include <cstdint>
#include <string>

#include "client.h"
#include "options.h"

namespace postroad::bench {

// What a run shares: all of its sessions are on one loop.
struct Run {
  const Options& options;
  io::real::Loop& loop;
  const tls::Context& tls;
  io::Tick start{};
  io::Tick end{};           // nothing begins after
  std::uint64_t begun = 0;  // messages
  std::uint64_t done = 0;   // messages or commands that were acknowledged
  int open = 0;             // sessions that have not ended
  std::string failure;      // the first

  const User& user(int session) const { return options.users[static_cast<std::size_t>(session) % options.users.size()]; }
  io::Tick now() const { return loop.clock().steady(); }
  double passed() const { return std::chrono::duration<double>(now() - start).count(); }
};

// A session of each kind; each ends at the run's end. deliver.cc, mixed.cc, idle.cc
io::Task<void> deliver(Run& run, int session);
io::Task<void> mix(Run& run, int session);
io::Task<void> idle(Run& run, int session);

// How many messages lie in the users' INBOXes.
io::Task<std::uint64_t> count_arrived(Run& run);

}  // namespace postroad::bench
