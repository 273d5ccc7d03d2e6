#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Whatever a peer can make grow has a limit, and the limits stand here. Those that an operator may change are
// settings (config/settings.h), and what is here bounds them.
namespace postroad::limits {

inline constexpr std::size_t kMessageBytes = 50UL << 20;        // default of `message.size_max`
inline constexpr std::size_t kSessionBufferBytes = 256UL << 10; // what one session may hold unprocessed

// smtp: rfc5321 4.5.3.1 gives the least; these are the most.
inline constexpr std::size_t kSmtpLineBytes = 4096;             // a command line
inline constexpr std::size_t kSmtpRecipients = 1000;            // in a transaction
inline constexpr int kSmtpErrors = 20;                          // then 421

// imap
inline constexpr std::size_t kImapLineBytes = 64UL << 10;       // a command without its literals
inline constexpr std::size_t kImapLiteralBytes = 64UL << 10;    // a literal that is not a message
inline constexpr int kImapErrors = 20;                          // BADs, then BYE

inline constexpr std::size_t kPop3LineBytes = 512;              // rfc2449 4 says 255 octets at least
inline constexpr std::size_t kAppRequestBytes = 1UL << 20;      // of who has signed in; appd/options.h bounds the others

}  // namespace postroad::limits
