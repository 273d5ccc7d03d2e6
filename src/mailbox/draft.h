#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mailbox/loader.h"

namespace postroad::mailbox {

// Changes to an account that become one commit: those of the operations of a group, one after another, laid over what is
// durable. It keeps all counts; an operation says only what happens to which message.
//
// An operation first loads what it needs and refuses what it must, then changes. Each has a mod-sequence of its own.
// How many recoverable emails are to go before their time.  Options::crowded
std::uint64_t crowding(const Head& head, const Options& options);

class Draft {
 public:
  // Both must outlive the draft.
  Draft(const Site& site, Content& content);

  const Site& site() const { return site_; }
  Loader& load() { return loader_; }
  // The next operation begins: it gets another mod-sequence.
  void begin_operation() { modseq_ = 0; }
  // Of this operation; taking it makes the draft one to commit.
  std::uint64_t modseq();
  // Grows with each change: an operation that failed half-way is found by it.
  std::uint64_t revision() const { return revision_; }
  bool is_changed() const { return revision_ > 0; }

  const Head& head() const { return head_; }
  Head& edit_head();

  // --- folders.cc: as the operations before left them; null where there is none, or it is dropped ---
  const FolderRow* folder(FolderNumber number) const;
  const FolderRow* folder(std::string_view canonical_name) const;
  const std::map<std::string, FolderNumber, std::less<>>& names() const { return names_ ? *names_ : content_.names; }
  // Any, the dropped ones, too. Its highest mod-sequence becomes this operation's. Not for its name.
  FolderRow& edit(FolderNumber number);
  FolderRow& add_folder(std::string name, Role role);
  void rename(FolderNumber number, std::string name);
  void drop_folder(FolderNumber number);
  bool is_dropped(FolderNumber number) const;
  // The rows of a dropped folder that is empty.
  void remove_folder(FolderNumber number);
  void subscribe(std::string name, bool wanted);
  const std::set<std::string>& subscriptions() const {
    return subscriptions_ ? *subscriptions_ : content_.subscriptions;
  }

  // --- messages of a folder: it must be loaded whole, or its tail to add only ---
  io::Task<Result<>> load_whole(FolderNumber number) { return loader_.whole(state(number)); }
  io::Task<Result<>> load_tail(FolderNumber number) { return loader_.tail(state(number)); }
  const TableDraft<Placement>& placements(FolderNumber number) { return table(number); }
  // Those of `uids` that exist and have all of the flags; more than kOperationMessages are refused.
  Result<std::vector<Placement>> select(FolderNumber number, const UidSet& uids, FlagBits flags = 0);
  // Gives it the folder's next UID.
  Uid add(FolderNumber number, Placement placement);
  void set_flags(FolderNumber number, const Placement& placement, FlagBits flags);
  // Takes the placement away, and says whether it was the email's last one. Shares must be loaded.
  enum class Left { Others, None };
  Left remove(FolderNumber number, const Placement& placement);
  // What only moved is taken away without a look at the email.
  void remove_moved(FolderNumber number, const Placement& placement);
  // What this operation took away is kept in the folder's row of vanished messages.
  io::Task<Result<>> note_vanished(FolderNumber number, UidSet uids);
  // That row.
  io::Task<Result<std::vector<Vanished>>> vanished(FolderNumber number);

  // --- emails ---
  EmailEntry& add_email(EmailEntry entry);                     // the tail must be loaded; gives it its number
  void share(EmailNumber email);                               // one more placement; shares must be loaded
  void to_recoverable(const Placement& placement, FolderNumber folder);  // after its last one; recoverable be loaded
  void from_recoverable(const RecoverableEntry& entry);        // it gets a placement again
  TableDraft<EmailEntry>& emails() { return touched(emails_); }
  TableDraft<ThreadEntry>& threads() { return touched(threads_); }
  TableDraft<RecoverableEntry>& recoverable() { return touched(recoverable_); }
  const TableDraft<RecoverableEntry>& recoverable_now() const { return recoverable_; }
  const EmailEntry* email(EmailNumber number) const { return emails_.find(number); }
  const ThreadEntry* thread(std::uint64_t number) const { return threads_.find(number); }

