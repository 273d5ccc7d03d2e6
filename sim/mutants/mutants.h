#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace postroad::mutants {

enum class Name {
#define X(name, what) name,
#include "mutants/mutants.def"
#undef X
};

struct Mutant {
  Name name;
  std::string_view word;
  std::string_view what;
};

std::span<const Mutant> all();
std::optional<Mutant> find(std::string_view word);

// One at a time, for the whole process; set before anything runs.
void plant(Name name);
bool is_on(Name name);

}  // namespace postroad::mutants
