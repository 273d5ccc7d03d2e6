#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/event.h"
#include "mailbox/body_writer.h"
#include "mailbox/flags.h"
#include "mailbox/folder.h"
#include "mailbox/mail.h"
#include "mailbox/view.h"
#include "statistics/journal.h"

namespace postroad::mailbox {

class Operation;

// An operation on more messages, or one whose rows do not fit into a batch, is refused whole, code LIMIT.
inline constexpr std::size_t kOperationMessages = 50'000;
inline constexpr std::size_t kFolders = 1000;
inline constexpr std::size_t kSubscriptions = 2000;
inline constexpr std::size_t kUncounted = 1000;  // sign-ins that wait for a store that can't write

// What the directory grants.
struct Limits {
  std::uint64_t quota_bytes = 0;     // 0: no limit
  std::uint64_t quota_messages = 0;  // 0: no limit but kAccountMessages
  std::string domain;                // its id, for statistics; empty: as it was
  bool operator==(const Limits&) const = default;
};

struct Quota {
  std::uint64_t used_bytes = 0;     // of the emails that are in some folder, each once
  std::uint64_t used_messages = 0;
  Limits limits;
};

// COPY and MOVE: the n-th of `from` became the n-th of `to`. Both are empty where none of the messages exists.
// rfc4315 3, rfc6851 4.3
struct Copied {
  std::uint32_t uid_validity = 0;  // of the target
  UidSet from;
  UidSet to;
  std::uint64_t modseq = 0;
};

struct Stored {
  UidSet changed;    // their flags are other than before
  UidSet unchanged;  // already had these flags
  UidSet modified;   // left alone because of `unchanged_since`: MODIFIED.  rfc7162 3.1.3
  std::uint64_t modseq = 0;  // of `changed`
  std::uint64_t newest_before = 0;  // the greatest mod-sequence that any of `changed` had before
};

struct Expunged {
  UidSet uids;
  std::uint64_t modseq = 0;
};

// At most one POP3 session has an account.  rfc1939 8. Ends when destroyed, on the home loop.
class MaildropLock {
 public:
  explicit MaildropLock(std::shared_ptr<Account> account) : account_(std::move(account)) {}
  MaildropLock(MaildropLock&&) noexcept = default;
  MaildropLock& operator=(MaildropLock&&) = delete;
  ~MaildropLock();

 private:
  std::shared_ptr<Account> account_;
};

// One account's mail. Belongs to its home loop (Accounts::home): call it, hold it and let go of it there only.
//
// A mutation resumes when it is durable, or failed with nothing done; only Busy with the code INDOUBT leaves it open
// whether it was, or will be, done (the store did not answer in time). A caller that goes away before does not stop it. What reads see is what is
// durable. Mutations that wait are merged into one commit, in the order of calling.
//
// Error codes: NONEXISTENT, ALREADYEXISTS, OVERQUOTA, LIMIT, CANNOT, INUSE, EXPUNGEISSUED, USEATTR, TRYCREATE, CHANGED;
// else empty.  rfc5530
class Account : public std::enable_shared_from_this<Account> {
 public:
  ~Account();

  const std::string& id() const;
  Quota quota() const;
  // In the order of their bits, from bit 5 on.
  const std::vector<std::string>& keywords() const;
  Flags flags_of(FlagBits bits) const;

  // --- folders ---
  std::optional<Folder> folder(std::string_view name) const;  // by name in any form that canonical_name takes
  std::optional<Folder> folder(FolderNumber number) const;
  // All, by name (bytewise, INBOX first), with the names that only have children and, if wanted, those that are only
  // subscribed to.
  std::vector<Folder> folders(bool with_subscribed_names = false) const;

  // Makes the parents that are missing, too.  rfc3501 6.3.3. A role that another folder has is refused.
  io::Task<Result<Folder>> create_folder(std::string name, Role role = Role::None);
  // Its messages become recoverable. INBOX is refused. Children stay.  rfc3501 6.3.4
  io::Task<Result<>> delete_folder(std::string name);
  // With its children. Of INBOX: its messages move to the new name, INBOX stays, its children too.  rfc3501 6.3.5
  io::Task<Result<>> rename_folder(std::string from, std::string to);
  // Of any name, whether it exists or not.  rfc3501 6.3.6
  io::Task<Result<>> subscribe(std::string name);
  io::Task<Result<>> unsubscribe(std::string name);

