#pragma once

#include "metrics/metrics.h"

namespace postroad::omad {

// README.md tells what each means.
struct Counts {
  explicit Counts(metrics::Registry& registry)
      : requests(registry.counter("postroad_omad_requests_total", "OMA requests.")),
        errors(registry.counter("postroad_omad_errors_total", "OMA requests that failed.")),
        over_budget(registry.counter("postroad_omad_over_budget_total", "OMA requests refused because too much was being received.")),
        running(registry.gauge("postroad_omad_requests_running", "OMA requests being answered.")),
        seconds(registry.histogram("postroad_omad_request_seconds", "From an OMA request's end to its reply.")) {}

  metrics::Counter& requests;
  metrics::Counter& errors;
  metrics::Counter& over_budget;
  metrics::Gauge& running;
  metrics::Histogram& seconds;
};

}  // namespace postroad::omad
