#pragma once

#include <set>
#include <string>

#include "io/loop.h"
#include "io/random.h"
#include "log/log.h"
#include "mailbox/accounts.h"
#include "mailbox/counts.h"
#include "store/engine.h"

namespace postroad::mailbox {

// What an account's parts work with. Outlives them.
struct Site {
  std::string account_id;
  store::Partition partition;
  store::Engine& engine;
  io::Loop& loop;  // the home loop
  io::Random& random;
  log::Log& log;
  Counts& counts;
  const Options& options;

  Time now() const { return loop.clock().now(); }
  std::int64_t now_seconds() const {
    return std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
  }
  std::string new_id(char type) const { return io::new_id(type, loop.clock(), random, options.cluster); }
};

// Where the parts of an email lie.
inline std::string body_of(std::string_view email_id) { return std::string(email_id); }
inline std::string summary_of(std::string_view email_id) { return "s/" + std::string(email_id); }

}  // namespace postroad::mailbox
