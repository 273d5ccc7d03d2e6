#pragma once

#include "mailbox/account.h"
#include "mailbox/operation.h"

// Changes to messages that are in a folder.
namespace postroad::mailbox {

// STORE.  rfc3501 6.4.6, rfc7162 3.1.3
class StoreFlags : public Operation {
 public:
  StoreFlags(const Site& site, FolderNumber folder, UidSet uids, FlagChange change,
             std::optional<std::uint64_t> unchanged_since)
      : Operation(site.loop),
        folder_(folder),
        uids_(std::move(uids)),
        change_(std::move(change)),
        unchanged_since_(unchanged_since) {}
  std::string_view name() const override { return "store"; }
  io::Task<Result<>> apply(Draft& draft) override;

  Stored answer;

 private:
  const FolderNumber folder_;
  const UidSet uids_;
  const FlagChange change_;
  const std::optional<std::uint64_t> unchanged_since_;
};

// COPY and MOVE.  rfc3501 6.4.7, rfc6851
class CopyMessages : public Operation {
 public:
  enum class What { Copy, Move };
  CopyMessages(const Site& site, What what, FolderNumber from, UidSet uids, std::string to)
      : Operation(site.loop), what_(what), from_(from), uids_(std::move(uids)), to_(std::move(to)) {}
  std::string_view name() const override { return what_ == What::Copy ? "copy" : "move"; }
  io::Task<Result<>> apply(Draft& draft) override;

  Copied answer;

 private:
  const What what_;
  const FolderNumber from_;
  const UidSet uids_;
  const std::string to_;
};

// EXPUNGE and UID EXPUNGE.  rfc3501 6.4.3, rfc4315 2.1
class ExpungeMessages : public Operation {
 public:
  ExpungeMessages(const Site& site, FolderNumber folder, UidSet uids, Account::Which which)
      : Operation(site.loop), folder_(folder), uids_(std::move(uids)), which_(which) {}
  std::string_view name() const override { return "expunge"; }
  io::Task<Result<>> apply(Draft& draft) override;
  void count(Counts& counts) const override { counts.expunged.add(answer.uids.count()); }

  Expunged answer;

 private:
  const FolderNumber folder_;
  const UidSet uids_;
  const Account::Which which_;
};

// The first messages of a dropped folder become recoverable; after the last ones the folder is no more.
class EmptyDropped : public Operation {
 public:
  static constexpr std::size_t kAtOnce = 10'000;
  EmptyDropped(const Site& site, FolderNumber folder, std::size_t most = kAtOnce)
      : Operation(site.loop), folder_(folder), most_(most) {}
  std::string_view name() const override { return "empty"; }
  io::Task<Result<>> apply(Draft& draft) override;

  bool is_empty = false;

 private:
  const FolderNumber folder_;
  const std::size_t most_;
};

}  // namespace postroad::mailbox
