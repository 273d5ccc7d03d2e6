#include "mailbox/audit.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "mailbox/accounts.h"
#include "mailbox/journal_check.h"
#include "mailbox/rows/buckets.h"
#include "mailbox/rows/entries.h"
#include "mailbox/rows/folder_row.h"
#include "mailbox/rows/head.h"
#include "mailbox/rows/keys.h"
#include "mailbox/rows/lists.h"

namespace postroad::mailbox {
namespace {

using Rows = std::vector<store::Row>;

// All rows of the partition as they were at one version.
io::Task<Result<Rows>> read_rows(store::Engine& engine, store::Partition partition) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    Rows rows;
    std::optional<store::Version> version;
    bool is_one_version = true;
    for (bool more = true; more;) {
      CO_TRY(auto scanned, co_await engine.scan(partition, "", rows.empty() ? "" : rows.back().key, store::kScanRows));
      is_one_version = is_one_version && version.value_or(scanned.version) == scanned.version;
      version = scanned.version;
      more = scanned.more && !scanned.rows.empty();
      std::ranges::move(scanned.rows, std::back_inserter(rows));
    }
    if (is_one_version) co_return rows;
  }
  co_return fail(Fault::Busy, "the account changes all the time; try again later");
}

// What the placements of one folder come to.
struct Tally {
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t deleted = 0;
  std::uint64_t size_bytes = 0;
  Uid last = 0;
  std::uint64_t max_modseq = 0;
};

// Reads the rows into maps, and then holds these against each other.
class Recount {
 public:
  Audit take(const Rows& rows);

 private:
  void flaw(std::string text) { audit_.flaws.push_back(std::move(text)); }
  void expect_equal(std::string_view what, std::uint64_t stored, std::uint64_t counted);
  template <class T>
  T hold(Result<T> decoded, const std::string& key);
  template <class Entry>
  void read_page(const store::Row& row, std::map<std::uint64_t, Entry>& into, std::string_view prefix);
  void read(const store::Row& row);
  void read_list(const store::Row& row);
  void read_placements(const store::Row& row);
  void check_folders();
  void check_emails();
  void check_shares();
  void check_threads();
  void check_lookups();
  void check_head();
  void check_hours();
  void list();

  Audit audit_;
  Head head_;
  bool has_head_ = false;
  std::vector<store::Row> journal_;
  std::map<FolderNumber, FolderRow> folders_;
  std::map<FolderNumber, std::map<std::uint64_t, Placement>> placements_;
  std::map<FolderNumber, Tally> tallies_;
  std::map<std::uint64_t, EmailEntry> emails_;
  std::map<std::uint64_t, ThreadEntry> threads_;
  std::map<std::uint64_t, ShareEntry> shares_;
  std::map<std::uint64_t, RecoverableEntry> recoverable_;
  std::map<EmailNumber, std::uint64_t> used_;  // placements by email
  std::map<std::string, std::uint64_t> last_of_page_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> references_;   // bucket, hash
  std::vector<std::pair<std::uint32_t, std::uint64_t>> acceptances_;
};

void Recount::expect_equal(std::string_view what, std::uint64_t stored, std::uint64_t counted) {
  if (stored != counted)
    flaw(std::string(what) + ": " + std::to_string(stored) + " stored, " + std::to_string(counted) + " counted");
}

template <class T>
T Recount::hold(Result<T> decoded, const std::string& key) {
  if (decoded) return std::move(*decoded);
  flaw(key + ": " + decoded.error().text);
  return {};
}

template <class Entry>
void Recount::read_page(const store::Row& row, std::map<std::uint64_t, Entry>& into, std::string_view prefix) {
  std::vector<Entry> page;
  if (const auto decoded = decode(row.value, page); !decoded) return flaw(row.key + ": " + decoded.error().text);
  auto& last = last_of_page_[std::string(prefix)];
  if (!page.empty() && page.front().number() <= last) flaw(row.key + ": overlaps the page before");
  last = keys::page_number(row.key);
  if (!page.empty() && page.back().number() > last) flaw(row.key + ": holds what belongs to the next page");
  for (auto& entry : page) into.emplace(entry.number(), std::move(entry));
}

