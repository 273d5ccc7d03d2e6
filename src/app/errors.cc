#include "app/errors.h"

namespace postroad::app {

int number_of(const Error& error) {
  for (const auto& row : kErrorNumbers)
    if (!row.code.empty() && row.code == error.code) return row.number;
  switch (error.fault) {
    case Fault::Syntax: return 1;
    case Fault::Refused:
    case Fault::NotFound:
    case Fault::Conflict: return 8;
    case Fault::Busy: return 25;
    case Fault::Broken: return kServerError;
  }
  return kServerError;
}

}  // namespace postroad::app
