#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "io/event.h"
#include "mailbox/mail.h"

namespace postroad::mailbox {

class Account;
class ViewState;

// What a view learns from take_changes(), in the order in which an IMAP server sends it: `expunged` one by one, then
// `exists` and `recent`, then `flags`. Sequence numbers in `flags` are those after everything else was told.
struct Changes {
  bool is_gone = false;  // the folder was deleted: its messages are all in `expunged`, and no more will come
  std::vector<std::uint32_t> expunged;  // each number as it is after the ones before it.  rfc3501 7.4.1
  UidSet vanished;                      // the same messages.  rfc7162 3.2.10
  bool has_new = false;                 // `exists` is to be told
  std::uint32_t exists = 0;
  std::uint32_t recent = 0;
  bool has_new_keywords = false;        // FLAGS is to be told anew
  std::vector<Message> flags;           // whose flags somebody else changed
  std::uint64_t highest_modseq = 0;

  bool empty() const { return !is_gone && expunged.empty() && !has_new && !has_new_keywords && flags.empty(); }
};

// What one session sees of one folder: a list of messages that changes only when the session takes the changes, so that
// a sequence number means the same until the session has told its client otherwise. Messages that somebody expunged
// meanwhile stay in the list and can be read. Costs little beyond the folder's own state, whatever the folder's size.
//
// Belongs to the account's home loop, and must be destroyed there. Keeps the account in memory.
class View {
 public:
  ~View();
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  Account& account() const { return *account_; }
  FolderNumber folder() const;
  bool is_read_only() const;
  // The folder as it is now, ahead of what the view shows: for uid_validity, uid_next, highest_modseq and its name. Of
  // a folder that is gone: as it last was.
  Folder status() const;

  // Of the view.
  std::uint32_t exists() const;
  std::uint32_t recent() const;
  // The sequence number of the first message without \Seen, 0 where there is none.  rfc3501 7.1 "UNSEEN"
  std::uint32_t first_unseen() const;
  Uid greatest_uid() const;  // 0 where the view is empty

  // The message with that sequence number, which must be 1..exists().
  Message at(std::uint32_t sequence) const;
  std::optional<Message> find(Uid uid) const;
  // The UIDs of the messages from `first` to `last`, cut to 1..exists().
  void add_uids(std::uint32_t first, std::uint32_t last, UidSet& into) const;
  // Which of `uids` the view shows.
  UidSet known(const UidSet& uids) const;
  // Up to `limit` messages with a UID above `after`, ascending: the way to go through a folder, or through a set when
  // one passes it. Between two calls anything may be taken or changed.
  std::vector<Message> messages(Uid after, std::size_t limit) const;
  std::vector<Message> messages(const UidSet& uids, Uid after, std::size_t limit) const;
  // The same, only those changed after `modseq`.  rfc7162 3.1.4 CHANGEDSINCE
  std::vector<Message> changed(const UidSet& uids, std::uint64_t modseq, Uid after, std::size_t limit) const;

  // Whether take_changes(with_expunges) would give anything.
  bool has_changes(bool with_expunges = true) const;
  // Without expunges (while FETCH, STORE or SEARCH by sequence number is answered, rfc3501 7.4.1) the messages stay in
  // the view until the next call with them.
  Changes take_changes(bool with_expunges = true);
  // Rings whenever has_changes() may have become true. For IDLE; whoever owns the view may ring it too.
  io::Bell& bell();

  // A change by this view's own session, which tells its client itself: take_changes() leaves it out. Called by the
  // session with what Account::store_flags gave.
  void told(const UidSet& uids, std::uint64_t modseq);
  // Changes of flags up to this mod-sequence have been taken or told.
  std::uint64_t told_modseq() const;
  // The session has told all of the account's keywords.
  void told_keywords();

  // Made by Account::select.
  View(std::shared_ptr<Account> account, std::unique_ptr<ViewState> state);

 private:
  std::size_t keywords() const;
  std::shared_ptr<Account> account_;
  std::unique_ptr<ViewState> state_;
};

}  // namespace postroad::mailbox
