#include "smtp/hops.h"

#include <doctest/doctest.h>

using namespace postroad::smtp;

TEST_CASE("hops are the Received fields of the header") {
  CHECK(count_hops("") == 0);
  CHECK(count_hops("Received: a\r\nRECEIVED: b\r\n\tfolded Received: no\r\n\r\nReceived: body\r\n") == 2);
  CHECK(count_hops("X-Received: a\r\nReceived-SPF: b\r\n\r\n") == 0);
  CHECK(count_hops("Received: cut") == 1);
  CHECK(count_hops("\r\nReceived: body\r\n") == 0);
}
