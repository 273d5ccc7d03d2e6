#pragma once

#include "metrics/metrics.h"

namespace postroad::migration {

struct Counts {
  explicit Counts(metrics::Registry& registry);
  metrics::Gauge& running;
  metrics::Gauge& queued;
  metrics::Counter& attempts;
  metrics::Counter& done;
  metrics::Counter& failed;
  metrics::Counter& messages;
  metrics::Counter& octets;
  metrics::Counter& matched;
  metrics::Counter& skipped;
};

}  // namespace postroad::migration
