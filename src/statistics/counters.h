#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace postroad::statistics {

// What is counted. The order is that of rows and columns: new ones go to the end.
enum class Counter : std::uint8_t {
  MessagesIn, BytesIn,            // put into the mailbox by delivery
  MessagesOut, BytesOut,          // submitted by the user, for anybody
  MessagesRelayed, BytesRelayed,  // of those, sent on to other hosts
  MessagesSpam, BytesSpam,        // of those that came in, taken for spam
  Autoresponses,
  Forwards,
  MessagesAppended, BytesAppended,  // put into the mailbox by its user, or by a migration
  SignInsImap, SignInsPop, SignInsWebmail, SignInsSmtp, SignInsApp,
  RefusedRecipients, RefusedMessages,  // at SMTP, before any mailbox had a part in it
};
inline constexpr std::size_t kCounters = 19;

struct CounterWords {
  std::string_view name;        // in reports, columns and CSV
  std::string_view definition;  // what a person is told that the figure is
};
const CounterWords& words_of(Counter counter);
std::optional<Counter> counter_named(std::string_view name);

// A figure of each.
struct Counts {
  std::array<std::uint64_t, kCounters> figures{};

  std::uint64_t& of(Counter counter) { return figures[static_cast<std::size_t>(counter)]; }
  std::uint64_t of(Counter counter) const { return figures[static_cast<std::size_t>(counter)]; }
  bool is_zero() const { return *this == Counts{}; }
  bool operator==(const Counts&) const = default;
};

// `visit(Counter)` for each.
template <class Visit>
void each_counter(Visit visit) {
  for (std::size_t at = 0; at < kCounters; ++at) visit(static_cast<Counter>(at));
}

// The mail and storage of an account, or of many.
struct Storage {
  std::uint64_t bytes = 0;
  std::uint64_t messages = 0;
  bool operator==(const Storage&) const = default;
};

}  // namespace postroad::statistics
