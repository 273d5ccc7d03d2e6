#pragma once

#include <string>

#include "store/engine.h"

// What every engine refuses, in one place: the limits of engine.h as functions. Each returns what is wrong, or nothing.
namespace postroad::store {

std::string flaw_of_partition(const Partition& partition);
std::string flaw_of_key(const std::string& key);
std::string flaw_of_body(const std::string& id);
// Names, keys, values, counts, sizes, and keys that stand twice.
std::string flaw_of(const Batch& batch);
std::string flaw_of_keys(const std::vector<std::string>& keys);
std::string flaw_of_scan(const std::string& prefix, const std::string& after, std::size_t limit);
std::string flaw_of_piece(std::uint32_t piece, const std::string& bytes);

// A flaw is a defect of the caller's: stops the process.
void demand_none(const std::string& flaw);

}  // namespace postroad::store
