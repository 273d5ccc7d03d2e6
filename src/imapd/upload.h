#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "mailbox/account.h"
#include "message/index.h"

namespace postroad::imapd {

// A message on its way into an account, of which never more than a piece is in memory.
class Upload {
 public:
  explicit Upload(std::shared_ptr<mailbox::Account> account) : account_(std::move(account)), writer_(account_->write_body()) {}

  // The next bytes. A failure is kept for finish(), so that the rest can be read away.
  io::Task<void> take(std::string bytes);
  // The message as append() wants it, without flags and date. Once, after everything was taken.
  io::Task<Result<mailbox::NewMail>> finish();
  // Instead of finish().
  io::Task<void> give_up();

 private:
  std::shared_ptr<mailbox::Account> account_;
  mailbox::BodyWriter writer_;
  message::Index index_;
  Result<> outcome_;
};

// What an upload holds of the bytes that all may hold together; given back at its end.
class UploadRoom {
 public:
  // `held` must outlive it.
  UploadRoom(std::atomic<std::uint64_t>& held, std::uint64_t most, std::uint64_t size_bytes);
  ~UploadRoom() { held_.fetch_sub(taken_); }
  UploadRoom(const UploadRoom&) = delete;
  UploadRoom& operator=(const UploadRoom&) = delete;
  bool is_given() const { return taken_ > 0; }

 private:
  std::atomic<std::uint64_t>& held_;
  std::uint64_t taken_ = 0;
};

// What tells which conversation a message belongs to.
mailbox::ThreadKeys thread_keys(const message::Summary& summary);

}  // namespace postroad::imapd
