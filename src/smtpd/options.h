#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/limits.h"
#include "policy/recipient.h"
#include "smtp/command.h"

namespace postroad::smtpd {

struct Options {
  smtp::Dialect dialect = smtp::Dialect::Smtp;
  std::string host = "localhost";  // in greeting, EHLO and Received
  std::uint16_t cluster = 0;       // in ids

  std::uint64_t message_bytes_max = limits::kMessageBytes;
  std::size_t recipients_max = limits::kSmtpRecipients;
  std::size_t accounts_max = 10'000;         // of one transaction, groups unfolded
  int errors_max = limits::kSmtpErrors;
  int refusals_max = 100;
  int idle_commands_max = 100;
  std::size_t hops_max = 100;                // rfc5321 6.3
  std::size_t sessions_max = 10'000;          // of the process, SMTP and LMTP together
  std::size_t sessions_per_network_max = 50;  // of one peer's network, on one loop

  // rfc5321 4.5.3.2.7 asks for five minutes at least. A line has to come whole within it.
  std::chrono::seconds command_timeout{300};
  std::chrono::seconds data_timeout{300};   // for the next piece of a message
  std::chrono::seconds message_time_max{3600};  // for a message, from 354 to its end
  std::chrono::seconds handshake_timeout{60};

  policy::Options policy;
};

}  // namespace postroad::smtpd
