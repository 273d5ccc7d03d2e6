#pragma once

#include <string>
#include <vector>

#include "mailbox/account.h"
#include "mailbox/operation.h"

namespace postroad::mailbox {

// What is wrong with a message to be added, whatever the account.
Result<> check_mail(const NewMail& mail);

// DELIVER and APPEND: puts messages into a folder.
class AddMail : public Operation {
 public:
  // What happens where there is no folder of that name.
  enum class Missing { ToInbox, Refuse };

  AddMail(const Site& site, std::string folder, Missing missing, std::vector<NewMail> mails, std::string acceptance,
          Limits limits, ExtraRows extra = {});
  std::string_view name() const override { return acceptance_.empty() ? "append" : "deliver"; }
  io::Task<Result<>> apply(Draft& draft) override;
  void count(Counts& counts) const override;
  std::size_t weight_bytes() const override;

  std::vector<Placed> answer;

 private:
  struct Added {
    NewMail mail;
    std::string email_id;
    bool is_written = false;  // ahead of this commit

    std::uint64_t size_bytes() const { return mail.body ? mail.body->size_bytes : mail.bytes.size(); }
    const std::string& bytes() const { return mail.body ? mail.body->bytes : mail.bytes; }
  };
  Result<FolderNumber> find_folder(const Draft& draft) const;
  Result<> check_room(const Draft& draft) const;
  io::Task<Result<bool>> was_done(Draft& draft);
  io::Task<Result<>> claim_written(Draft& draft);
  io::Task<Result<Placed>> add(Draft& draft, FolderNumber folder, const Added& added);

  const std::string folder_;
  const Missing missing_;
  const std::string acceptance_;
  const Limits limits_;
  const ExtraRows extra_;
  std::vector<Added> added_;
};

}  // namespace postroad::mailbox
