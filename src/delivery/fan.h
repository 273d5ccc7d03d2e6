#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/letter.h"
#include "io/event.h"

namespace postroad::delivery {

// One account that a letter is for, and what became of it so far.
struct Target {
  std::string account_id;
  mailbox::Limits limits;
  std::optional<Result<mailbox::Placed>> placed;  // the last try; nothing: not tried yet
  bool is_due = true;   // to be tried
  bool is_open = false; // not done, and yet the letter may be there, or come there: some try ended in doubt

  bool is_done() const { return placed && *placed; }
  // What a try came to. Only success ends a doubt: a later failure does not tell what became of an earlier try.
  void tried(Result<mailbox::Placed> result);
};

// Places the letter into all targets that are due, at most `width` at once, each on its home loop. `here` is the
// caller's loop; it and `accounts` must outlive the loops' tasks.
io::Task<std::vector<Target>> place_all(mailbox::Accounts& accounts, io::Loop& here, LetterPtr letter,
                                        std::vector<Target> targets, std::size_t width);

}  // namespace postroad::delivery
