#include "people/imap_client.h"

#include <doctest/doctest.h>

namespace postroad::sim {
namespace {

TEST_CASE("a FETCH response is read whatever its order") {
  const ImapLine line{"12 FETCH (FLAGS (\\Seen \\Recent $Done) UID 7 MODSEQ (99) BODY[HEADER.FIELDS (X-TOKEN)] {0} RFC822.SIZE 5)",
                      {"X-Token: t1-2\r\n\r\n"}};
  const auto fetched = read_fetch(line);
  REQUIRE(fetched);
  CHECK(fetched->sequence == 12);
  CHECK(fetched->uid == 7);
  CHECK(fetched->modseq == 99);
  CHECK(fetched->size == 5);
  CHECK(fetched->body == "X-Token: t1-2\r\n\r\n");
  CHECK(*fetched->flags == std::set<std::string>{"\\Seen", "$Done"});
}

TEST_CASE("other lines are no FETCH responses") {
  CHECK_FALSE(read_fetch({"12 EXISTS", {}}));
  CHECK_FALSE(read_fetch({"OK [UIDNEXT 4] FETCH", {}}));
}

TEST_CASE("numbers and sets in response codes") {
  CHECK(number_in("OK [UIDNEXT 4392] next", "UIDNEXT") == 4392);
  CHECK(number_in("OK [NOMODSEQ]", "UIDNEXT") == 0);
  CHECK(read_set("2,4:6") == std::vector<std::uint32_t>{2, 4, 5, 6});
}

}  // namespace
}  // namespace postroad::sim
