#include "queue/entry.h"

#include "store/row.h"

namespace postroad::queue {
namespace {

constexpr std::uint8_t kFormat = 1;
enum Tag : std::uint8_t {
  kState = 1,
  kAcceptedAt = 2,
  kNext = 3,
  kSender = 4,
  kAccount = 5,
  kSize = 6,
  kAttempts = 7,
  kWhy = 8,
};

std::uint64_t to_number(Time time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }
Time to_time(std::uint64_t number) { return Time(Time::duration(static_cast<Time::rep>(number))); }

}  // namespace

std::string_view state_name(Entry::State state) {
  switch (state) {
    case Entry::State::Writing: return "writing";
    case Entry::State::Waiting: return "waiting";
    case Entry::State::Stuck: return "stuck";
    case Entry::State::Done: return "done";
  }
  return "stuck";
}

std::string encode(const Entry& entry) {
  store::RowWriter row(kFormat);
  row.number(kState, static_cast<std::uint64_t>(entry.state))
      .number(kAcceptedAt, to_number(entry.accepted_at))
      .number(kNext, to_number(entry.next))
      .text(kSender, entry.sender)
      .number(kSize, entry.size_bytes)
      .number(kAttempts, entry.attempts)
      .text(kWhy, entry.why);
  for (const auto& account : entry.accounts) row.text(kAccount, account);
  return row.take();
}

Result<Entry> decode(std::string_view id, std::string_view value) {
  TRY(const auto row, store::RowReader::open(value, kFormat, "row of a queued message"));
  const auto state = row.number(kState);
  if (state < 1 || state > 4) return fail(Fault::Broken, "row of a queued message has an unknown state");
  Entry entry{.id = std::string(id),
              .state = static_cast<Entry::State>(state),
              .accepted_at = to_time(row.number(kAcceptedAt)),
              .next = to_time(row.number(kNext)),
              .sender = std::string(row.text(kSender)),
              .size_bytes = row.number(kSize),
              .attempts = static_cast<std::uint32_t>(row.number(kAttempts)),
              .why = std::string(row.text(kWhy))};
  for (const auto account : row.texts(kAccount)) entry.accounts.emplace_back(account);
  return entry;
}

}  // namespace postroad::queue
