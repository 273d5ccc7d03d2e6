// Reads of a store that is much larger than its memory: every value is the newest, whatever lies in the cache.
#include <doctest/doctest.h>

#include "store/ask.h"
#include "store/conformance_rocksdb.h"

using namespace postroad;
using namespace postroad::store;
using store::testing::Ask;
using store::testing::Folder;
using store::testing::OnRocksdb;

namespace {

constexpr int kRows = 3000;
constexpr int kRounds = 4;

std::string key_of(int i) { return "key" + std::to_string(i % 10) + std::to_string(i); }

// Row i is written in two rounds of three; the value tells in which.
std::string value_of(int i, int round) { return std::string(150, 'v') + std::to_string(i) + "." + std::to_string(round); }
bool is_written(int i, int round) { return (i + round) % 3 != 0; }
std::string newest_of(int i) {
  for (int round = kRounds - 1; round >= 0; --round)
    if (is_written(i, round)) return value_of(i, round);
  return "-";
}

}  // namespace

TEST_CASE("rows and bodies that are not in memory are read as they are") {
  Folder folder;
  OnRocksdb on(folder.path(), {.block_cache_bytes = 32 << 10, .row_buffer_bytes = 64 << 10, .body_buffer_bytes = 64 << 10});
  Ask ask(on);
  for (int round = 0; round < kRounds; ++round) {
    for (int from = 0; from < kRows; from += 100) {
      Batch batch;
      for (int i = from; i < from + 100; ++i)
        if (is_written(i, round)) batch.put.push_back({key_of(i), value_of(i, round)});
      batch.bodies.push_back({"b" + std::to_string(round) + "-" + std::to_string(from), std::string(2000, 'b')});
      REQUIRE(ask.commit("p", std::move(batch)).outcome == Outcome::Committed);
    }
  }
  for (int again = 0; again < 2; ++again) {
    int wrong = 0;
    for (int i = 0; i < kRows; ++i) wrong += ask.get("p", key_of(i * 7 % kRows)) == newest_of(i * 7 % kRows) ? 0 : 1;
    for (int i = 0; i < kRows; ++i) wrong += ask.get("p", key_of(i * 11 % kRows) + "x") == "-" ? 0 : 1;
    CHECK(wrong == 0);
    CHECK(ask.version("p") == kRounds * kRows / 100);
    for (int from = 0; from < kRows; from += 100)
      CHECK(ask.body("b0-" + std::to_string(from)) == std::string(2000, 'b'));
    CHECK(ask.get("p", "key that is not there") == "-");
    CHECK(ask.get("q", "k") == "-");
    on.reopen();
  }
  CHECK(on.counted("disk") > 100);
}
