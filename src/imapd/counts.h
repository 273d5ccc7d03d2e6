#pragma once

#include <string_view>

#include "metrics/metrics.h"

namespace postroad::imapd {

// README.md tells what each means.
class Counts {
 public:
  explicit Counts(metrics::Registry& registry);

  metrics::Counter& sessions;
  metrics::Counter& turned_away;
  metrics::Gauge& open;
  metrics::Gauge& idling;
  metrics::Counter& sign_ins;
  metrics::Counter& sign_in_failures;
  metrics::Counter& appended;
  metrics::Counter& fetched_bytes;
  metrics::Histogram& command_seconds;

  // By outcome: ok, no, bad.
  metrics::Counter& ok;
  metrics::Counter& no;
  metrics::Counter& bad;
};

}  // namespace postroad::imapd
