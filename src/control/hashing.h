#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace postroad::control {

struct Core;

// Hashes the sealed passwords of changes whose turn has come (Stage::Hashing), on the pool, each for itself; what is ready
// enters the cluster's feed next. A password that can't be unsealed refuses its change.
void start_hashing(const std::shared_ptr<Core>& core, const std::string& cluster, const std::vector<std::int64_t>& changes);

}  // namespace postroad::control