void Recount::read_placements(const store::Row& row) {
  const auto prefix = row.key.substr(0, keys::placements(0).size());
  const auto folder = static_cast<FolderNumber>(parse_hex(row.key.substr(1, 8)).value_or(0));
  read_page(row, placements_[folder], prefix);
}

void Recount::read_list(const store::Row& row) {
  if (row.key.starts_with(keys::kVanished)) {
    hold(decode_vanished(row.value), row.key);
  } else if (row.key.starts_with(keys::kGarbage)) {
    for (const auto& id : hold(decode_garbage(row.value), row.key).email_ids) {
      audit_.bodies.push_back(id);
      audit_.bodies.push_back("s/" + id);
    }
  } else if (row.key == keys::kDestroyed) {
    hold(decode_destroyed(row.value), row.key);
  } else if (row.key == statistics::kCurrentKey || row.key.starts_with(keys::kJournal)) {
    journal_.push_back(row);
  } else if (row.key == keys::kKeywords || row.key == keys::kSubscriptions) {
    hold(decode_names(row.value, "names"), row.key);
  } else {
    flaw(row.key + ": a row of no known kind");
  }
}

void Recount::read(const store::Row& row) {
  const auto bucket = [&row] { return static_cast<std::uint32_t>(parse_hex(row.key.substr(1)).value_or(UINT32_MAX)); };
  if (row.key.front() == store::kReserved || row.key.starts_with(keys::kExtra)) return;
  if (row.key == keys::kHead) {
    head_ = hold(decode_head(row.value), row.key);
    has_head_ = true;
  } else if (row.key.starts_with(keys::kFolders)) {
    const auto number = static_cast<FolderNumber>(parse_hex(row.key.substr(2)).value_or(0));
    folders_[number] = hold(decode_folder(number, row.value), row.key);
  } else if (row.key.starts_with(keys::kPlacements)) {
    read_placements(row);
  } else if (row.key.starts_with(keys::kEmails)) {
    read_page(row, emails_, keys::kEmails);
  } else if (row.key.starts_with(keys::kThreads)) {
    read_page(row, threads_, keys::kThreads);
  } else if (row.key.starts_with(keys::kShares)) {
    read_page(row, shares_, keys::kShares);
  } else if (row.key.starts_with(keys::kRecoverable)) {
    read_page(row, recoverable_, keys::kRecoverable);
  } else if (row.key.starts_with(keys::kReferences)) {
    std::vector<Reference> entries;
    if (!decode(row.value, entries)) flaw(row.key + ": is damaged");
    for (const auto& each : entries) references_.emplace_back(bucket(), each.hash);
  } else if (row.key.starts_with(keys::kAcceptances)) {
    std::vector<Acceptance> entries;
    if (!decode(row.value, entries)) flaw(row.key + ": is damaged");
    for (const auto& each : entries) acceptances_.emplace_back(bucket(), each.hash[0]);
  } else {
    read_list(row);
  }
}

