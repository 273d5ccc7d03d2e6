#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mailbox/account.h"
#include "message/summary.h"

namespace postroad::imapd {

// What is read of a message in one piece, at most.
inline constexpr std::size_t kPieceBytes = 256UL << 10;
// A header longer than that is read up to there.
inline constexpr std::size_t kHeaderBytes = 1UL << 20;

// One message while a command deals with it; what is asked for twice is read once.
class Reading {
 public:
  // `account` must outlive it.
  Reading(mailbox::Account& account, mailbox::EmailNumber email) : account_(account), email_(email) {}

  // Valid as long as this. Made anew from the message where there is none, or one of a newer version.
  io::Task<Result<const message::Summary*>> summary();
  io::Task<Result<mailbox::Email>> email() { return account_.email(email_); }
  // From `offset`, at most kPieceBytes and at most `length`; at least one byte where the message has them.
  io::Task<Result<std::string>> piece(std::uint64_t offset, std::uint64_t length);
  // All of a header, up to kHeaderBytes.
  io::Task<Result<std::string>> header(message::Range range);

 private:
  io::Task<Result<message::Summary>> make_summary();

  mailbox::Account& account_;
  const mailbox::EmailNumber email_;
  std::unique_ptr<message::Summary> summary_;
};

}  // namespace postroad::imapd
