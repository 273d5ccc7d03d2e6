#pragma once

#include "postroad/folder.h"

namespace postroad::wiring {

struct UpOptions {
  Path folder;
  std::uint16_t port_base = 0;
  bool is_fresh = false;     // throw the folder's data away first
  bool is_detached = false;  // return once all is ready
  std::string program;       // how it was called, for what it tells to type
};

// Runs all planes until a signal. Returns the exit code; what went wrong is on standard error.
int up(const UpOptions& options);

// Stops the one that runs in the folder, and waits until it has stopped.
int down(const Path& folder);

// Checks the folder's settings, and makes the one that runs there read them again.
int reload(const Path& folder);

}  // namespace postroad::wiring
