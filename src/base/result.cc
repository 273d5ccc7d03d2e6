#include "base/result.h"

namespace postroad {

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::Syntax: return "syntax";
    case Fault::Refused: return "refused";
    case Fault::NotFound: return "not found";
    case Fault::Conflict: return "conflict";
    case Fault::Busy: return "busy";
    case Fault::Broken: return "broken";
  }
  return "broken";
}

}  // namespace postroad
