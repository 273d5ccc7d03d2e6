#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "feed/change.h"
#include "feed/source.h"

// What the two ends say to each other. docs/feed.md has the words and the order.
namespace postroad::feed {

// The versions of the protocol that an end speaks. Each release speaks its own and the one before.
struct Versions {
  std::uint32_t lowest = 1;
  std::uint32_t highest = 1;
};
// The highest that both speak; 0: none.
std::uint32_t common_version(Versions a, Versions b);

// The cluster's first message, and control's answer.
struct Hello {
  Versions versions;
};
struct Welcome {
  std::uint32_t version = 1;
  Standing standing;
};
// Either end's last message: why it hangs up.
struct Bye {
  std::string reason;
};

// Cluster: give me what follows. Answered by one Changes, at once if there is something, else within `wait_ms`.
struct Pull {
  Position after = 0;
  std::uint32_t most = kBatchChanges;
  std::uint32_t wait_ms = 30'000;
};
struct Changes {
  Batch batch;
};
// Cluster: what became of changes. Answered by one Taken when durable.
struct Settle {
  std::vector<Settled> settled;
};
struct Taken {
  Position position = 0;  // the last one of the Settle
};
// Cluster: states. Answered by one ReportTaken with the same number.
struct Reports {
  std::uint64_t number = 0;
  std::vector<Report> reports;
};
struct ReportTaken {
  std::uint64_t number = 0;
};
// Control asks the cluster something. Answered by one CallDone with the same number; or, late, never.
struct Call {
  std::uint64_t number = 0;
  std::string method;
  std::string params;          // the text of a JSON value
  std::uint32_t within_ms = 0; // how long control waits
};
struct CallDone {
  std::uint64_t number = 0;
  Result<std::string> outcome;  // the text of a JSON value
};
// Either end, to be answered by a Pong: the line is alive.
struct Ping {};
struct Pong {};
// A word of a newer version: skipped.
struct UnknownMessage {
  std::string type;
};

using Message = std::variant<Hello, Welcome, Bye, Pull, Changes, Settle, Taken, Reports, ReportTaken, Call, CallDone,
                             Ping, Pong, UnknownMessage>;

inline constexpr std::size_t kReports = 256;  // in one message
inline constexpr std::size_t kMethodBytes = 100;
inline constexpr std::size_t kCallBytes = 1UL << 20;  // of a call's params, and of its result, as text

// A frame's content: one JSON object. Unknown members are ignored.
std::string encode(const Message& message);
Result<Message> decode_message(std::string_view json);

}  // namespace postroad::feed
