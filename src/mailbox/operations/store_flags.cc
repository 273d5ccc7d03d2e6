#include <algorithm>

#include "mailbox/operations/messages.h"

namespace postroad::mailbox {
namespace {

Error gone() { return {Fault::NotFound, "the mailbox is gone", "NONEXISTENT"}; }

FlagBits changed_bits(FlagBits old, FlagBits named, FlagChange::How how) {
  switch (how) {
    case FlagChange::How::Replace:
      return named;
    case FlagChange::How::Add:
      return old | named;
    case FlagChange::How::Remove:
      return old & ~named;
  }
  return old;
}

}  // namespace

io::Task<Result<>> StoreFlags::apply(Draft& draft) {
  answer = {};
  if (draft.folder(folder_) == nullptr) co_return std::unexpected(gone());
  for (const auto& keyword : change_.flags.keywords)
    if (!is_keyword(keyword)) co_return fail(Fault::Refused, "not a keyword: use letters, digits and $", "CANNOT");
  CO_TRY_OK(co_await draft.load_whole(folder_));
  CO_TRY(const auto messages, draft.select(folder_, uids_));
  if (messages.empty()) co_return Result<>();
  const bool adds = change_.how != FlagChange::How::Remove;
  if (adds && !draft.has_room(change_.flags))
    co_return fail(Fault::Refused, "the account has as many keywords as it can", "LIMIT");

  const auto named = draft.bits_of(change_.flags, adds);
  for (const auto& each : messages) {
    const auto bits = changed_bits(each.flags, named, change_.how);
    if (unchanged_since_ && each.modseq > *unchanged_since_) {
      answer.modified.add(each.uid);
    } else if (bits == each.flags) {
      answer.unchanged.add(each.uid);
    } else {
      draft.set_flags(folder_, each, bits);
      answer.changed.add(each.uid);
      answer.newest_before = std::max(answer.newest_before, each.modseq);
    }
  }
  if (!answer.changed.empty()) answer.modseq = draft.modseq();
  co_return Result<>();
}

}  // namespace postroad::mailbox
