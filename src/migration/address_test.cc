#include "migration/address.h"

#include <doctest/doctest.h>

namespace postroad::migration {
namespace {

TEST_CASE("addresses of the internet, and those that lead into our own networks") {
  for (const char* good : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.167.1.1",
                           "198.17.0.1", "198.20.0.1", "223.255.255.255", "2a00:1450::1", "2001:4860:4860::8888",
                           "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"})
    CHECK_MESSAGE(is_public_address(good), good);
  for (const char* bad : {"127.0.0.1", "127.255.255.255", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1",
                          "172.31.255.255", "192.168.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.19.255.255", "224.0.0.1",
                          "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
                          "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::1",
                          "2002:a00:1::", "", "localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.1%lo", "fe80::1%eth0",
                          "8.8.8.8 "})
    CHECK_FALSE_MESSAGE(is_public_address(bad), bad);
}

TEST_CASE("addresses of this machine") {
  for (const char* own : {"127.0.0.1", "127.9.9.9", "::1"}) CHECK_MESSAGE(is_loopback_address(own), own);
  for (const char* other : {"128.0.0.1", "10.0.0.1", "::", "::2", "::ffff:127.0.0.1", "localhost", "", "169.254.169.254", "0.0.0.0"})
    CHECK_FALSE_MESSAGE(is_loopback_address(other), other);
}

}  // namespace
}  // namespace postroad::migration
