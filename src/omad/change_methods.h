#pragma once

#include "omad/method.h"

namespace postroad::omad {

// What became of an accepted request.
Answering get_change(Call call);

}  // namespace postroad::omad
