#pragma once

#include <functional>
#include <string>

#include "io/loop.h"
#include "io/stream.h"
#include "io/task.h"
#include "postroad/folder.h"

namespace postroad::wiring {

// Talks to a plane over its operators' socket, and prints what comes of it; the exit code. The stream's deadline is half a
// minute away, and to be set anew for what takes longer.
using Talk = std::function<io::Task<Result<std::string>>(io::Loop&, io::Stream&)>;
int ask(const Path& socket, Talk talk);

inline constexpr std::size_t kAnswerBytes = 16UL << 20;  // of one line

}  // namespace postroad::wiring
