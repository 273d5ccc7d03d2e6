#include "smtp/reply.h"

#include <doctest/doctest.h>

using namespace postroad;
using namespace postroad::smtp;

TEST_CASE("replies as they go out") {
  CHECK(format({250, "2.1.5", "recipient ok"}) == "250 2.1.5 recipient ok\r\n");
  CHECK(format({250, {}, "mx\nPIPELINING\nDSN"}) == "250-mx\r\n250-PIPELINING\r\n250 DSN\r\n");
  CHECK(format({550, "5.1.1", "one\ntwo"}) == "550-5.1.1 one\r\n550 5.1.1 two\r\n");
}

TEST_CASE("no text can forge a reply") {
  CHECK(format({550, "5.1.1", "a\r250 ok"}) == "550 5.1.1 a?250 ok\r\n");
  CHECK(format({550, {}, std::string("\0\x7f\xc3\xbc\t", 5)}) == "550 ?????\r\n");
  const auto longest = format({550, "5.1.1", std::string(10'000, 'x')});
  CHECK(longest.size() == 512);
  CHECK(longest.ends_with("x\r\n"));
}

TEST_CASE("faults become replies") {
  struct Case {
    const char* name;
    Error error;
    Reply want;
  };
  const Case kCases[] = {
      {"syntax", {Fault::Syntax, "t"}, {501, "5.5.4", "t"}},
      {"refused", {Fault::Refused, "t"}, {550, "5.7.1", "t"}},
      {"not found", {Fault::NotFound, "t"}, {550, "5.1.1", "t"}},
      {"busy", {Fault::Busy, "t"}, {451, "4.3.2", "t"}},
      {"broken: its text is ours alone", {Fault::Broken, "t"}, {451, "4.3.0", "our side failed; try again later"}},
      {"its own code", {Fault::Syntax, "t", "555 5.5.4"}, {555, "5.5.4", "t"}},
      {"its own status", {Fault::Refused, "t", "5.2.1"}, {550, "5.2.1", "t"}},
      {"a status for later", {Fault::Refused, "t", "4.2.2"}, {451, "4.2.2", "t"}},
      {"another protocol's code", {Fault::Refused, "t", "OVERQUOTA"}, {550, "5.7.1", "t"}},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(format(reply_to(row.error)) == format(row.want));
  }
}
