#pragma once

#include <memory>

#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::size_t kForgottenAtOnce = 200;  // rows of one transaction

// Forgets what can't be restored any more, a few rows at a time so that nobody waits for it, as long as the core is there.
io::Task<void> tidy(std::weak_ptr<Core> core);

}  // namespace postroad::control
