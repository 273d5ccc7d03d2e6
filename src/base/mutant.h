#pragma once

// Faults that are planted to prove that the simulation would find them. POSTROAD_MUTANT(name) stands where one of them
// would be made; it is the constant `false` everywhere but in what sim/mutants compiles, so ordinary programs hold
// nothing of it. sim/mutants/mutants.def says what each does. Only in .cc files.
//
//   if (!POSTROAD_MUTANT(agenda_mark_skipped)) CO_TRY_OK(co_await write_mark(...));
#ifdef POSTROAD_MUTANTS
#include "mutants/mutants.h"
#define POSTROAD_MUTANT(name) (::postroad::mutants::is_on(::postroad::mutants::Name::name))
#else
#define POSTROAD_MUTANT(name) false
#endif
