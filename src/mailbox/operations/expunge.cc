#include <algorithm>

#include "base/mutant.h"
#include "mailbox/operations/messages.h"

namespace postroad::mailbox {
namespace {

// Out of the folder, and where that was the email's last placement, to the recoverable ones.
void expunge(Draft& draft, FolderNumber folder, const Placement& placement) {
  if (draft.remove(folder, placement) == Draft::Left::None) draft.to_recoverable(placement, folder);
}

}  // namespace

io::Task<Result<>> ExpungeMessages::apply(Draft& draft) {
  answer = {};
  if (draft.folder(folder_) == nullptr) co_return fail(Fault::NotFound, "the mailbox is gone", "NONEXISTENT");
  CO_TRY_OK(co_await draft.load_whole(folder_));
  CO_TRY(auto messages, draft.select(folder_, uids_, which_ == Account::Which::All || POSTROAD_MUTANT(expunge_takes_all) ? 0 : kDeleted));
  if (messages.empty()) co_return Result<>();
  CO_TRY_OK(co_await draft.load().shares());
  CO_TRY_OK(co_await draft.load().recoverable());

  for (const auto& each : messages) {
    expunge(draft, folder_, each);
    answer.uids.add(each.uid);
  }
  answer.modseq = draft.modseq();
  co_return co_await draft.note_vanished(folder_, answer.uids);
}

io::Task<Result<>> EmptyDropped::apply(Draft& draft) {
  is_empty = true;
  if (!draft.is_dropped(folder_)) co_return Result<>();
  CO_TRY_OK(co_await draft.load_whole(folder_));
  CO_TRY_OK(co_await draft.load().shares());
  CO_TRY_OK(co_await draft.load().recoverable());
  std::vector<Placement> messages;
  draft.placements(folder_).for_each(1, UINT32_MAX, [&](const Placement& each) {
    is_empty = messages.size() < most_;
    if (is_empty) messages.push_back(each);
    return is_empty;
  });
  for (const auto& each : messages) expunge(draft, folder_, each);
  if (is_empty) draft.remove_folder(folder_);
  co_return Result<>();
}

}  // namespace postroad::mailbox
