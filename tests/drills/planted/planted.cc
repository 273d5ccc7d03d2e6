// What sim/mutants plants for a whole run, a drill plants while real processes work, once each time that a file is put where
// $POSTROAD_PLANTED names one: the first process that comes by takes the file away, and its fault is there that once.
#include <unistd.h>

#include <cstdlib>

#include "mutants/mutants.h"

namespace postroad::mutants {

bool is_on(Name name) {
  const char* const file = std::getenv("POSTROAD_PLANTED");
  return name == Name::counter_altered && file != nullptr && ::unlink(file) == 0;
}

}  // namespace postroad::mutants
