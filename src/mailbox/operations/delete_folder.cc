#include "mailbox/operations/folders.h"
#include "mailbox/operations/gone_folders.h"

namespace postroad::mailbox {

io::Task<Result<>> DeleteFolder::apply(Draft& draft) {
  CO_TRY(const auto name, canonical_name(name_));
  if (name == "INBOX") co_return fail(Fault::Refused, "INBOX can't be deleted", "CANNOT");
  const auto* folder = draft.folder(name);
  if (folder == nullptr) co_return fail(Fault::NotFound, "no such mailbox", "NONEXISTENT");
  answer = folder->number;
  CO_TRY_OK(co_await note_gone(draft, answer, name));
  draft.drop_folder(answer);
  co_return Result<>();
}

io::Task<Result<>> Subscribe::apply(Draft& draft) {
  CO_TRY(auto name, canonical_name(name_));
  if (draft.subscriptions().contains(name) == wanted_) co_return Result<>();
  if (wanted_ && draft.subscriptions().size() >= kSubscriptions)
    co_return fail(Fault::Refused, "the account has as many subscriptions as it can", "LIMIT");
  draft.subscribe(std::move(name), wanted_);
  co_return Result<>();
}

}  // namespace postroad::mailbox
