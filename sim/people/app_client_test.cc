#include "people/app_client.h"

#include <doctest/doctest.h>

namespace postroad::sim {
namespace {

TEST_CASE("replies of the provisioning protocol") {
  const auto record = read_app_reply("OK 0 fine\nMAILBOX=\"bob\" TITLE=\"a \"\"b\"\"\" CHANGE=\"c1\"\n");
  CHECK(record.is_ok);
  CHECK(record.record.at("TITLE") == "a \"b\"");
  CHECK(record.record.at("CHANGE") == "c1");

  const auto error = read_app_reply("ER 17 mailbox does not exist\n");
  CHECK_FALSE(error.is_ok);
  CHECK(error.number == 17);

  const auto list = read_app_reply("OK 0 Success\nMAILBOX,TYPE,WORKGROUP\n\"bob\",\"MAILBOX\",\"\"\n\"ann\",\"ALIAS\",\"x\"\n");
  REQUIRE(list.rows.size() == 2);
  CHECK(list.rows[1] == std::vector<std::string>{"ann", "ALIAS", "x"});
}

}  // namespace
}  // namespace postroad::sim
