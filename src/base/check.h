#pragma once

#include <source_location>
#include <string_view>

namespace postroad {

// Stops the process, in release builds too: an invariant of ours is broken, and going on could lose mail.
[[noreturn]] void stop_broken(std::string_view what, std::source_location where);

// Asserts what must hold. Never for what a peer, a user or a disk can cause: that is a Result.
inline void check(bool holds, std::string_view what,
                  std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]] stop_broken(what, where);
}

}  // namespace postroad
