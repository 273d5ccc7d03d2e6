#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "statistics/counters.h"
#include "statistics/periods.h"

// What a cluster keeps of an hour: counters, and the journal that they are folded from. docs/statistics.md
namespace postroad::statistics {

enum class EventKind : std::uint8_t {
  Delivered = 1,         // a message; its octets
  Appended = 2,          // a message; its octets
  SignedIn = 3,          // a service, by its Counter
  RefusedRecipients = 4, // how many
  RefusedMessages = 5,   // how many
};
// What happened, in the order of happening.
struct Event {
  EventKind kind = EventKind::Delivered;
  std::uint32_t second = 0;   // of the hour
  std::uint64_t amount = 0;   // what it is, the kind tells
  bool operator==(const Event&) const = default;
};

inline constexpr std::size_t kChunkEvents = 128;   // then they go to a row of their own
inline constexpr std::size_t kHeldChunks = 256;    // such rows of one account; beyond, full chunks are folded at once
inline constexpr std::size_t kHeldHours = 2200;    // that control has not heard of, 91 days; beyond, hours run together

// An hour of one account, or of the cluster itself.
struct HourRow {
  Hour hour = 0;
  std::uint64_t version = 0;  // grows with each change: of two reports the greater one counts
  std::string domain;         // its id at that time; empty: not known, or the cluster's own hour
  Counts counts;              // the fold of all that happened
  Storage start;              // what was stored when the hour began, and when it last changed
  Storage now;
  std::vector<Event> events;  // the journal: those that are not in chunks, at most kChunkEvents - 1
  std::uint32_t chunks = 0;   // rows of kChunkEvents each that came before, numbered from 0
  Counts folded;              // what was in chunks that were not kept
  std::uint64_t reported = 0; // the version that control has
  std::int64_t marked_at = 0; // found not to equal its journal at that time, seconds since 1970; 0: well
  std::int64_t due_ms = 0;    // of the current hour's: when the report is due; 0: nothing to report since the last one
  std::uint32_t held_hours = 0;   // of the current hour's: closed ones that are kept
  std::uint32_t held_chunks = 0;  // of the current hour's: rows of chunks, all hours together
  bool operator==(const HourRow&) const = default;

  bool is_to_report() const { return version != reported; }
};

std::string encode(const HourRow& row);
Result<HourRow> decode_hour(std::string_view row);
std::string encode_chunk(const std::vector<Event>& events);
Result<std::vector<Event>> decode_chunk(std::string_view row);

// The rows' keys in a partition.
inline constexpr std::string_view kCurrentKey = "mj";  // the current hour
inline constexpr std::string_view kClosedPrefix = "jh";
inline constexpr std::string_view kChunkPrefix = "je";
std::string closed_key(Hour hour);
std::string chunk_key(Hour hour, std::uint32_t number);
std::string chunks_of(Hour hour);  // the prefix

// Counts one event: the counters' fold. (The verifier has its own: recount.h.)
void count(Counts& counts, const Event& event);

}  // namespace postroad::statistics
