#pragma once

#include "town/town.h"

namespace postroad::sim {

// The first thing that waits in a queue, an outbox or among accounts to be removed, though it may not be due yet; empty
// where nothing does. What only purges mail that was deleted long ago does not count.
std::string undone(Town& town);

// Looks at everything once more when a run has come to rest, and adds what is wrong to the findings.
void audit(Town& town);

}  // namespace postroad::sim
