#pragma once

#include <memory>
#include <string>

#include "mailbox/account.h"
#include "message/index.h"

namespace postroad::delivery {

// A message on its way into an account, of which never more than a piece is in memory.
class Upload {
 public:
  explicit Upload(std::shared_ptr<mailbox::Account> account) : account_(std::move(account)), writer_(account_->write_body()) {}

  // The next bytes. A failure is kept for finish(), so that the rest can be read away.
  io::Task<void> take(std::string bytes);
  // The message as append() wants it, without flags and date. Once, after everything was taken.
  io::Task<Result<mailbox::NewMail>> finish();
  // What the message says of itself: after finish().
  const message::Summary& summary() const { return summary_; }
  // Instead of finish().
  io::Task<void> give_up();

 private:
  std::shared_ptr<mailbox::Account> account_;
  mailbox::BodyWriter writer_;
  message::Index index_;
  message::Summary summary_;
  Result<> outcome_;
};

}  // namespace postroad::delivery
