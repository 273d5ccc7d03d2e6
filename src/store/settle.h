#pragma once

#include "store/engine.h"

namespace postroad::store {

// Makes sure of a partition after Outcome::Unknown: commits fences until one is Committed, backing off in between. Then
// the unknown batch has been written or never will be, and reading tells which. Busy where `until` comes first.
// `engine` and `loop`, the engine's, must outlive the task.
io::Task<Result<>> settle(Engine& engine, io::Loop& loop, Partition partition, io::Tick until);

}  // namespace postroad::store
