#include <cstddef>
#include <cstdint>

#include "app/reply.h"
#include "app/request.h"
#include "base/check.h"

using namespace postroad;

// What a client wrote comes back in a reply without breaking it: the same value, and one end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto made = app::parse_request({reinterpret_cast<const char*>(bytes), size});
  if (!made) return 0;
  app::Record record;
  for (const auto& [name, value] : made->attributes) record.emplace_back(name, value);
  const auto reply = app::record_reply(record);
  check(reply.find("\r\n.\r\n") == reply.size() - 5, "a reply ends once");
  const auto again = app::parse_request("X " + reply.substr(6, reply.size() - 11));
  check(again.has_value() && again->attributes.size() == made->attributes.size(), "a record reads as it was written");
  for (std::size_t i = 0; i < again->attributes.size(); ++i)
    check(again->attributes[i].value == made->attributes[i].value, "values survive quoting");
  return 0;
}
