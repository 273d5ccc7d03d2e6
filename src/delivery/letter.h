#pragma once

#include <memory>
#include <string>

#include "mailbox/accounts.h"

namespace postroad::delivery {

// A message as it goes into any number of mailboxes: parsed once.
struct Letter {
  std::string acceptance;
  Time received_at;
  std::shared_ptr<const std::string> text;
  std::string summary;  // message::encode; Account::summary gives it back
  mailbox::ThreadKeys thread;
};
using LetterPtr = std::shared_ptr<const Letter>;

LetterPtr read_letter(std::string acceptance, Time received_at, std::shared_ptr<const std::string> text);

// Puts the letter into the account's INBOX, once for its acceptance. Called, and resumes, on `here`; all is done on the
// account's home loop. Only the code INDOUBT leaves it open whether it is there; it may be called again.
// `accounts` and `here` must outlive the task.
io::Task<Result<mailbox::Placed>> place(mailbox::Accounts& accounts, io::Loop& here, std::string account_id,
                                        mailbox::Limits limits, LetterPtr letter);

}  // namespace postroad::delivery
