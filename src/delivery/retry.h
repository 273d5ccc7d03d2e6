#pragma once

#include <string>
#include <vector>

#include "delivery/fan.h"
#include "delivery/options.h"
#include "directory/view.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "queue/queue.h"
#include "store/agenda_runner.h"

namespace postroad::delivery {

// Tries queued messages again, as the agenda's handler of kind "queue", until each of their accounts has them. One that
// is too old, or whose last accounts are no more, becomes stuck: it is kept, logged and listed.
//
// Belongs to the runner's loop. What it refers to must outlive the loops' tasks, and so must it.
class Retry {
 public:
  Retry(Options options, io::Loop& loop, const directory::View& directory, mailbox::Accounts& accounts,
        queue::Queue& queue, log::Log& log, metrics::Registry& metrics);

  // Before the runner starts.
  void join(store::agenda::Runner& runner);

 private:
  io::Task<store::agenda::Visit> visit(store::agenda::Timed timed);
  io::Task<Result<store::agenda::Visit>> work_off(queue::Entry entry);
  io::Task<Result<queue::Entry>> try_all(queue::Entry entry);
  std::vector<Target> targets_of(const queue::Entry& entry) const;
  bool is_hopeless(const queue::Entry& entry) const;
  Time next_try(std::uint32_t attempts) const;

  const Options options_;
  io::Loop& loop_;
  const directory::View& directory_;
  mailbox::Accounts& accounts_;
  queue::Queue& queue_;
  log::Log& log_;
  metrics::Counter& delivered_;
  metrics::Counter& retried_;
  metrics::Counter& stuck_;
};

}  // namespace postroad::delivery
