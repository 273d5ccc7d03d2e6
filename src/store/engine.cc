#include "store/engine.h"

namespace postroad::store {

std::size_t Batch::bytes() const {
  std::size_t sum = 0;
  for (const auto& row : expect) sum += row.key.size() + (row.value ? row.value->size() : 0);
  for (const auto& row : put) sum += row.key.size() + row.value.size();
  for (const auto& key : del) sum += key.size();
  for (const auto& body : bodies) sum += body.id.size() + body.bytes.size();
  return sum;
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::Committed: return "committed";
    case Outcome::Conflict: return "conflict";
    case Outcome::Unknown: return "unknown";
    case Outcome::Unavailable: return "unavailable";
    case Outcome::Full: return "full";
  }
  return "?";
}

}  // namespace postroad::store
