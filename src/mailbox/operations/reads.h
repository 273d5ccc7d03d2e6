#pragma once

#include "mailbox/account.h"
#include "mailbox/operation.h"
#include "mailbox/view_state.h"

// Reads that must not meet a change half-way, and recovery.
namespace postroad::mailbox {

// SELECT and EXAMINE.  rfc3501 6.3.1
class SelectFolder : public Operation {
 public:
  SelectFolder(const Site& site, Content& content, std::string name, bool is_read_only)
      : Operation(site.loop), content_(content), name_(std::move(name)), is_read_only_(is_read_only) {}
  std::string_view name() const override { return "select"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::unique_ptr<ViewState> answer;

 private:
  Content& content_;
  const std::string name_;
  const bool is_read_only_;
};

class ListVanished : public Operation {
 public:
  ListVanished(const Site& site, FolderNumber folder, std::uint64_t modseq, UidSet uids)
      : Operation(site.loop), folder_(folder), modseq_(modseq), uids_(std::move(uids)) {}
  std::string_view name() const override { return "vanished"; }
  io::Task<Result<>> apply(Draft& draft) override;

  UidSet answer;

 private:
  const FolderNumber folder_;
  const std::uint64_t modseq_;
  const UidSet uids_;
};

class ListRecoverable : public Operation {
 public:
  ListRecoverable(const Site& site, EmailNumber after, std::size_t limit)
      : Operation(site.loop), after_(after), limit_(limit) {}
  std::string_view name() const override { return "recoverable"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::vector<Recoverable> answer;

 private:
  const EmailNumber after_;
  const std::size_t limit_;
};

class Recover : public Operation {
 public:
  Recover(const Site& site, std::vector<EmailNumber> emails, std::string folder, Limits limits)
      : Operation(site.loop), emails_(std::move(emails)), folder_(std::move(folder)), limits_(limits) {}
  std::string_view name() const override { return "recover"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::vector<Placed> answer;

 private:
  Result<std::vector<RecoverableEntry>> find(Draft& draft) const;
  const std::vector<EmailNumber> emails_;
  const std::string folder_;
  const Limits limits_;
};

}  // namespace postroad::mailbox
