#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "migration/item.h"

namespace postroad::migration {

enum class State { Queued, Running, Waiting, Done, Failed };
std::string_view state_name(State state);  // `queued`
inline bool is_over(State state) { return state == State::Done || state == State::Failed; }

// Why an item failed, or waits.
enum class Reason {
  None,
  Credentials,  // the source refused user or password
  Certificate,  // its certificate can't be verified, or there is no TLS with it
  Plaintext,    // it has no STARTTLS, and the password must not go in clear
  Address,      // its name leads nowhere, or to an address that is not allowed
  Unreachable,  // no connection, or it broke again and again
  Protocol,     // it says what can't be understood, again and again
  Refused,      // it refuses a command that there is no doing without
  OverQuota,    // the account is full
  Account,      // the account is no more, or takes no mail
  Ledger,       // the account's ledger is full
  Sealed,       // the password can't be opened any more
  Cancelled,
  Store,        // our side can't write now
  Stopped,      // the node stops; it goes on when it is back
};
std::string_view reason_name(Reason reason);  // `over-quota`; empty for None

struct FolderReport {
  std::string source;  // UTF-8
  std::string target;  // ours; empty where it was skipped
  std::string note;    // why it has another name, or was skipped, or was not finished
  std::uint64_t seen = 0;     // messages that the source has
  std::uint64_t added = 0;    // by this item
  std::uint64_t there = 0;    // had been added before
  std::uint64_t skipped = 0;  // can't be taken
  std::uint64_t octets = 0;   // of the added ones
  bool operator==(const FolderReport&) const = default;
};
struct SkippedMessage {
  std::string folder;   // the source's
  std::string message;  // its UID, or its number of POP3
  std::uint64_t size_bytes = 0;
  std::string why;
  bool operator==(const SkippedMessage&) const = default;
};
// What came of an item. Bounded: limits.h.
struct Report {
  std::vector<FolderReport> folders;
  std::vector<SkippedMessage> skipped;  // the first of them
  FolderReport total() const;           // sums; `source` and `target` are empty
  void skip(SkippedMessage message);    // up to the limit
  bool operator==(const Report&) const = default;
};

// An item and how it stands.
struct Standing {
  Item item;
  State state = State::Queued;
  Reason reason = Reason::None;
  std::string text;           // of Waiting and Failed, for people
  Time added_at{};
  std::optional<Time> started_at;  // first
  std::optional<Time> ended_at;
  std::optional<Time> next_try;    // of Waiting
  std::uint32_t attempts = 0;
  std::uint32_t failures = 0;      // attempts in a row that added nothing
  std::uint64_t busy_ms = 0;       // time spent in attempts
  Report report;
  bool operator==(const Standing&) const = default;
};

// The words of the seam, and of the store. docs/migration.md shows them.
std::string to_json(const Item& item);
Result<Item> item_of_json(std::string_view text);
std::string to_json(const Standing& standing);
Result<Standing> standing_of_json(std::string_view text);

}  // namespace postroad::migration
