#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mailbox/account.h"
#include "migration/ledger_rows.h"

namespace postroad::migration {

// All heads of an account's ledger.
struct Heads {
  std::vector<LedgerHead> all;
  std::size_t pages() const;
};
io::Task<Result<Heads>> read_heads(std::shared_ptr<mailbox::Account> account);

// What has come of one folder of a source, and what is to be written with the messages that come now. It is one writer's
// view: each change expects the last one, and where another has written meanwhile the commit answers CHANGED, and the
// ledger is to be opened anew. Likewise after any other failure of a commit: note() takes it for done.
class Ledger {
 public:
  // As of the store, for the series of this UIDVALIDITY; nothing: for the newest one (POP3).
  static io::Task<Result<Ledger>> open(std::shared_ptr<mailbox::Account> account, LedgerKey key,
                                       std::optional<std::uint32_t> validity, std::string item);

  // Whether the message has come, or had come, under this number.
  bool knows(std::uint64_t id) const;
  std::size_t known() const { return ids_.size(); }
  // Whether its head is in the store.
  bool is_stored() const { return row_.has_value(); }
  mailbox::FolderNumber target() const { return head_.target; }
  void set_target(mailbox::FolderNumber target) { head_.target = target; }
  // What this item has added here.
  std::uint64_t added() const { return head_.added; }
  std::uint64_t octets() const { return head_.octets; }

  // POP3: all numbers that the maildrop has now. Those that are known and not there may be there under others; where none
  // of them is left, all have got others, and a series begins.
  io::Task<Result<>> compare(const std::vector<std::uint64_t>& present);

  // Whether messages that have come may be among those with unknown numbers: then each is to be asked for by match().
  bool has_strays() const { return strays_ > 0; }
  // Takes the message for one that has come, if one like it has; each counts once.
  bool match(std::uint64_t fingerprint);

  // These messages come now: `added` of them, with so many octets; the others are strays. Gives the rows to commit.
  mailbox::ExtraRows note(const std::vector<Entry>& entries, std::uint64_t added, std::uint64_t octets);

  // All that the source has was looked at: series that are too old go.
  io::Task<Result<>> finish();

 private:
  explicit Ledger(std::shared_ptr<mailbox::Account> account) : account_(std::move(account)) {}
  io::Task<Result<std::vector<Entry>>> read(std::uint32_t validity);
  io::Task<Result<>> begin(std::uint32_t validity);
  io::Task<Result<>> gather_strays();
  void add_strays(std::vector<std::uint64_t> fingerprints);
  Series& series() { return head_.series.back(); }
  store::Expect expectation() const { return {head_row_key(head_.key), row_}; }

  std::shared_ptr<mailbox::Account> account_;
  LedgerHead head_;
  std::optional<std::string> row_;       // the head, as it will be when all that was noted is committed
  std::vector<std::uint64_t> ids_;       // known when it was opened, ascending
  std::vector<Entry> entries_;           // of POP3: those
  std::vector<Entry> page_;              // the last one
  struct Stray {
    std::uint64_t fingerprint;
    std::uint32_t count;
  };
  std::vector<Stray> stray_;             // ascending by fingerprint
  std::uint64_t strays_ = 0;             // sum of counts
};

}  // namespace postroad::migration
