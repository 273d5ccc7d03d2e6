#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/task.h"
#include "mailbox/mail.h"

namespace postroad::mailbox {

class Account;

// Writes a message of any size ahead of the commit that names it, in pieces, holding at most one of them. A message that
// no commit names after all is found by its intent row and deleted: by forget(), or a day later.
//
// Belongs to the account's home loop.
class BodyWriter {
 public:
  ~BodyWriter();
  BodyWriter(BodyWriter&&) noexcept;
  BodyWriter& operator=(BodyWriter&&) = delete;

  // Once one of them has failed, all fail.
  io::Task<Result<>> write(std::string bytes);
  // Resumes when all of it is durable. At most once; the message has at least one byte.
  io::Task<Result<WrittenBody>> finish();
  std::uint64_t size_bytes() const;

 private:
  friend class Account;
  struct State;
  explicit BodyWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace postroad::mailbox
