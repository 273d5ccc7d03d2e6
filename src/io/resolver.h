#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "io/loop.h"

namespace postroad::io {

// Names of hosts to addresses.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // Called, and resumes, on `home`: the addresses in the order in which they are to be tried, 16 at most; of an address,
  // itself. NotFound: the name has none; Busy: it can't be told now.
  virtual Task<Result<std::vector<std::string>>> addresses(Loop& home, std::string name) = 0;
};

}  // namespace postroad::io
