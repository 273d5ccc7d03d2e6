#include "mailbox/operations/statistics.h"

#include <fmt/format.h>

#include "mailbox/rows/entries.h"
#include "statistics/note.h"
#include "statistics/recount.h"

namespace postroad::mailbox {

using statistics::HourRow;

namespace {

// What the journal of an hour comes to.
io::Task<Result<statistics::Counts>> recount(Draft& draft, HourRow row) {
  std::vector<std::vector<statistics::Event>> chunks;
  CO_TRY_OK(co_await draft.load().each(statistics::chunks_of(row.hour), [&](const store::Row& chunk) -> Result<> {
    TRY(auto events, statistics::decode_chunk(chunk.value));
    chunks.push_back(std::move(events));
    return {};
  }));
  co_return statistics::recount(row, chunks);
}

// What the pages of emails come to, without those that are only recoverable.
io::Task<Result<statistics::Storage>> recount_storage(Draft& draft) {
  statistics::Storage counted;
  CO_TRY_OK(co_await draft.load().each(std::string(keys::kEmails), [&](const store::Row& row) -> Result<> {
    std::vector<EmailEntry> page;
    TRY_OK(decode(row.value, page));
    for (const auto& each : page) counted.bytes += each.size_bytes;
    counted.messages += page.size();
    return {};
  }));
  CO_TRY_OK(co_await draft.load().each(std::string(keys::kRecoverable), [&](const store::Row& row) -> Result<> {
    std::vector<RecoverableEntry> page;
    TRY_OK(decode(row.value, page));
    for (const auto& each : page) counted.bytes -= each.size_bytes;
    counted.messages -= page.size();
    return {};
  }));
  co_return counted;
}

HourRow begun(const Draft& draft) {
  HourRow made;
  made.hour = statistics::hour_of(draft.site().now());
  made.version = made.reported = draft.head().version;
  made.start = made.now = {draft.head().used_bytes, draft.head().used_emails};
  return made;
}

}  // namespace

io::Task<Result<>> CountSignIns::apply(Draft& draft) {
  draft.modseq();
  if (!domain_.empty()) draft.set_domain(domain_);
  for (const auto service : services_) draft.count(statistics::EventKind::SignedIn, static_cast<std::uint64_t>(service));
  co_return Result<>();
}

io::Task<Result<>> TakeHours::apply(Draft& draft) {
  answer.clear();
  if (!draft.hour()) co_return Result<>();
  auto current = *draft.hour();
  if (current.held_hours > 0)
    CO_TRY_OK(co_await draft.load().each(std::string(statistics::kClosedPrefix), [&](const store::Row& each) -> Result<> {
      if (answer.size() >= most_) return {};
      TRY(auto row, statistics::decode_hour(each.value));
      answer.push_back(std::move(row));
      return {};
    }));
  store::Batch rows;
  const auto before = current;
  const bool is_closed = statistics::close(current, draft.site().now(), rows);
  if (is_closed && answer.size() < most_) {
    answer.push_back(before);
    answer.back().due_ms = answer.back().held_hours = answer.back().held_chunks = 0;
  }
  if (answer.size() < most_ && current.is_to_report()) answer.push_back(current);
  current.due_ms = 0;
  if (current == *draft.hour()) co_return Result<>();
  draft.modseq();
  draft.put_hour(std::move(current));
  for (auto& row : rows.put) draft.put_row(std::move(row));
  co_return Result<>();
}

io::Task<Result<>> SettleHours::forget(Draft& draft, statistics::Hour hour, std::uint64_t version) {
  const auto key = statistics::closed_key(hour);
  CO_TRY(const auto value, co_await draft.row(key));
  if (!value) co_return Result<>();
  CO_TRY(const auto row, statistics::decode_hour(*value));
  if (row.version != version || row.marked_at != 0) co_return Result<>();
  auto current = *draft.hour();
  draft.del_row(key);
  for (std::uint32_t at = 0; at < row.chunks; ++at) draft.del_row(statistics::chunk_key(hour, at));
  current.held_hours -= std::min<std::uint32_t>(1, current.held_hours);
  current.held_chunks -= std::min(row.chunks, current.held_chunks);
  draft.put_hour(std::move(current));
  co_return Result<>();
}

io::Task<Result<>> SettleHours::apply(Draft& draft) {
  if (!draft.hour()) co_return Result<>();
  for (const auto& [hour, version] : heard_) {
    CO_TRY_OK(co_await forget(draft, hour, version));
    auto current = *draft.hour();
    if (current.hour != hour || current.version != version || current.reported == version) continue;
    current.reported = version;
    draft.put_hour(std::move(current));
  }
  if (draft.is_changed()) draft.modseq();
  co_return Result<>();
}

io::Task<Result<>> CorrectHour::apply(Draft& draft) {
  answer.clear();
  if (!draft.hour()) co_return Result<>();
  auto current = *draft.hour();
  const bool is_current = current.hour == hour_;
  auto row = current;
  if (!is_current) {
    CO_TRY(const auto value, co_await draft.row(statistics::closed_key(hour_)));
    if (!value) co_return Result<>();
    CO_TRY(row, statistics::decode_hour(*value));
  }
  if (what_ == What::Mend && row.marked_at == 0) co_return Result<>();
  CO_TRY(const auto counted, co_await recount(draft, row));
  const auto wrong = statistics::difference(row.counts, counted);
  if (what_ == What::Mark && (wrong.empty() || row.marked_at != 0)) co_return Result<>();
  answer = wrong.empty() ? "nothing any more" : wrong;
  if (what_ == What::Mend) row.counts = counted;
  row.marked_at = what_ == What::Mark ? draft.site().now_seconds() : 0;
  row.version = draft.modseq();
  if (is_current) {
    current = std::move(row);
  } else {
    draft.put_row({statistics::closed_key(hour_), encode(row)});
  }
  draft.ask_report(current);
  draft.put_hour(std::move(current));
  co_return Result<>();
}

io::Task<Result<>> CorrectStorage::apply(Draft& draft) {
  answer.clear();
  CO_TRY(const auto counted, co_await recount_storage(draft));
  auto current = draft.hour() ? *draft.hour() : begun(draft);
  const statistics::Storage stored{draft.head().used_bytes, draft.head().used_emails};
  if (counted == stored && current.now == stored) co_return Result<>();
  answer = fmt::format("{} octets and {} messages stored, not {} and {}", counted.bytes, counted.messages, stored.bytes, stored.messages);
  if (counted == stored) answer = fmt::format("{} octets stored, not {}", counted.bytes, current.now.bytes);
  const bool is_mending = current.marked_at != 0;
  current.version = draft.modseq();
  current.marked_at = is_mending ? 0 : draft.site().now_seconds();
  if (is_mending) {
    auto& head = draft.edit_head();
    head.used_bytes = counted.bytes;
    head.used_emails = counted.messages;
    current.now = counted;
  }
  draft.ask_report(current);
  draft.put_hour(std::move(current));
  co_return Result<>();
}

}  // namespace postroad::mailbox
