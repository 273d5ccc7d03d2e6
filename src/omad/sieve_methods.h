#pragma once

#include "omad/method.h"

// Users' filters. Stored; nothing runs them yet.
namespace postroad::omad {

Answering get_sieve(Call call);
Answering set_sieve(Call call);

}  // namespace postroad::omad
