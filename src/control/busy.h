#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "control/errors.h"

namespace postroad::control {

// A refusal that says when to come back: `too many ...; try again in 5 seconds`, rounded up, one second at least. Fault::Busy.
std::unexpected<Error> busy(std::string_view why, std::chrono::microseconds wait, std::string_view code = code::kBusy);

// In how long, where the error says so: for faces that tell it apart from the text.
std::optional<std::chrono::seconds> comes_back_in(const Error& error);

}  // namespace postroad::control
