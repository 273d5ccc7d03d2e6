#include "mailbox/operations/messages.h"

#include "base/mutant.h"

namespace postroad::mailbox {

io::Task<Result<>> CopyMessages::apply(Draft& draft) {
  answer = {};
  CO_TRY(const auto name, canonical_name(to_));
  const auto* target = draft.folder(name);
  if (target == nullptr) co_return fail(Fault::NotFound, "no such mailbox", "TRYCREATE");
  if (draft.folder(from_) == nullptr) co_return fail(Fault::NotFound, "the mailbox is gone", "NONEXISTENT");
  const auto to = target->number;
  answer.uid_validity = target->uid_validity;

  CO_TRY_OK(co_await draft.load_whole(from_));
  CO_TRY(const auto messages, draft.select(from_, uids_));
  if (messages.empty()) co_return Result<>();
  if (UINT32_MAX - target->uid_next <= messages.size())
    co_return fail(Fault::Refused, "the mailbox has used up its UIDs; make a new one", "LIMIT");
  if (what_ == What::Copy && draft.head().placements + messages.size() > kAccountMessages)
    co_return fail(Fault::Refused, "the account holds as many messages as it can", "OVERQUOTA");
  CO_TRY_OK(co_await draft.load_tail(to));
  CO_TRY_OK(co_await draft.load().shares());

  // In ascending order, so that the n-th UID of one set became the n-th of the other.  rfc4315 3
  for (const auto& each : messages) {
    answer.to.add(draft.add(to, each));
    answer.from.add(each.uid);
    if (what_ == What::Copy || POSTROAD_MUTANT(move_keeps_source))
      draft.share(each.email);
    else
      draft.remove_moved(from_, each);
  }
  answer.modseq = draft.modseq();
  if (what_ == What::Move) CO_TRY_OK(co_await draft.note_vanished(from_, answer.from));
  co_return Result<>();
}

}  // namespace postroad::mailbox
