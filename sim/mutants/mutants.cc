#include "mutants/mutants.h"

#include <algorithm>

namespace postroad::mutants {
namespace {

constexpr Mutant kAll[] = {
#define X(name, what) {Name::name, #name, what},
#include "mutants/mutants.def"
#undef X
};

std::optional<Name> planted;

}  // namespace

std::span<const Mutant> all() { return kAll; }

std::optional<Mutant> find(std::string_view word) {
  const auto found = std::ranges::find(kAll, word, &Mutant::word);
  if (found == std::end(kAll)) return std::nullopt;
  return *found;
}

void plant(Name name) { planted = name; }
bool is_on(Name name) { return planted == name; }

}  // namespace postroad::mutants
