#include <doctest/doctest.h>

#include "migration/calls.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

Item item() {
  Item made;
  made.id = make_id('i', Time{}, 1, 7);
  made.job = "spring";
  made.account = make_id('a', Time{}, 1, 8);
  made.local = "ann@example.org";
  made.remote = *parse_server("imaps://mail.far.example:1993");
  made.remote.user = "ann";
  made.skip = {"Junk*"};
  made.translate = {{"Sent Mail", "Sent"}};
  return made;
}

TEST_CASE("what is asked and told of migrations is read as it was written") {
  std::vector<Addition> additions;
  additions.push_back({item(), sasl::Secret("far \"secret\"")});
  const auto read = additions_of(to_json(additions));
  REQUIRE(read->size() == 1);
  CHECK(read->front().item == item());
  CHECK(read->front().password.text() == "far \"secret\"");

  const auto added = added_of(to_json(Added{"i1", fail(Fault::Refused, "no such account")}));
  REQUIRE(added->size() == 2);
  CHECK(added->front() == "i1");
  CHECK(added->back().error().fault == Fault::Refused);
  CHECK(added->back().error().text == "no such account");

  const ListRequest request{make_id('i', Time{}, 1, 7), "spring", 20};
  CHECK(list_request_of(to_json(request)) == request);
  ListPage page{{{.item = item()}}, make_id('i', Time{}, 1, 7)};
  CHECK(list_page_of(to_json(page)) == page);
  CHECK(id_of(id_to_json(item().id)) == item().id);
  CHECK(trace_of(trace_to_json("one\ntwo\n")) == "one\ntwo\n");
}

TEST_CASE("what is no request is refused with a sentence") {
  CHECK(additions_of("[]").error().text == "expected a JSON object");
  CHECK(additions_of("{}").error().text == "items: expected a list");
  CHECK(additions_of(R"({"items": [1]})").error().text == "items: expected objects");
  CHECK(additions_of(R"({"items": [{"server": "a b"}]})").error().fault == Fault::Syntax);
  std::string many = R"({"items": [{})";
  for (std::size_t at = 0; at < kAddItems; ++at) many += ",{}";
  CHECK(additions_of(many + "]}").error().text == "items: at most 100");
  CHECK(list_request_of(R"({"after": "x"})").error().text == "after: expected an item's id");
  CHECK(list_request_of(R"({"most": 1e9})")->most == kListItems);
  CHECK(id_of(R"({"id": "i"})").error().fault == Fault::Syntax);
}

}  // namespace
}  // namespace postroad::migration