void Recount::check_folders() {
  std::set<std::string> names;
  for (const auto& [number, entries] : placements_) {
    if (!folders_.contains(number)) flaw("placements of folder " + std::to_string(number) + ", which does not exist");
    auto& tally = tallies_[number];
    for (const auto& [uid, each] : entries) {
      ++tally.messages;
      tally.unseen += each.has(kSeen) ? 0 : 1;
      tally.deleted += each.has(kDeleted) ? 1 : 0;
      tally.size_bytes += each.size_bytes;
      tally.last = each.uid;
      tally.max_modseq = std::max(tally.max_modseq, each.modseq);
      ++used_[each.email];
    }
  }
  for (const auto& [number, folder] : folders_) {
    const auto& tally = tallies_[number];
    const auto what = "folder " + std::to_string(number) + ", ";
    expect_equal(what + "messages", folder.messages, tally.messages);
    expect_equal(what + "unseen", folder.unseen, tally.unseen);
    expect_equal(what + "deleted", folder.deleted, tally.deleted);
    expect_equal(what + "size", folder.size_bytes, tally.size_bytes);
    if (tally.last >= folder.uid_next) flaw(what + "a UID is not below UIDNEXT");
    if (folder.recent_from > folder.uid_next) flaw(what + "recent beyond UIDNEXT");
    if (tally.max_modseq > folder.highest_modseq) flaw(what + "a message is newer than the folder");
    if (folder.highest_modseq > head_.version) flaw(what + "is newer than the account");
    if (folder.uid_validity > head_.last_uid_validity) flaw(what + "UIDVALIDITY beyond the last one given");
    if (number >= head_.next_folder) flaw(what + "number beyond the last one given");
    if (!folder.is_dropped && !names.insert(folder.name).second) flaw(what + "name is another's, too");
  }
  if (has_head_ && !names.contains("INBOX")) flaw("there is no INBOX");
}

void Recount::check_emails() {
  std::set<IdBytes> ids;
  for (const auto& [number, email] : emails_) {
    const auto what = "email " + std::to_string(number) + ", ";
    const bool is_used = used_.contains(number);
    if (is_used == recoverable_.contains(number)) flaw(what + (is_used ? "in a folder and recoverable" : "nowhere"));
    if (number >= head_.next_email) flaw(what + "number beyond the last one given");
    if (email.created > head_.version) flaw(what + "is newer than the account");
    if (!ids.insert(email.id).second) flaw(what + "id is another's, too");
    const auto thread = threads_.find(email.thread);
    if (thread == threads_.end() || std::ranges::find(thread->second.emails, number) == thread->second.emails.end())
      flaw(what + "not in its thread");
  }
  for (const auto& [number, folder] : placements_) {
    for (const auto& [uid, each] : folder) {
      const auto email = emails_.find(each.email);
      if (email == emails_.end())
        flaw("folder " + std::to_string(number) + ", UID " + std::to_string(uid) + ": no such email");
      else if (email->second.size_bytes != each.size_bytes)
        flaw("folder " + std::to_string(number) + ", UID " + std::to_string(uid) + ": size is not the email's");
    }
  }
  for (const auto& [number, each] : recoverable_)
    if (!emails_.contains(number)) flaw("recoverable email " + std::to_string(number) + " does not exist");
}

void Recount::check_shares() {
  for (const auto& [email, share] : shares_) {
    const auto used = used_.find(email);
    expect_equal("placements of email " + std::to_string(email), share.count, used == used_.end() ? 0 : used->second);
  }
  for (const auto& [email, count] : used_)
    if (count > 1 && !shares_.contains(email)) flaw("email " + std::to_string(email) + " is shared, and not counted");
}

void Recount::check_threads() {
  for (const auto& [number, thread] : threads_) {
    if (number >= head_.next_thread) flaw("thread " + std::to_string(number) + ": number beyond the last one given");
    if (thread.emails.empty()) flaw("thread " + std::to_string(number) + " is empty");
    for (const auto email : thread.emails) {
      const auto found = emails_.find(email);
      if (found == emails_.end() || found->second.thread != number)
        flaw("thread " + std::to_string(number) + " has email " + std::to_string(email) + ", which is not its own");
    }
  }
}

void Recount::check_lookups() {
  std::set<std::uint64_t> seen;
  for (const auto& [bucket, hash] : references_) {
    if (bucket_of(hash, head_.reference_buckets) != bucket) flaw("a reference is in a wrong bucket");
    if (!seen.insert(hash).second) flaw("a reference is there twice");
  }
  for (const auto& [bucket, hash] : acceptances_)
    if (bucket_of(hash, head_.acceptance_buckets) != bucket) flaw("an acceptance is in a wrong bucket");
}

