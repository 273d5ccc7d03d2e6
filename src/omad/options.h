#pragma once

#include <cstddef>

namespace postroad::omad {

struct Options {
  std::size_t requests_max = 200;                   // at once; past it: 503
  std::size_t requests_per_administrator_max = 50;  // past it: error 22
};

}  // namespace postroad::omad
