#include "mailbox/operations/sweeping.h"

#include <algorithm>

#include "mailbox/operations/lookups.h"
#include "mailbox/rows/summary.h"

namespace postroad::mailbox {
namespace {

Time time_of(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

Time earlier(std::optional<Time> a, Time b) { return a ? std::min(*a, b) : b; }

}  // namespace

io::Task<Result<>> PurgeDue::purge(Draft& draft, const RecoverableEntry& entry, Garbage& garbage) {
  CO_TRY_OK(co_await draft.load().email(entry.email));
  const auto* email = draft.email(entry.email);
  if (email == nullptr) co_return fail(Fault::Broken, "a recoverable email has no row");
  garbage.email_ids.push_back(unpack_id('e', email->id));
  const auto thread = email->thread;

  // A summary that can't be read leaves references to a thread that is no more, which lead nowhere.
  const auto& site = draft.site();
  const auto bytes = co_await site.engine.body_get(summary_of(garbage.email_ids.back()), 0, kSummaryBytes + 4096);
  if (!bytes && bytes.error().fault == Fault::Busy) co_return std::unexpected(bytes.error());
  const auto summary = bytes ? decode_summary(*bytes) : Result<Summary>(Summary{});
  CO_TRY_OK(co_await leave_thread(draft, thread, summary ? summary->reference_hashes : std::vector<std::uint64_t>{},
                                  entry.email));
  auto& head = draft.edit_head();
  head.recoverable_bytes -= entry.size_bytes;
  --head.recoverable;
  draft.emails().erase(entry.email);
  draft.recoverable().erase(entry.email);
  co_return Result<>();
}

// Loads what a page would be joined to: the ones next to it that are not empty by now.
template <class Entry>
io::Task<Result<>> PurgeDue::allow_join(Draft& draft, TableDraft<Entry>& table, Next next, Before before) {
  for (const auto key : table.shrunk()) {
    auto at = std::optional(key);
    for (; at; at = table.emptied_after(*at)) CO_TRY_OK(co_await (draft.load().*next)(*at));
    CO_TRY(const auto from, co_await (draft.load().*before)(key));
    table.allow_join(key, from);
  }
  co_return Result<>();
}

io::Task<Result<>> PurgeDue::apply(Draft& draft) {
  purged = 0;
  CO_TRY_OK(co_await draft.load().recoverable());
  const auto& site = draft.site();
  std::vector<RecoverableEntry> due;
  auto crowd = crowding(draft.head(), site.options);
  draft.recoverable_now().for_each(1, UINT64_MAX, [&](const RecoverableEntry& each) {
    const bool is_old = time_of(each.expunged_at) + site.options.recoverable <= site.now();
    if (is_old || crowd > 0) due.push_back(each);
    if (crowd > 0) --crowd;
    return due.size() < most_;
  });
  if (due.empty()) co_return Result<>();

  const auto now_ms = std::chrono::floor<std::chrono::milliseconds>(site.now()).time_since_epoch().count();
  Garbage garbage{Garbage::Why::Purged, now_ms, {}};
  for (const auto& each : due) CO_TRY_OK(co_await purge(draft, each, garbage));
  // So that pages in which little is left don't stay for ever.
  CO_TRY_OK(co_await allow_join(draft, draft.emails(), &Loader::email_page_after, &Loader::email_pages_before));
  CO_TRY_OK(co_await allow_join(draft, draft.threads(), &Loader::thread_page_after, &Loader::thread_pages_before));
  draft.put_row({keys::garbage(garbage.email_ids.front()), encode(garbage)});
  purged = due.size();
  co_return Result<>();
}

io::Task<Result<>> NoteWriting::apply(Draft& draft) {
  const auto& site = draft.site();
  const auto now_ms = std::chrono::floor<std::chrono::milliseconds>(site.now()).time_since_epoch().count();
  draft.put_row({keys::garbage(email_id_), encode(Garbage{Garbage::Why::Written, now_ms, {email_id_}})});
  draft.want_due(site.now() + site.options.orphan_age);
  co_return Result<>();
}

io::Task<Result<>> ListGarbage::apply(Draft& draft) {
  answer.clear();
  co_return co_await draft.load().each(std::string(keys::kGarbage), [this](const store::Row& row) -> Result<> {
    TRY(auto garbage, decode_garbage(row.value));
    answer.emplace_back(row.key, std::move(garbage));
    return {};
  });
}

io::Task<Result<>> ClaimGarbage::apply(Draft& draft) {
  is_claimed = false;
  CO_TRY(const auto row, co_await draft.load().row(key_));
  if (!row) co_return Result<>();
  CO_TRY(auto garbage, decode_garbage(*row));
  is_claimed = true;
  if (garbage.why == Garbage::Why::Purged) co_return Result<>();
  garbage.why = Garbage::Why::Purged;
  draft.put_row({key_, encode(garbage)});
  draft.want_due(draft.site().now());
  co_return Result<>();
}

io::Task<Result<>> ForgetGarbage::apply(Draft& draft) {
  draft.del_row(key_);
  co_return Result<>();
}

io::Task<Result<>> SetDue::apply(Draft& draft) {
  answer.reset();
  const auto& site = draft.site();
  CO_TRY_OK(co_await draft.load().recoverable());
  draft.recoverable_now().for_each(1, UINT64_MAX, [&](const RecoverableEntry& each) {
    answer = earlier(answer, time_of(each.expunged_at) + site.options.recoverable);
    return true;
  });
  if (answer) answer = std::chrono::ceil<std::chrono::hours>(*answer);
  CO_TRY_OK(co_await draft.load().each(std::string(keys::kGarbage), [&](const store::Row& row) -> Result<> {
    TRY(const auto garbage, decode_garbage(row.value));
    const auto age = garbage.why == Garbage::Why::Written ? site.options.orphan_age : std::chrono::seconds(60);
    answer = earlier(answer, Time(std::chrono::milliseconds(garbage.since_ms)) + age);
    return {};
  }));
  // The row that is being worked off is deleted afterwards: another one must have another time.
  if (answer) answer = std::max(*answer, site.now() + std::chrono::seconds(2));
  if (draft.head().due_ms != 0 || answer) draft.set_due(answer);
  co_return Result<>();
}

}  // namespace postroad::mailbox
