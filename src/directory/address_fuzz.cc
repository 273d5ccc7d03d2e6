#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "directory/names.h"
#include "directory/testing.h"

// An address from outside: folding twice is folding once, and resolving never fails in any other way than by its kind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postroad;
  static const auto town = directory::testing::mailboxes({"ann@a.example", "b+c@a.example", "root@b.example"},
                                                         {.postmaster = "root@b.example"});
  const std::string_view address(reinterpret_cast<const char*>(data), size);
  const auto found = town->resolve(address);
  check((found.kind == directory::Resolution::Kind::Known) == !found.accounts.empty(), "who is known has a mailbox");
  if (const auto domain = directory::fold_domain(address))
    check(directory::fold_domain(*domain) == domain, "a folded domain folds to itself");
  return 0;
}
