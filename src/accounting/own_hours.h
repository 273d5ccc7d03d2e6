#pragma once

#include <optional>
#include <string>

#include "accounting/options.h"
#include "feed/client.h"
#include "io/event.h"
#include "statistics/note.h"
#include "statistics/refusals.h"
#include "store/engine.h"

namespace postroad::accounting {

// What is counted of the cluster itself, in a partition of its own: refusals over SMTP. They are kept every second, so a
// process that is killed loses the last second's; one that ends in peace loses none.
class OwnHours {
 public:
  // All must outlive it. `loop` is the feed's.
  OwnHours(Options options, io::Loop& loop, store::Engine& engine, feed::Client& feed, log::Log& log, metrics::Registry& metrics);

  statistics::Refusals& refusals() { return refusals_; }  // to be counted in, from any thread
  // Until stop().
  io::Task<void> run();
  // Keeps what was counted, and ends run().
  io::Task<void> stop();

  // Writes down what was refused since the last call.
  io::Task<Result<>> keep();
  // Holds the hours against their journal, and brings them to control. True when it has all of them as they are.
  io::Task<Result<bool>> report();

  static constexpr std::string_view kPartition = "statistics";

 private:
  using Change = std::function<bool(std::optional<statistics::HourRow>&, store::Batch&)>;  // false: nothing to write
  io::Task<Result<>> change(Change change);
  io::Task<Result<>> settle(statistics::HourRow row);
  io::Task<Result<bool>> correct();

  const Options options_;
  io::Loop& loop_;
  store::Engine& engine_;
  feed::Client& feed_;
  log::Log& log_;
  metrics::Counter& wrong_;
  metrics::Counter& mended_;
  statistics::Refusals refusals_;
  io::Mutex writing_;
  io::Bell stopped_;
  bool is_stopping_ = false;
};

}  // namespace postroad::accounting
