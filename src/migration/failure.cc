#include "migration/failure.h"

namespace postroad::migration {

Reason reason_of(const Error& error) {
  for (int at = 1; at <= static_cast<int>(Reason::Stopped); ++at)
    if (reason_name(static_cast<Reason>(at)) == error.code) return static_cast<Reason>(at);
  if (error.code == "OVERQUOTA") return Reason::OverQuota;
  return Reason::Store;
}

}  // namespace postroad::migration
