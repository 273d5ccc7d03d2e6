#include "store/format.h"

#include <doctest/doctest.h>

#include "store/row.h"

using namespace postroad;
using namespace postroad::store;

TEST_CASE("a row is read as it was written") {
  const auto row = RowWriter(3).number(1, 0).number(2, UINT64_MAX).text(7, "x").text(7, "").text(7, "z").take();
  const auto read = RowReader::open(row, 5, "row").value();
  CHECK(read.format() == 3);
  CHECK(read.number(1) == 0);
  CHECK(read.has(1));
  CHECK(read.number(2) == UINT64_MAX);
  CHECK(read.text(7) == "x");
  CHECK(read.texts(7) == std::vector<std::string_view>{"x", "", "z"});
  CHECK_FALSE(read.has(9));
  CHECK(read.number(9) == 0);
  CHECK(read.text(9) == "");
}

TEST_CASE("an older reader skips the fields that it does not know") {
  const auto row = RowWriter(1).text(200, "from the future").number(1, 42).take();
  CHECK(RowReader::open(row, 1, "row")->number(1) == 42);
}

TEST_CASE("rows that are newer or damaged are refused with a sentence") {
  struct Case {
    const char* name;
    std::string row;
    const char* text;
  };
  const Case cases[] = {
      {"empty", "", "row is of format 0, and this program knows 1 to 2; it is damaged"},
      {"newer", "\x03", "row is of format 3, and this program knows 1 to 2; run the newer program that wrote it"},
      {"no length", "\x02\x01", "row is damaged"},
      {"too short", std::string("\x02\x01\x02x", 4), "row is damaged"},
      {"endless length", "\x02\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "row is damaged"},
      {"huge length", "\x02\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "row is damaged"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto read = RowReader::open(c.row, 2, "row");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().fault == Fault::Broken);
    CHECK(read.error().text == c.text);
  }
}

TEST_CASE("a number that is no varint reads as 0") {
  const auto row = RowWriter(1).text(1, "\xff\xff").text(2, "").take();
  const auto read = RowReader::open(row, 1, "row").value();
  CHECK(read.number(1) == 0);
  CHECK(read.number(2) == 0);
}

TEST_CASE("a partition's header") {
  const format::PartitionHeader header{.version = 1ULL << 40, .rows = 100'000, .bytes = 12345678};
  CHECK(format::decode_partition(format::encode(header)).value() == header);
  CHECK_FALSE(format::decode_partition("\x02").has_value());
}

TEST_CASE("a body's header: what is not known is refused") {
  CHECK(format::decode_body(format::encode(format::BodyHeader{}) + "bytes").value() == "bytes");
  CHECK(format::decode_body(format::encode(format::BodyHeader{})).value() == "");
  CHECK(format::decode_body(format::encode({.codec = 1, .key_id = 0}) + "x").error().text ==
        "piece of a body has a codec that this program does not know");
  CHECK(format::decode_body(format::encode({.codec = 0, .key_id = 1}) + "x").error().text ==
        "piece of a body is encrypted with a key that this program lacks");
  CHECK(format::decode_body(std::string("\x02\0\0x", 4)).error().text.contains("run the newer program"));
  CHECK_FALSE(format::decode_body("\x01").has_value());
}
