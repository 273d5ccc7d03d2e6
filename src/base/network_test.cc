#include "base/network.h"

#include <doctest/doctest.h>

namespace postroad {
namespace {

TEST_CASE("a peer's network is what it may choose its addresses from") {
  struct Case {
    const char* address;
    const char* want;
  };
  const Case cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
      {"2001:DB8:0001:0002::", "2001:db8:1:2::/64"},
      {"2001:db8::1", "2001:db8:0:0::/64"},
      {"::1", "0:0:0:0::/64"},
      {"::", "0:0:0:0::/64"},
      {"1::2:3:4:5:6:7", "1:0:2:3::/64"},
      {"1:2", "1:2"},
      {"", ""},
      {"client", "client"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.address);
    CHECK(network_of(c.address) == c.want);
  }
  for (const auto* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) CHECK(is_loopback(address));
  for (const auto* address : {"128.0.0.1", "::2", "", "1270.0.0.1"}) CHECK_FALSE(is_loopback(address));
}

}  // namespace
}  // namespace postroad
