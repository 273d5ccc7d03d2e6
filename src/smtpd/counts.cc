#include "smtpd/counts.h"

namespace postroad::smtpd {
namespace {

std::string name_of(smtp::Dialect dialect) { return dialect == smtp::Dialect::Lmtp ? "lmtp" : "smtp"; }

metrics::Labels labels(smtp::Dialect dialect) { return {{"dialect", name_of(dialect)}}; }

}  // namespace

Counts::Counts(metrics::Registry& registry, smtp::Dialect dialect)
    : sessions(registry.counter("postroad_smtpd_sessions_total", "Connections taken.", labels(dialect))),
      tls_sessions(registry.counter("postroad_smtpd_tls_sessions_total", "Connections secured.", labels(dialect))),
      open(registry.gauge("postroad_smtpd_sessions", "Connections open now.", labels(dialect))),
      messages(registry.counter("postroad_smtpd_messages_total", "Messages accepted.", labels(dialect))),
      recipients(registry.counter("postroad_smtpd_recipients_total", "Recipients of accepted messages.", labels(dialect))),
      bytes(registry.counter("postroad_smtpd_bytes_total", "Octets of accepted messages.", labels(dialect))),
      accept_seconds(registry.histogram("postroad_smtpd_accept_seconds",
                                        "From the end of a message to the reply that it is durable.", labels(dialect))),
      registry_(registry),
      dialect_(name_of(dialect)) {}

void Counts::refused(std::string_view reason) {
  registry_
      .counter("postroad_smtpd_refusals_total", "Commands, recipients and messages refused.",
               {{"dialect", dialect_}, {"reason", std::string(reason)}})
      .add();
}

}  // namespace postroad::smtpd
