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
  kAddressee = 9,  // the n-th is of the n-th account
  kEnvid = 10,
  kRet = 11,
};
enum AddresseeTag : std::uint8_t {
  kRecipient = 1,
  kNotify = 2,
  kOrcpt = 3,
};

std::uint64_t to_number(Time time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }
Time to_time(std::uint64_t number) { return Time(Time::duration(static_cast<Time::rep>(number))); }

std::vector<std::string> encode_addressees(const Entry& entry) {
  std::vector<std::string> rows;
  std::size_t bytes = 0;
  for (const auto& each : entry.addressees) {
    rows.push_back(store::RowWriter(kFormat)
                       .text(kRecipient, each.recipient)
                       .text(kNotify, each.notify)
                       .text(kOrcpt, each.orcpt)
                       .take());
    bytes += rows.back().size();
  }
  if (bytes > kAddresseesBytes) rows.clear();
  return rows;
}

Result<> decode_addressee(std::string_view value, Addressee& into) {
  TRY(const auto row, store::RowReader::open(value, kFormat, "addressee of a queued message"));
  into.recipient = row.text(kRecipient);
  into.notify = row.text(kNotify);
  into.orcpt = row.text(kOrcpt);
  return {};
}

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
      .text(kWhy, entry.why)
      .text(kEnvid, entry.envid)
      .text(kRet, entry.ret);
  for (const auto& each : entry.addressees) row.text(kAccount, each.account);
  for (const auto& each : encode_addressees(entry)) row.text(kAddressee, each);
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
              .envid = std::string(row.text(kEnvid)),
              .ret = std::string(row.text(kRet)),
              .size_bytes = row.number(kSize),
              .attempts = static_cast<std::uint32_t>(row.number(kAttempts)),
              .why = std::string(row.text(kWhy))};
  for (const auto account : row.texts(kAccount)) entry.addressees.push_back({.account = std::string(account)});
  const auto told = row.texts(kAddressee);
  if (told.size() != entry.addressees.size()) return entry;
  for (std::size_t i = 0; i < told.size(); ++i) {
    TRY_OK(decode_addressee(told[i], entry.addressees[i]));
  }
  return entry;
}

}  // namespace postroad::queue
