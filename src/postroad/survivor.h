#pragma once

#include "postroad/folder.h"

namespace postroad::wiring {

// The status plane serves on when its supervisor has been killed. Ends such a one, and returns whether there was one;
// to be called with the folder's lock held, when no supervisor is there. Busy where it does not end within 20 s.
Result<bool> end_survivor(const Path& folder);

}  // namespace postroad::wiring
