#pragma once

#include "mailbox/account.h"
#include "mailbox/operation.h"

// Changes to folders as a whole.
namespace postroad::mailbox {

// Makes the account, with the folders that each has, where there is none yet.
class CreateAccount : public Operation {
 public:
  CreateAccount(const Site& site, bool may_create) : Operation(site.loop), may_create_(may_create) {}
  std::string_view name() const override { return "open"; }
  io::Task<Result<>> apply(Draft& draft) override;

  bool was_made = false;

 private:
  const bool may_create_;
};

// CREATE.  rfc3501 6.3.3, rfc6154 3
class CreateFolder : public Operation {
 public:
  CreateFolder(const Site& site, std::string name, Role role)
      : Operation(site.loop), name_(std::move(name)), role_(role) {}
  std::string_view name() const override { return "create"; }
  io::Task<Result<>> apply(Draft& draft) override;

  FolderNumber answer = 0;

 private:
  const std::string name_;
  const Role role_;
};

// DELETE.  rfc3501 6.3.4. What the folder holds is moved away after this.
class DeleteFolder : public Operation {
 public:
  DeleteFolder(const Site& site, std::string name) : Operation(site.loop), name_(std::move(name)) {}
  std::string_view name() const override { return "delete"; }
  io::Task<Result<>> apply(Draft& draft) override;

  FolderNumber answer = 0;

 private:
  const std::string name_;
};

// RENAME.  rfc3501 6.3.5
class RenameFolder : public Operation {
 public:
  RenameFolder(const Site& site, std::string from, std::string to)
      : Operation(site.loop), from_(std::move(from)), to_(std::move(to)) {}
  std::string_view name() const override { return "rename"; }
  io::Task<Result<>> apply(Draft& draft) override;

 private:
  Result<> rename_inbox(Draft& draft, const std::string& to) const;
  const std::string from_;
  const std::string to_;
};

// SUBSCRIBE and UNSUBSCRIBE.  rfc3501 6.3.6
class Subscribe : public Operation {
 public:
  Subscribe(const Site& site, std::string name, bool wanted)
      : Operation(site.loop), name_(std::move(name)), wanted_(wanted) {}
  std::string_view name() const override { return wanted_ ? "subscribe" : "unsubscribe"; }
  io::Task<Result<>> apply(Draft& draft) override;

 private:
  const std::string name_;
  const bool wanted_;
};

// Makes the folders above `name` that are missing.
Result<> make_parents(Draft& draft, std::string_view name);

}  // namespace postroad::mailbox
