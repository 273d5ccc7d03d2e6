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
  std::optional<Result<mailbox::Placed>> placed;  // nothing: not tried yet

  bool is_done() const { return placed && *placed; }
  // Whether the letter may be there, or come there yet.
  bool is_open() const { return placed && !*placed && placed->error().code == "INDOUBT"; }
};

// Places the letter into all targets that aren't done, at most `width` at once, each on its home loop. `here` is the
// caller's loop; it and `accounts` must outlive the loops' tasks.
io::Task<std::vector<Target>> place_all(mailbox::Accounts& accounts, io::Loop& here, LetterPtr letter,
                                        std::vector<Target> targets, std::size_t width);

}  // namespace postroad::delivery
