// Account: emails, summaries and bodies.
#include <algorithm>

#include "mailbox/account_state.h"
#include "mailbox/rows/summary.h"

namespace postroad::mailbox {
namespace {

// An entry of a table of which some pages are in memory. A page that is read here, aside from the committer, is kept only
// if nothing was written meanwhile. All must outlive the task.
template <class Entry>
io::Task<Result<Entry>> find_entry(const Site& site, Committer& committer, Content& content, Pages<Entry>& pages,
                                   std::string_view prefix, std::uint64_t number) {
  const auto gone = fail(Fault::NotFound, "the message is gone", "EXPUNGEISSUED");
  if (number == 0) co_return gone;
  if (const auto* found = find_in(pages, number); found != nullptr) co_return *found;
  const auto generation = committer.generation();
  CO_TRY(const auto scanned, co_await site.engine.scan(site.partition, std::string(prefix),
                                                       keys::page(prefix, number - 1), 1));
  if (scanned.rows.empty()) co_return gone;
  auto page = std::make_shared<Page<Entry>>();
  CO_TRY_OK(decode(scanned.rows.front().value, page->entries));
  const auto* found = page->find(number);
  if (found == nullptr) co_return gone;
  Entry entry = *found;
  const auto key = keys::page_number(scanned.rows.front().key);
  if (committer.is_idle() && committer.generation() == generation) {
    const auto bytes = static_cast<std::int64_t>(page->memory_bytes());
    if (pages.try_emplace(key, std::move(page)).second) content.memory_bytes += bytes;
    committer.settled();
  }
  co_return entry;
}

}  // namespace

io::Task<Result<Email>> Account::email(EmailNumber number) {
  auto& state = *state_;
  CO_TRY(const auto entry,
         co_await find_entry(state.site, state.committer, state.content, state.content.emails, keys::kEmails, number));
  CO_TRY(const auto thread,
         co_await find_entry(state.site, state.committer, state.content, state.content.threads, keys::kThreads, entry.thread));
  co_return Email{.number = number,
                  .id = unpack_id('e', entry.id),
                  .thread_id = unpack_id('t', thread.id),
                  .size_bytes = entry.size_bytes,
                  .created_modseq = entry.created};
}

io::Task<Result<std::string>> Account::summary(EmailNumber number) {
  auto& state = *state_;
  CO_TRY(const auto entry,
         co_await find_entry(state.site, state.committer, state.content, state.content.emails, keys::kEmails, number));
  const auto id = unpack_id('e', entry.id);
  CO_TRY(const auto bytes, co_await state.site.engine.body_get(summary_of(id), 0, kSummaryBytes + 4096));
  CO_TRY(auto summary, decode_summary(bytes));
  co_return std::move(summary.record);
}

io::Task<Result<std::string>> Account::read(EmailNumber number, std::uint64_t offset, std::size_t length) {
  auto& state = *state_;
  CO_TRY(const auto entry,
         co_await find_entry(state.site, state.committer, state.content, state.content.emails, keys::kEmails, number));
  if (offset >= entry.size_bytes) co_return std::string();
  length = std::min({length, store::kPieceBytes, static_cast<std::size_t>(entry.size_bytes - offset)});
  if (length == 0) co_return std::string();
  const auto id = unpack_id('e', entry.id);
  CO_TRY(auto bytes, co_await state.site.engine.body_get(body_of(id), offset, length));
  // A client has been promised all of it.
  if (bytes.size() != length) {
    state.site.log.error("mailbox.damaged", {{"account", state.site.account_id}, {"row", body_of(id)}, {"why", "body is short"}});
    co_return fail(Fault::Broken, "the message is shorter than it was");
  }
  co_return bytes;
}

}  // namespace postroad::mailbox