  // --- into it ---
  // For a message of any size, also one that isn't known yet.
  BodyWriter write_body();
  // Gives up a finished body that no commit shall name.
  io::Task<void> forget(WrittenBody body);
  // Into `folder`, or INBOX where there is none of that name. `acceptance` (1 to 100 bytes, unique for ever) makes it
  // happen once, however often it is called within Options::acceptance_window; empty: each time. Each recipient account
  // is apart, so one acceptance id serves for all.
  io::Task<Result<Placed>> deliver(std::string folder, NewMail mail, std::string acceptance);
  // All or none, with the extra rows.  rfc3501 6.3.11, rfc3502. NotFound with code TRYCREATE where there is no such folder.
  io::Task<Result<std::vector<Placed>>> append(std::string folder, std::vector<NewMail> mails, ExtraRows extra = {});

  // --- others' rows ---
  io::Task<Result<>> write_rows(ExtraRows extra);
  // Those of a prefix, which starts with 'x'; as store::Engine::scan.
  io::Task<Result<store::Scanned>> rows(std::string prefix, std::string after, std::size_t limit);

  // --- on messages; UIDs that do not exist are passed over ---
  // Where `unchanged_since` is given, messages changed after it are left alone.  rfc7162 3.1.3
  io::Task<Result<Stored>> store_flags(FolderNumber folder, UidSet uids, FlagChange change,
                                       std::optional<std::uint64_t> unchanged_since = {});
  // NotFound with code TRYCREATE where there is no folder `to`.
  io::Task<Result<Copied>> copy(FolderNumber from, UidSet uids, std::string to);
  io::Task<Result<Copied>> move(FolderNumber from, UidSet uids, std::string to);
  enum class Which { Deleted, All };  // only those with \Deleted, or all named
  io::Task<Result<Expunged>> expunge(FolderNumber folder, UidSet uids, Which which);
  // Expunged emails, newest last, `after` an email number: those that no folder holds any more.
  io::Task<Result<std::vector<Recoverable>>> recoverable(EmailNumber after, std::size_t limit);
  // Back into `folder` with the flags that they had, but \Deleted. Counts against the quota again.
  io::Task<Result<std::vector<Placed>>> recover(std::vector<EmailNumber> emails, std::string folder);

  // --- reading ---
  // NotFound, code NONEXISTENT. A read-write view takes over the messages' \Recent.
  io::Task<Result<std::unique_ptr<View>>> select(std::string name, bool is_read_only);
  io::Task<Result<Email>> email(EmailNumber number);
  // As given in NewMail.
  io::Task<Result<std::string>> summary(EmailNumber number);
  // Of the message's bytes, up to `length` (at most 1 MiB) from `offset`; fewer only at its end.
  io::Task<Result<std::string>> read(EmailNumber number, std::uint64_t offset, std::size_t length);
  // UIDs that were expunged after `modseq`, among `uids`. Where that is no longer known precisely: all of `uids` that are
  // below uid_next and do not exist.  rfc7162 3.2.5.1
  io::Task<Result<UidSet>> vanished(FolderNumber folder, std::uint64_t modseq, UidSet uids);

  // Conflict, code INUSE, where another session has it.
  Result<MaildropLock> lock_maildrop();

  // --- statistics: docs/statistics.md ---
  // Counts a sign-in, durably, before it returns. Where the store can't write it is counted with the next one.
  io::Task<void> count_sign_in(statistics::Counter service);
  // Closes the hour if it has passed, and gives what control has not heard of, at most `most`, oldest first: whatever
  // happens from now on asks for a report of its own.
  io::Task<Result<std::vector<statistics::HourRow>>> take_hours(std::size_t most);
  // Control has these: (hour, version). Closed ones that are as they were then are forgotten, with their journal.
  using Heard = std::vector<std::pair<statistics::Hour, std::uint64_t>>;
  io::Task<Result<>> settle_hours(Heard heard);
  // An hour that its journal contradicts is marked as wrong; one that is marked is put right from its journal. Either is
  // to be reported then. Gives what was changed: empty where nothing was.
  io::Task<Result<std::string>> mark_hour(statistics::Hour hour);
  io::Task<Result<std::string>> mend_hour(statistics::Hour hour);
  // What is stored is counted anew, and put right.
  io::Task<Result<std::string>> mend_storage();

  // --- for the agenda ---
  // Does what is due: purges what has been recoverable for too long, empties deleted folders, deletes orphans. Gives
  // when to come again, or nothing.
  io::Task<Result<std::optional<Time>>> sweep();

 private:
  friend class Accounts;
  friend class View;
  friend class BodyWriter;
  friend class MaildropLock;
  friend class Cache;
  struct State;
  explicit Account(std::unique_ptr<State> state);
  io::Task<Result<>> run(std::shared_ptr<Operation> operation);
  io::Task<Result<>> empty_dropped(FolderNumber number);
  io::Task<Result<>> purge_due();
  io::Task<Result<>> delete_garbage();
  std::unique_ptr<State> state_;
};

}  // namespace postroad::mailbox
