#pragma once

#include <chrono>
#include <string>

#include "io/random.h"
#include "io/stream.h"
#include "status/board.h"

namespace postroad::status {

// Where the synthetic user goes: public ports only.
struct Target {
  io::Endpoint at;
  bool is_tls = false;  // from the first byte
};

// What the probes of one cluster need. The operators write it (status/probes.json); docs/status.md.
struct ProbePlan {
  std::string cluster;
  Target smtp;
  Target imap;
  Target pop3;
  Target app;
  std::string app_user;
  std::string app_domain;
  std::string app_password;
  std::string domain;           // the probe's own, on this cluster
  std::string mailbox = "probe";

  std::string address() const { return mailbox + "@" + domain; }
};

struct ProbeResult {
  Finding finding = Finding::Failed;
  std::string reason;  // of what is not Good; for operators
  std::chrono::milliseconds took{0};
};

// The machine that probes run on.
struct ProbeWorld {
  io::Loop& loop;
  io::Network& network;
  const io::TlsContext& tls;
  std::string tls_name;  // in the services' certificates
  std::chrono::seconds timeout{20};
};

// Each ends by itself within the time-out and does not throw.

// Signs in to APP, makes the probe's mailbox if it is not there (with this password) or changes it, and sees the change
// applied. Slow where it is accepted but not applied in time.
io::Task<ProbeResult> probe_provisioning(ProbeWorld world, ProbePlan plan, std::string token, std::string password, bool set_password);
// Sends the probe a mail whose subject holds `token`.
io::Task<ProbeResult> probe_inbound(ProbeWorld world, ProbePlan plan, std::string token);
// Sees that mail by POP3; where `token` is empty, only that the mailbox opens.
io::Task<ProbeResult> probe_pop(ProbeWorld world, ProbePlan plan, std::string token, std::string password);
// Sees it by IMAP, likewise, and empties the mailbox.
io::Task<ProbeResult> probe_imap(ProbeWorld world, ProbePlan plan, std::string token, std::string password);

}  // namespace postroad::status
