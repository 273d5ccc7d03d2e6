#pragma once

#include "metrics/metrics.h"

namespace postroad::mailbox {

// The folder's metrics; README.md says what each means.
struct Counts {
  explicit Counts(metrics::Registry& registry);

  metrics::Counter& committed;
  metrics::Counter& conflicts;
  metrics::Counter& unknown;
  metrics::Counter& unavailable;
  metrics::Counter& operations;
  metrics::Counter& refused;
  metrics::Counter& delivered;
  metrics::Counter& repeated;
  metrics::Counter& expunged;
  metrics::Counter& purged;
  metrics::Counter& orphans;
  metrics::Counter& loads;
  metrics::Counter& evicted;
  metrics::Gauge& accounts;
  metrics::Gauge& cache_bytes;
  metrics::Gauge& views;
  metrics::Histogram& commit_seconds;
};

}  // namespace postroad::mailbox
