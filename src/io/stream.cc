#include "io/stream.h"

namespace postroad::io {

std::string Endpoint::text() const {
  const bool is_v6 = address.find(':') != address.npos;
  return (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace postroad::io
