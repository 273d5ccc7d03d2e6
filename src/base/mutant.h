#pragma once

// Faults that are planted to prove that the simulation would find them. POSTROAD_MUTANT(name) stands where one of them
// would be made; it is the constant `false` everywhere but in the simulation's own build of the libraries
// (sim/mutants.cmake), so ordinary programs hold nothing of it. docs/simulation.md lists what each does.
//
//   if (!POSTROAD_MUTANT(answer_before_commit)) CO_TRY_OK(co_await commit(...));
#ifdef POSTROAD_MUTANTS
#include "base/mutants.h"
#define POSTROAD_MUTANT(name) (::postroad::mutants::is_on(::postroad::mutants::Name::name))
#else
#define POSTROAD_MUTANT(name) false
#endif
