#pragma once

#include <cstddef>
#include <string_view>

#include "io/event.h"
#include "mailbox/counts.h"
#include "mailbox/draft.h"

namespace postroad::mailbox {

// A change to an account, or a read that must not meet one half-way. It waits in the committer's queue and is applied,
// perhaps several times over, until what it did is durable. Its answer is a member of the derived class.
class Operation {
 public:
  explicit Operation(io::Loop& home) : done_(home) {}
  virtual ~Operation() = default;

  virtual std::string_view name() const = 0;
  // Loads what it needs, refuses what it must, changes the draft, sets its answer. Called again where the commit came to
  // nothing, on a draft of newer content; it must then come to the same from its own members alone.
  virtual io::Task<Result<>> apply(Draft& draft) = 0;
  // Counts what it did: once, when that is durable.
  virtual void count(Counts&) const {}
  // About how much of a batch it takes; what takes much is committed alone.
  virtual std::size_t weight_bytes() const { return 4096; }

  io::Promised<Result<>>& done() { return done_; }
  Result<> outcome;

 private:
  io::Promised<Result<>> done_;
};

}  // namespace postroad::mailbox
