#include "store/limits.h"

#include <doctest/doctest.h>

using namespace postroad::store;

namespace {

std::string many(char c, std::size_t count) { return std::string(count, c); }

Batch of_rows(std::size_t expect, std::size_t put, std::size_t del) {
  Batch batch;
  for (std::size_t i = 0; i < expect; ++i) batch.expect.push_back({"k" + std::to_string(i), {}});
  for (std::size_t i = 0; i < put; ++i) batch.put.push_back({"k" + std::to_string(i), "v"});
  for (std::size_t i = 0; i < del; ++i) batch.del.push_back("d" + std::to_string(i));
  return batch;
}

}  // namespace

TEST_CASE("names of partitions and bodies") {
  struct Case {
    std::string name;
    bool is_partition, is_body;
  };
  const Case cases[] = {
      {"a", true, true},
      {"account/a0123456789.-_z", true, true},
      {"", false, false},
      {"A", false, false},
      {"a b", false, false},
      {"a~", false, false},
      {"\xc3\xa4", false, false},
      {std::string("a\0b", 3), false, false},
      {many('a', kBodyIdBytes), true, true},
      {many('a', kBodyIdBytes + 1), true, false},
      {many('a', kPartitionBytes), true, false},
      {many('a', kPartitionBytes + 1), false, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(flaw_of_partition(c.name).empty() == c.is_partition);
    CHECK(flaw_of_body(c.name).empty() == c.is_body);
  }
}

TEST_CASE("keys") {
  CHECK(flaw_of_key("k") == "");
  CHECK(flaw_of_key("\xff\x01 any") == "");
  CHECK(flaw_of_key(many('k', kKeyBytes)) == "");
  CHECK(flaw_of_key(many('k', kKeyBytes + 1)) == "key is longer than 512 bytes");
  CHECK(flaw_of_key("") == "key is empty");
  CHECK(flaw_of_key(std::string("a\0b", 3)) == "key has a NUL");
  CHECK(flaw_of_keys(std::vector<std::string>(kGetKeys, "k")) == "");
  CHECK(flaw_of_keys(std::vector<std::string>(kGetKeys + 1, "k")) == "more than 1024 keys are asked for");
}

TEST_CASE("batches") {
  struct Case {
    const char* name;
    Batch batch;
    const char* flaw;
  };
  const Case cases[] = {
      {"nothing", {}, ""},
      {"a key expected and put", of_rows(1, 1, 0), ""},
      {"most rows", of_rows(1000, 2000, 2000), ""},
      {"too many rows", of_rows(1000, 2000, 2001), "batch has more than 5000 rows"},
      {"expected twice", {{{"k", {}}, {"k", "v"}}, {}, {}, {}}, "key stands twice in expect: k"},
      {"put twice", {{}, {{"k", "1"}, {"k", "2"}}, {}, {}}, "key stands twice in put and del: k"},
      {"deleted twice", {{}, {}, {"k", "k"}, {}}, "key stands twice in put and del: k"},
      {"put and deleted", {{}, {{"k", "1"}}, {"k"}, {}}, "key stands twice in put and del: k"},
      {"an empty value", {{}, {{"k", ""}}, {}, {}}, "value is empty: k"},
      {"an empty value expected", {{{"k", ""}}, {}, {}, {}}, "expected value is empty: k"},
      {"an empty key", {{}, {}, {""}, {}}, "key is empty"},
      {"most bytes", {{}, {{"k", many('v', kBatchBytes - 1)}}, {}, {}}, ""},
      {"too many bytes", {{}, {{"k", many('v', kBatchBytes)}}, {}, {}}, "batch has more than 4194304 bytes"},
      {"a body", {{}, {}, {}, {{"b", many('b', kPieceBytes)}}}, ""},
      {"an empty body", {{}, {}, {}, {{"b", ""}}}, ""},
      {"too big a body", {{}, {}, {}, {{"b", many('b', kPieceBytes + 1)}}},
       "piece of a body has more than 1048576 bytes"},
      {"a body twice", {{}, {}, {}, {{"b", "1"}, {"b", "2"}}}, "key stands twice in bodies: b"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(flaw_of(c.batch) == c.flaw);
  }
}

TEST_CASE("scans and pieces") {
  CHECK(flaw_of_scan("", "", 1) == "");
  CHECK(flaw_of_scan("p", "a", kScanRows) == "");
  CHECK(flaw_of_scan("", "", 0) != "");
  CHECK(flaw_of_scan("", "", kScanRows + 1) != "");
  CHECK(flaw_of_scan(std::string(1, '\0'), "", 1) == "key has a NUL");
  CHECK(flaw_of_piece(0, "") == "");
  CHECK(flaw_of_piece(1, "") == "piece of a body is empty");
  CHECK(flaw_of_piece(1, many('x', kPieceBytes)) == "");
}
