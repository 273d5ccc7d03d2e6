#include "oma/errors.h"

namespace postroad::oma {

int number_of(const Error& error) {
  for (const auto& row : kErrorNumbers)
    if (!row.code.empty() && row.code == error.code) return row.number;
  switch (error.fault) {
    case Fault::Syntax: return 5;
    case Fault::NotFound: return 2;
    case Fault::Refused: return 4;
    case Fault::Conflict: return 27;
    case Fault::Busy: return 22;
    case Fault::Broken: return 0;
  }
  return 0;
}

}  // namespace postroad::oma
