#pragma once

#include <string>
#include <string_view>

#include "metrics/metrics.h"
#include "smtp/command.h"

namespace postroad::smtpd {

// The metrics of one dialect. README.md tells what each means.
class Counts {
 public:
  Counts(metrics::Registry& registry, smtp::Dialect dialect);

  // `reason`: one of few words, never a peer's.
  void refused(std::string_view reason);

  metrics::Counter& sessions;
  metrics::Counter& tls_sessions;
  metrics::Gauge& open;
  metrics::Counter& messages;
  metrics::Counter& recipients;
  metrics::Counter& bytes;
  metrics::Histogram& accept_seconds;

 private:
  metrics::Registry& registry_;
  std::string dialect_;
};

}  // namespace postroad::smtpd