// Counters equal a recount of their journal, and what they say is stored is what is.
void Recount::check_hours() {
  auto check = check_journal(journal_);
  for (const auto& each : check.flaws) flaw("hour " + std::to_string(each.hour) + ": " + each.what);
  audit_.hours = std::move(check.hours);
  if (audit_.hours.empty()) return;
  expect_equal("octets of the hour", audit_.hours.back().now.bytes, audit_.quota_bytes);
  expect_equal("messages of the hour", audit_.hours.back().now.messages, audit_.emails);
}

void Recount::check_head() {
  std::uint64_t placements = 0;
  for (const auto& [number, tally] : tallies_) placements += tally.messages;
  std::uint64_t recoverable_bytes = 0;
  for (const auto& [number, email] : emails_) {
    if (used_.contains(number)) {
      ++audit_.emails;
      audit_.quota_bytes += email.size_bytes;
    } else {
      recoverable_bytes += email.size_bytes;
    }
  }
  audit_.recoverable = recoverable_.size();
  expect_equal("quota", head_.used_bytes, audit_.quota_bytes);
  expect_equal("emails", head_.used_emails, audit_.emails);
  expect_equal("placements", head_.placements, placements);
  expect_equal("shared emails", head_.shared, shares_.size());
  expect_equal("recoverable emails", head_.recoverable, recoverable_.size());
  expect_equal("recoverable bytes", head_.recoverable_bytes, recoverable_bytes);
}

void Recount::list() {
  audit_.version = head_.version;
  for (const auto& [number, entries] : placements_) {
    const auto folder = folders_.find(number);
    if (folder == folders_.end() || folder->second.is_dropped) continue;
    for (const auto& [uid, each] : entries) {
      const auto email = emails_.find(each.email);
      audit_.messages.push_back({email == emails_.end() ? std::string() : unpack_id('e', email->second.id),
                                 folder->second.name, each.uid, each.flags, each.modseq, each.size_bytes});
    }
  }
  for (const auto& [number, email] : emails_) {
    audit_.bodies.push_back(unpack_id('e', email.id));
    audit_.bodies.push_back("s/" + unpack_id('e', email.id));
  }
}

Audit Recount::take(const Rows& rows) {
  audit_.rows = rows.size();
  for (const auto& row : rows) read(row);
  if (!has_head_ && rows.size() > 0 && rows.front().key.front() != store::kReserved) flaw("there is no head row");
  check_folders();
  check_emails();
  check_shares();
  check_threads();
  check_lookups();
  check_head();
  check_hours();
  list();
  return std::move(audit_);
}

// Each email's body is there, and as long as its row says.
io::Task<Result<>> check_bodies(store::Engine& engine, Audit& audit) {
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& each : audit.messages) sizes[each.email_id] = each.size_bytes;
  for (const auto& [id, size] : sizes) {
    const auto last = co_await engine.body_get(id, size - 1, 2);
    if (!last && last.error().fault == Fault::Busy) co_return std::unexpected(last.error());
    if (!last || last->size() != 1) audit.flaws.push_back("body " + id + " is missing, or has another size");
    const auto summary = co_await engine.body_get("s/" + id, 0, 1);
    if (!summary && summary.error().fault == Fault::Busy) co_return std::unexpected(summary.error());
    if (!summary) audit.flaws.push_back("summary of " + id + " is missing");
  }
  co_return Result<>();
}

}  // namespace

io::Task<Result<Audit>> audit(store::Engine& engine, std::string account_id, AuditOptions options) {
  CO_TRY(const auto rows, co_await read_rows(engine, partition_of(account_id)));
  auto audit = Recount().take(rows);
  if (options.reads_bodies) CO_TRY_OK(co_await check_bodies(engine, audit));
  co_return audit;
}

}  // namespace postroad::mailbox