  // --- look-ups ---
  std::vector<Reference>& references(std::uint32_t bucket);    // must be loaded; a change is written
  const std::vector<Reference>& references(std::uint32_t bucket) const;
  std::vector<Acceptance>& acceptances(std::uint32_t bucket);
  const std::vector<Acceptance>& acceptances(std::uint32_t bucket) const;

  // --- flags ---
  // Their bits. Unknown keywords are added to the account's if `adds`; those for which there is no room are left out.
  FlagBits bits_of(const Flags& flags, bool adds = true);
  // Whether there is room for all of them.
  bool has_room(const Flags& flags) const;

  // --- statistics.cc: what the operation counts, once the commit is durable ---
  void count(statistics::EventKind kind, std::uint64_t amount);
  // The current hour as the operations before left it; nothing: nothing was counted yet. To be changed by put_hour alone.
  const std::optional<statistics::HourRow>& hour() const { return hour_ ? hour_ : content_.hour; }
  void put_hour(statistics::HourRow row);
  // The row asks for a report, if it does not yet.
  void ask_report(statistics::HourRow& row) const;
  void set_domain(std::string id) { domain_ = std::move(id); }

  // --- other rows ---
  // As the operations before left it.
  io::Task<Result<std::optional<std::string>>> row(std::string key);
  void put_row(store::Row row);
  void del_row(std::string key);
  void add_body(std::string id, std::string bytes);
  // The account's timed row must be due by then at the latest.
  void want_due(Time at);
  // When it shall be due, whatever it was before.
  void set_due(std::optional<Time> at);

  // --- for the committer ---
  // When the timed row is due, where that changed.
  bool is_due_changed() const { return head_.due_ms != content_.head.due_ms; }
  // The report that this commit is the first to ask for.
  std::optional<Time> report_due() const;
  // The batch, once. `mark` is random and tells this commit from all others.
  store::Batch seal(std::uint32_t mark);
  // After the commit: into the content, and to the views.
  void install();

 private:
  FolderState& state(FolderNumber number) const;
  TableDraft<Placement>& table(FolderNumber number);
  template <class Table>
  Table& touched(Table& table_) {
    ++revision_;
    return table_;
  }
  void leave(FolderNumber number, const Placement& placement);
  void note_crowding();
  void write_folders(store::Batch& batch);
  void write_hour(store::Batch& batch);
  void install_folder(FolderNumber number, FolderRow row);
  void install_placements();

  const Site& site_;
  Content& content_;
  Loader loader_;
  Head head_;
  std::string head_row_;  // what seal() wrote
  std::uint64_t modseq_ = 0;
  std::uint64_t revision_ = 0;
  std::map<FolderNumber, FolderRow> folders_;  // changed and new ones
  std::map<FolderNumber, std::shared_ptr<FolderState>> new_folders_;
  std::set<FolderNumber> removed_folders_;
  std::optional<std::map<std::string, FolderNumber, std::less<>>> names_;
  std::map<FolderNumber, TableDraft<Placement>> placements_;
  std::map<FolderNumber, std::vector<Placement>> expunged_;  // for views
  std::map<FolderNumber, std::vector<Vanished>> vanished_;
  std::optional<std::vector<Destroyed>> destroyed_;
  TableDraft<EmailEntry> emails_;
  TableDraft<ThreadEntry> threads_;
  TableDraft<ShareEntry> shares_;
  TableDraft<RecoverableEntry> recoverable_;
  std::map<std::uint32_t, std::vector<Reference>> references_;
  std::map<std::uint32_t, std::vector<Acceptance>> acceptances_;
  std::optional<std::vector<std::string>> keywords_;
  std::optional<std::set<std::string>> subscriptions_;
  std::map<std::string, std::string> rows_;
  std::set<std::string> deleted_rows_;
  std::vector<store::Body> bodies_;
  std::vector<statistics::Event> events_;
  std::optional<statistics::HourRow> hour_;  // where it changed
  std::string domain_;
};

}  // namespace postroad::mailbox
