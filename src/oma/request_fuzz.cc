#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "oma/fields.h"
#include "oma/request.h"

using namespace postroad;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = oma::parse_request({reinterpret_cast<const char*>(data), size});
  if (!parsed) return 0;
  check(!parsed->members.contains("credentials"), "credentials go no further");
  oma::Fields fields(parsed->members, "");
  for (const auto& member : parsed->members) {
    (void)fields.text(member.key(), 100);
    (void)fields.number(member.key(), 100);
    (void)fields.flag(member.key());
    (void)fields.list(member.key(), 10, 100);
    (void)fields.objects(member.key(), 10);
    (void)fields.object(member.key());
  }
  fields.no_others();
  return 0;
}
