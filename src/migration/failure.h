#pragma once

#include <string>

#include "migration/report.h"
#include "migration/text.h"

// Failures that say why: the reason's name is the error's code.
namespace postroad::migration {

// It is over for good.
inline std::unexpected<Error> stop_for(Reason reason, std::string text) {
  return fail(Fault::Refused, std::move(text), std::string(reason_name(reason)));
}
// It may go better later.
inline std::unexpected<Error> wait_for(Reason reason, std::string text) {
  return fail(Fault::Busy, std::move(text), std::string(reason_name(reason)));
}
inline bool is_for_good(const Error& error) { return error.fault != Fault::Busy; }
// Of any failure: our own side's have no such code, and pass.
Reason reason_of(const Error& error);

}  // namespace postroad::migration
