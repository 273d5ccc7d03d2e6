#pragma once

#include "metrics/metrics.h"

namespace postroad::appd {

// README.md tells what each means.
struct Counts {
  explicit Counts(metrics::Registry& registry)
      : sessions(registry.counter("postroad_appd_sessions_total", "APP connections.")),
        open(registry.gauge("postroad_appd_sessions_open", "Open APP connections.")),
        requests(registry.counter("postroad_appd_requests_total", "APP requests.")),
        errors(registry.counter("postroad_appd_errors_total", "APP requests that were answered with ER.")),
        seconds(registry.histogram("postroad_appd_request_seconds", "From an APP request's end to its reply.")) {}

  metrics::Counter& sessions;
  metrics::Gauge& open;
  metrics::Counter& requests;
  metrics::Counter& errors;
  metrics::Histogram& seconds;
};

}  // namespace postroad::appd
