#pragma once

#include "mailbox/operation.h"

// What the agenda calls for: deleting for good, in steps that may be broken off anywhere.
//
// A body is deleted in three: a commit that names it as garbage (and makes sure that nothing else names it), the
// deletion, and a commit that forgets it.
namespace postroad::mailbox {

// The emails that have been recoverable for too long, some at a time, become garbage; and the first ones where the
// account is nearly as full as it may be.
class PurgeDue : public Operation {
 public:
  static constexpr std::size_t kAtOnce = 250;
  explicit PurgeDue(const Site& site, std::size_t most = kAtOnce) : Operation(site.loop), most_(most) {}
  std::string_view name() const override { return "purge"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::size_t purged = 0;  // 0: nothing is due

 private:
  io::Task<Result<>> purge(Draft& draft, const RecoverableEntry& entry, Garbage& garbage);
  using Next = io::Task<Result<>> (Loader::*)(std::uint64_t);
  using Before = io::Task<Result<std::uint64_t>> (Loader::*)(std::uint64_t);
  template <class Entry>
  io::Task<Result<>> allow_join(Draft& draft, TableDraft<Entry>& table, Next next, Before before);
  const std::size_t most_;
};

// A body is about to be written ahead.
class NoteWriting : public Operation {
 public:
  NoteWriting(const Site& site, std::string email_id) : Operation(site.loop), email_id_(std::move(email_id)) {}
  std::string_view name() const override { return "write"; }
  io::Task<Result<>> apply(Draft& draft) override;

 private:
  const std::string email_id_;
};

class ListGarbage : public Operation {
 public:
  explicit ListGarbage(const Site& site) : Operation(site.loop) {}
  std::string_view name() const override { return "garbage"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::vector<std::pair<std::string, Garbage>> answer;  // by the row's key
};

// What was written ahead and not named is garbage from now on: whoever would name it is refused.
class ClaimGarbage : public Operation {
 public:
  ClaimGarbage(const Site& site, std::string key) : Operation(site.loop), key_(std::move(key)) {}
  std::string_view name() const override { return "claim"; }
  io::Task<Result<>> apply(Draft& draft) override;

  bool is_claimed = false;

 private:
  const std::string key_;
};

// The bodies of this row are deleted.
class ForgetGarbage : public Operation {
 public:
  ForgetGarbage(const Site& site, std::string key) : Operation(site.loop), key_(std::move(key)) {}
  std::string_view name() const override { return "forget"; }
  io::Task<Result<>> apply(Draft& draft) override;

 private:
  const std::string key_;
};

// Says when the account is to be swept again.
class SetDue : public Operation {
 public:
  explicit SetDue(const Site& site) : Operation(site.loop) {}
  std::string_view name() const override { return "due"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::optional<Time> answer;
};

}  // namespace postroad::mailbox
