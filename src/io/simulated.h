#pragma once

// The machine, simulated: time, randomness, loops, pools and the network of a world that runs in one thread from a
// seed. For tests and for sim/; docs/simulation.md tells how to use it. One include for all of it.
#include "io/simulated_client.h"
#include "io/simulated_network.h"
#include "io/simulated_pool.h"
#include "io/simulated_world.h"
