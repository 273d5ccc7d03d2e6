#pragma once

#include <memory>
#include <string>
#include <vector>

#include "delivery/fan.h"
#include "delivery/inbound.h"
#include "delivery/options.h"
#include "directory/view.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "queue/queue.h"

namespace postroad::delivery {

// Delivers arrivals into the mailboxes of this node.
//
// A message for several accounts is committed to each on its own, at once. Where some of them fail, or it stays open
// whether they have it, while others have it, the rest goes durably to the queue and the client hears 250; it hears a
// failure only where nothing was committed. Where even the queue fails all of it is tried again until
// Options::settle_time; only then is the client told to try again, and some may get the message twice rather than
// anybody never.
//
// One object a loop. What it refers to must outlive the loops' tasks, and so must it.
class Local : public Inbound {
 public:
  Local(Options options, io::Loop& loop, const directory::View& directory, mailbox::Accounts& accounts, queue::Queue& queue,
        log::Log& log, metrics::Registry& metrics);

  io::Task<std::vector<smtp::Reply>> deliver(Arrival arrival) override;
  io::Task<std::optional<std::uint64_t>> used_bytes(directory::AccountPtr account) override;

 private:
  struct Work;
  Target target(const std::string& id, const directory::Account& account);
  void log_failure(const std::string& id, const Target& target);
  io::Task<void> settle(std::shared_ptr<Work> work);
  io::Task<Result<>> queue_rest(std::shared_ptr<Work> work);
  io::Task<void> place(std::shared_ptr<Work> work);
  std::size_t width(std::size_t bytes) const;

  const Options options_;
  io::Loop& loop_;
  const directory::View& directory_;
  mailbox::Accounts& accounts_;
  queue::Queue& queue_;
  log::Log& log_;
  metrics::Counter& placed_;
  metrics::Counter& failed_;
  metrics::Counter& queued_;
};

// The reply to a failed delivery.
smtp::Reply reply_to_failure(const Error& error);

}  // namespace postroad::delivery
