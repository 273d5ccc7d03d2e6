#pragma once

#include "metrics/metrics.h"

namespace postroad::pop3d {

// README.md tells what each means.
struct Counts {
  explicit Counts(metrics::Registry& registry)
      : sessions(registry.counter("postroad_pop3d_sessions_total", "POP3 connections.")),
        turned_away(registry.counter("postroad_pop3d_turned_away_total", "Connections refused, as there are too many.")),
        open(registry.gauge("postroad_pop3d_sessions_open", "Open POP3 connections.")),
        sign_ins(registry.counter("postroad_pop3d_sign_ins_total", "POP3 sign-ins.")),
        sign_in_failures(registry.counter("postroad_pop3d_sign_in_failures_total", "POP3 sign-ins that were refused.")),
        retrieved(registry.counter("postroad_pop3d_retrieved_total", "Messages retrieved by RETR.")),
        deleted(registry.counter("postroad_pop3d_deleted_total", "Messages deleted at QUIT.")),
        errors(registry.counter("postroad_pop3d_errors_total", "Commands that were answered with -ERR.")) {}

  metrics::Counter& sessions;
  metrics::Counter& turned_away;
  metrics::Gauge& open;
  metrics::Counter& sign_ins;
  metrics::Counter& sign_in_failures;
  metrics::Counter& retrieved;
  metrics::Counter& deleted;
  metrics::Counter& errors;
};

}  // namespace postroad::pop3d
