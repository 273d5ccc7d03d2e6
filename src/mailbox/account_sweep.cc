// Account: what the agenda calls for.
#include "mailbox/account_state.h"
#include "mailbox/operations/folders.h"
#include "mailbox/operations/messages.h"
#include "mailbox/operations/sweeping.h"

namespace postroad::mailbox {
namespace {

bool is_due(const Site& site, const Garbage& garbage) {
  if (garbage.why == Garbage::Why::Purged) return true;
  return Time(std::chrono::milliseconds(garbage.since_ms)) + site.options.orphan_age <= site.now();
}

io::Task<Result<>> delete_bodies(const Site& site, const Garbage& garbage) {
  for (const auto& id : garbage.email_ids) {
    CO_TRY_OK(co_await site.engine.body_del(body_of(id)));
    CO_TRY_OK(co_await site.engine.body_del(summary_of(id)));
  }
  co_return Result<>();
}

// Whether it was refused for being too much for a commit, and is to be tried with fewer.
bool is_too_much(const Result<>& done, std::size_t& most) {
  if (done || done.error().code != "LIMIT" || most == 1) return false;
  most = std::max<std::size_t>(1, most / 4);
  return true;
}

}  // namespace

io::Task<Result<>> Account::empty_dropped(FolderNumber number) {
  std::size_t most = EmptyDropped::kAtOnce;
  for (bool is_empty = false; !is_empty;) {
    const auto emptied = std::make_shared<EmptyDropped>(state_->site, number, most);
    const auto done = co_await run(emptied);
    if (is_too_much(done, most)) continue;
    CO_TRY_OK(done);
    is_empty = emptied->is_empty;
  }
  co_return Result<>();
}

io::Task<Result<>> Account::purge_due() {
  std::size_t most = PurgeDue::kAtOnce;
  for (bool is_done = false; !is_done;) {
    const auto purge = std::make_shared<PurgeDue>(state_->site, most);
    const auto done = co_await run(purge);
    if (is_too_much(done, most)) continue;
    CO_TRY_OK(done);
    is_done = purge->purged == 0;
  }
  co_return Result<>();
}

io::Task<Result<>> Account::delete_garbage() {
  const auto& site = state_->site;
  const auto list = std::make_shared<ListGarbage>(site);
  CO_TRY_OK(co_await run(list));
  for (const auto& [key, garbage] : list->answer) {
    if (!is_due(site, garbage)) continue;
    const auto claim = std::make_shared<ClaimGarbage>(site, key);
    CO_TRY_OK(co_await run(claim));
    if (!claim->is_claimed) continue;
    CO_TRY_OK(co_await delete_bodies(site, garbage));
    CO_TRY_OK(co_await run(std::make_shared<ForgetGarbage>(site, key)));
    auto& count = garbage.why == Garbage::Why::Written ? site.counts.orphans : site.counts.purged;
    count.add(garbage.email_ids.size());
    site.log.info(garbage.why == Garbage::Why::Written ? "mailbox.orphan" : "mailbox.purged",
                  {{"account", site.account_id}, {"emails", garbage.email_ids.size()}});
  }
  co_return Result<>();
}

io::Task<Result<std::optional<Time>>> Account::sweep() {
  std::vector<FolderNumber> dropped;
  for (const auto& [number, folder] : state_->content.folders)
    if (folder->row.is_dropped) dropped.push_back(number);
  for (const auto number : dropped) CO_TRY_OK(co_await empty_dropped(number));
  CO_TRY_OK(co_await purge_due());
  CO_TRY_OK(co_await delete_garbage());
  const auto due = std::make_shared<SetDue>(state_->site);
  CO_TRY_OK(co_await run(due));
  co_return due->answer;
}

io::Task<void> Account::forget(WrittenBody body) {
  if (!body.bytes.empty()) co_return;
  const auto& site = state_->site;
  const auto key = keys::garbage(body.email_id);
  const auto claim = std::make_shared<ClaimGarbage>(site, key);
  if (!co_await run(claim) || !claim->is_claimed) co_return;
  const Garbage garbage{Garbage::Why::Purged, 0, {body.email_id}};
  if (co_await delete_bodies(site, garbage)) (void)co_await run(std::make_shared<ForgetGarbage>(site, key));
}

}  // namespace postroad::mailbox
