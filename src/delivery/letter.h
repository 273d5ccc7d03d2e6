#pragma once

#include <memory>
#include <string>

#include "mailbox/accounts.h"
#include "message/summary.h"

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

// What tells which conversation a message belongs to.
mailbox::ThreadKeys thread_keys(const message::Summary& summary);
// As NewMail takes it: empty where it would be too long, since it can be made anew from the message.
std::string stored_summary(const message::Summary& summary);

LetterPtr read_letter(std::string acceptance, Time received_at, std::shared_ptr<const std::string> text);

// Puts the letter into the account's INBOX, once for its acceptance. Called, and resumes, on `here`; all is done on the
// account's home loop. Only the code INDOUBT leaves it open whether it is there; it may be called again.
// `accounts` and `here` must outlive the task.
io::Task<Result<mailbox::Placed>> place(mailbox::Accounts& accounts, io::Loop& here, std::string account_id,
                                        mailbox::Limits limits, LetterPtr letter);

}  // namespace postroad::delivery
