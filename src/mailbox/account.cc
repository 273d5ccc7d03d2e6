#include "mailbox/account.h"

#include "base/text.h"
#include "mailbox/account_state.h"
#include "mailbox/operations/add_mail.h"
#include "mailbox/operations/extra_rows.h"
#include "mailbox/operations/messages.h"
#include "mailbox/operations/reads.h"

namespace postroad::mailbox {

Account::Account(std::unique_ptr<State> state) : state_(std::move(state)) {}
Account::~Account() = default;

void Account::State::shed() {
  content.emails.clear();
  content.threads.clear();
  content.shares.clear();
  content.has_shares = false;
  content.recoverable.clear();
  content.has_recoverable = false;
  content.references.clear();
  content.acceptances.clear();
  content.memory_bytes = 4096;
  for (auto& [number, folder] : content.folders) {
    if (!folder->views.empty()) continue;
    folder->pages.clear();
    folder->pages_changed();
    folder->memory_bytes = 0;
    folder->is_whole = false;
  }
}

const std::string& Account::id() const { return state_->site.account_id; }

Quota Account::quota() const {
  const auto& head = state_->content.head;
  return {head.used_bytes, head.used_emails, state_->limits};
}

io::Task<Result<>> Account::run(std::shared_ptr<Operation> operation) {
  return state_->committer.run(std::move(operation), shared_from_this());
}

io::Task<Result<Placed>> Account::deliver(std::string folder, NewMail mail, std::string acceptance) {
  CO_TRY_OK(check_mail(mail));
  if (acceptance.size() > 100) co_return fail(Fault::Broken, "an acceptance id has at most 100 bytes");
  std::vector<NewMail> mails;
  mails.push_back(std::move(mail));
  const auto added = std::make_shared<AddMail>(state_->site, std::move(folder), AddMail::Missing::ToInbox,
                                               std::move(mails), std::move(acceptance), state_->limits);
  CO_TRY_OK(co_await run(added));
  co_return std::move(added->answer.front());
}

io::Task<Result<std::vector<Placed>>> Account::append(std::string folder, std::vector<NewMail> mails, ExtraRows extra) {
  for (const auto& mail : mails) CO_TRY_OK(check_mail(mail));
  CO_TRY_OK(check_extra(extra));
  const auto added = std::make_shared<AddMail>(state_->site, std::move(folder), AddMail::Missing::Refuse,
                                               std::move(mails), std::string(), state_->limits, std::move(extra));
  CO_TRY_OK(co_await run(added));
  co_return std::move(added->answer);
}

io::Task<Result<>> Account::write_rows(ExtraRows extra) {
  CO_TRY_OK(check_extra(extra));
  co_return co_await run(std::make_shared<WriteRows>(state_->site, std::move(extra)));
}

io::Task<Result<store::Scanned>> Account::rows(std::string prefix, std::string after, std::size_t limit) {
  if (!prefix.starts_with(keys::kExtra)) co_return fail(Fault::Broken, "an extra row's key starts with x");
  co_return co_await state_->site.engine.scan(state_->site.partition, std::move(prefix), std::move(after), limit);
}

io::Task<Result<Stored>> Account::store_flags(FolderNumber folder, UidSet uids, FlagChange change,
                                              std::optional<std::uint64_t> unchanged_since) {
  const auto stored =
      std::make_shared<StoreFlags>(state_->site, folder, std::move(uids), std::move(change), unchanged_since);
  CO_TRY_OK(co_await run(stored));
  co_return std::move(stored->answer);
}

io::Task<Result<Copied>> Account::copy(FolderNumber from, UidSet uids, std::string to) {
  const auto copied = std::make_shared<CopyMessages>(state_->site, CopyMessages::What::Copy, from, std::move(uids),
                                                     std::move(to));
  CO_TRY_OK(co_await run(copied));
  co_return std::move(copied->answer);
}

io::Task<Result<Copied>> Account::move(FolderNumber from, UidSet uids, std::string to) {
  const auto moved = std::make_shared<CopyMessages>(state_->site, CopyMessages::What::Move, from, std::move(uids),
                                                    std::move(to));
  CO_TRY_OK(co_await run(moved));
  co_return std::move(moved->answer);
}

io::Task<Result<Expunged>> Account::expunge(FolderNumber folder, UidSet uids, Which which) {
  const auto expunged = std::make_shared<ExpungeMessages>(state_->site, folder, std::move(uids), which);
  CO_TRY_OK(co_await run(expunged));
  co_return std::move(expunged->answer);
}

io::Task<Result<std::vector<Recoverable>>> Account::recoverable(EmailNumber after, std::size_t limit) {
  const auto listed = std::make_shared<ListRecoverable>(state_->site, after, limit);
  CO_TRY_OK(co_await run(listed));
  co_return std::move(listed->answer);
}

io::Task<Result<std::vector<Placed>>> Account::recover(std::vector<EmailNumber> emails, std::string folder) {
  if (emails.size() > kOperationMessages) co_return fail(Fault::Refused, "more than 50000 messages at once", "LIMIT");
  const auto recovered =
      std::make_shared<Recover>(state_->site, std::move(emails), std::move(folder), state_->limits);
  CO_TRY_OK(co_await run(recovered));
  co_return std::move(recovered->answer);
}

io::Task<Result<std::unique_ptr<View>>> Account::select(std::string name, bool is_read_only) {
  const auto selected =
      std::make_shared<SelectFolder>(state_->site, state_->content, std::move(name), is_read_only);
  CO_TRY_OK(co_await run(selected));
  co_return std::make_unique<View>(shared_from_this(), std::move(selected->answer));
}

io::Task<Result<UidSet>> Account::vanished(FolderNumber folder, std::uint64_t modseq, UidSet uids) {
  const auto listed = std::make_shared<ListVanished>(state_->site, folder, modseq, std::move(uids));
  CO_TRY_OK(co_await run(listed));
  co_return std::move(listed->answer);
}

Result<MaildropLock> Account::lock_maildrop() {
  if (std::exchange(state_->is_maildrop_locked, true))
    return fail(Fault::Conflict, "another session has the maildrop", "INUSE");
  return MaildropLock(shared_from_this());
}

MaildropLock::~MaildropLock() {
  if (account_ != nullptr) account_->state_->is_maildrop_locked = false;
}

}  // namespace postroad::mailbox
