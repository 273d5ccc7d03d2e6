#include "sql/postgres/fault.h"

namespace postroad::sql::postgres {
namespace {

struct Meaning {
  std::string_view begins;  // the SQLSTATE, or its class
  Fault fault;
};
// The first that fits.
constexpr Meaning kMeanings[] = {
    {"08", Fault::Busy},        // connection exception
    {"22021", Fault::Refused},  // character not in repertoire
    {"22P05", Fault::Refused},  // untranslatable character
    {"23", Fault::Conflict},    // integrity constraint violation
    {"25006", Fault::Busy},     // read only transaction: a standby, after a failover
    {"40", Fault::Busy},        // transaction rollback: serialization failure, deadlock
    {"53", Fault::Busy},        // insufficient resources: disk full, out of memory, too many connections
    {"55006", Fault::Busy},     // object in use
    {"55P03", Fault::Busy},     // lock not available
    {"57", Fault::Busy},        // operator intervention: cancelled, shutting down, starting up
};

}  // namespace

Fault fault_of(std::string_view sqlstate) {
  for (const auto& meaning : kMeanings)
    if (sqlstate.starts_with(meaning.begins)) return meaning.fault;
  return Fault::Broken;
}

}  // namespace postroad::sql::postgres
