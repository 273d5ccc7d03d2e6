// The room of deleted bodies is given back, and living ones are left as they are.
#include "store/rocksdb/collector.h"

#include <doctest/doctest.h>

#include "log/log.h"
#include "store/conformance_rocksdb.h"

using namespace postroad;
using postroad::store::testing::Folder;
using postroad::store::testing::OnRocksdb;
using store::rocksdb::Options;

namespace {

constexpr int kBodies = 400;
constexpr std::size_t kBytes = 20'000;
const Options kOptions = {.body_buffer_bytes = 256 << 10, .dead_bytes_least = 1 << 20};

std::string id_of(int i) { return "body" + std::to_string(1000 + i); }
std::string bytes_of(int i) { return std::string(kBytes, static_cast<char>('a' + i % 26)); }
bool is_deleted(int i) { return i % 2 == 1; }

// What a store's own process would do, on a closed store: so that nothing else happens meanwhile.
struct Collecting {
  explicit Collecting(const std::string& path)
      : database(store::rocksdb::Database::open(path, kOptions, log).value()), collector(*database, kOptions, log, metrics) {}
  std::uint64_t blob_bytes() {
    std::uint64_t bytes = 0;
    CHECK(database->db().GetIntProperty(database->bodies(), "rocksdb.total-blob-file-size", &bytes));
    return bytes;
  }
  void compact() {
    CHECK(database->db().CompactRange({}, database->bodies(), nullptr, nullptr).ok());
  }
  log::Silence log;
  metrics::Registry metrics;
  std::shared_ptr<store::rocksdb::Database> database;
  store::rocksdb::Collector collector;
};

}  // namespace

TEST_CASE("collecting gives back what is dead, keeps what lives, and is done only where it is worth it") {
  Folder folder;
  {
    OnRocksdb on(folder.path(), kOptions);
    for (int i = 0; i < kBodies; ++i) REQUIRE(on.run(on.engine().body_put(id_of(i), 0, bytes_of(i))));
    for (int i = 0; i < kBodies; ++i)
      if (is_deleted(i)) REQUIRE(on.run(on.engine().body_del(id_of(i))));
  }
  {
    Collecting it(folder.path());
    // That a body is dead is known once the key's deletion meets the key.
    it.compact();
    CHECK(it.blob_bytes() > kBodies * kBytes * 9 / 10);
    // Half of the files each time, the oldest first.
    int collected = 0;
    while (collected < 10 && it.collector.collect()) ++collected;
    CHECK(collected > 0);
    CHECK(collected < 5);
    CHECK(it.blob_bytes() < kBodies * kBytes * 3 / 4);
  }
  OnRocksdb on(folder.path(), kOptions);
  for (int i = 0; i < kBodies; ++i) {
    const auto found = on.run(on.engine().body_get(id_of(i), 0, kBytes + 1));
    CHECK(found.has_value() == !is_deleted(i));
    if (found) CHECK(*found == bytes_of(i));
  }
}

TEST_CASE("compacting does not write living bodies anew") {
  Folder folder;
  OnRocksdb(folder.path(), kOptions);
  Collecting it(folder.path());
  const auto written = [&it] {
    std::string stats;
    CHECK(it.database->db().GetProperty(it.database->bodies(), "rocksdb.blob-stats", &stats));
    return stats;
  };
  for (int i = 0; i < kBodies; ++i) {
    const auto bytes = bytes_of(i);
    REQUIRE(it.database->db().Put({}, it.database->bodies(), id_of(i * 37 % kBodies), bytes).ok());
    if (i % 50 == 0) REQUIRE(it.database->db().Flush({}, it.database->bodies()).ok());
  }
  REQUIRE(it.database->db().Flush({}, it.database->bodies()).ok());
  const auto before = written();
  it.compact();
  CHECK(written() == before);
  CHECK_FALSE(it.collector.collect());
}
