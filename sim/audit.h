#pragma once

#include "town/town.h"

namespace postroad::sim {

// Looks at everything once more when a run has come to rest, and adds what is wrong to the findings.
void audit(Town& town);

}  // namespace postroad::sim
