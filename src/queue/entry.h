#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace postroad::queue {

// One that lacks the message, and what whoever tells the sender about it must know.  rfc3461 4
struct Addressee {
  std::string account;    // id
  std::string recipient;  // the forward-path that meant it, as the client gave it; the first one where several did
  std::string notify;     // `SUCCESS,DELAY`, `NEVER`; empty: not given
  std::string orcpt;      // `rfc822;ann@example.org`, decoded; empty: not given
  bool operator==(const Addressee&) const = default;
};

// A message that waits for some of its accounts.
struct Entry {
  enum class State : std::uint8_t {
    Writing = 1,  // its text is on the way into the store, and nobody counts on it yet
    Waiting = 2,  // to be tried again at `next`
    Stuck = 3,    // nothing more is tried by itself: an operator, or the bounce that a later version writes
    Done = 4,     // every account has it; its text is being deleted
  };

  std::string id;       // of its acceptance
  State state = State::Waiting;
  Time accepted_at;
  Time next;            // try
  std::string sender;   // the reverse-path; empty: null
  std::string envid;    // decoded; empty: not given
  std::string ret;      // `FULL`, `HDRS`; empty: not given
  std::vector<Addressee> addressees;
  std::uint64_t size_bytes = 0;
  std::uint32_t attempts = 0;
  std::string why;      // the last failure; for people

  bool operator==(const Entry&) const = default;
};
std::string_view state_name(Entry::State state);  // `waiting`

// The row's value. Its key is of `id`. Where the addressees would take more than kAddresseesBytes, only their accounts are
// kept.
inline constexpr std::size_t kAddresseesBytes = 2UL << 20;
std::string encode(const Entry& entry);
Result<Entry> decode(std::string_view id, std::string_view value);

}  // namespace postroad::queue
