// A store of each format, as a release of that format wrote it, is opened and used; what is newer is refused.
#include <doctest/doctest.h>
#include <rocksdb/db.h>

#include <cstdlib>

#include "store/agenda.h"
#include "store/ask.h"
#include "store/conformance_rocksdb.h"
#include "store/handoff.h"

using namespace postroad;
using namespace postroad::store;
using namespace std::chrono_literals;
using store::testing::Ask;
using store::testing::Folder;
using store::testing::OnRocksdb;

namespace {

constexpr const char* kFixture = "tests/fixtures/store-v1";  // the tests run in the source's folder
constexpr Time kDue = Time(1'700'000'000s);

std::string piece(char c) { return std::string(kPieceBytes, c); }

// Writes straight into the database, as a newer program might have.
void write_raw(const std::string& folder, std::string_view key, std::string_view value) {
  ::rocksdb::DB* db = nullptr;
  std::vector<::rocksdb::ColumnFamilyHandle*> handles;
  const std::vector<::rocksdb::ColumnFamilyDescriptor> families = {{"default", {}}, {"bodies", {}}};
  REQUIRE(::rocksdb::DB::Open({}, folder, families, &handles, &db).ok());
  REQUIRE(db->Put({}, {key.data(), key.size()}, {value.data(), value.size()}).ok());
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
}

void add_family(const std::string& folder, const std::string& name) {
  ::rocksdb::DB* db = nullptr;
  std::vector<::rocksdb::ColumnFamilyHandle*> handles;
  const std::vector<::rocksdb::ColumnFamilyDescriptor> families = {{"default", {}}, {"bodies", {}}};
  REQUIRE(::rocksdb::DB::Open({}, folder, families, &handles, &db).ok());
  ::rocksdb::ColumnFamilyHandle* added = nullptr;
  REQUIRE(db->CreateColumnFamily({}, name, &added).ok());
  handles.push_back(added);
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  delete db;
}

std::string why_not_opened(const std::string& folder) {
  try {
    OnRocksdb on(folder);
    return "";
  } catch (const std::runtime_error& failed) {
    return failed.what();
  }
}

}  // namespace

// Run with POSTROAD_FIXTURE=folder and --no-skip, by a program of the format that the fixture shall have.
TEST_CASE("(maker) writes the fixture" * doctest::skip()) {
  const char* folder = std::getenv("POSTROAD_FIXTURE");
  if (folder == nullptr) return;
  OnRocksdb on(folder);
  Ask ask(on);
  ask.put("account/a1", {{"folder/inbox", "one"}, {"folder/sent", "two"}, {"gone", "x"}});
  ask.del("account/a1", {"gone"});
  ask.commit("account/a1", {.expect = {}, .put = {{"mail", "1"}}, .del = {}, .bodies = {{"small", "a body"}}});
  ask.body_put("big", 0, piece('0'));
  ask.body_put("big", 1, "the end");
  const auto marked = on.run(agenda::mark(on.engine(), "account/a2", kDue, kDue)).value();
  Batch batch;
  agenda::add(batch, marked,
              {agenda::Timed{.due = kDue, .id = "t1", .kind = "purge", .payload = "what"},
               handoff::outbox({.id = "h1", .to = "account/a1", .kind = "copy", .payload = "it"}, kDue)});
  ask.commit("account/a2", std::move(batch));
  on.reopen();  // files
  ask.put("account/a1", {{"in the log", "three"}});
}

TEST_CASE("a store of format 1 is opened, read and written") {
  Folder folder;
  std::filesystem::copy(kFixture, folder.path(), std::filesystem::copy_options::recursive);
  OnRocksdb on(folder.path());
  Ask ask(on);
  CHECK(ask.scan("account/a1") == "folder/inbox=one folder/sent=two in the log=three mail=1");
  CHECK(ask.version("account/a1") == 4);
  CHECK(ask.usage("account/a1") == "4/49");
  CHECK(ask.body("small") == "a body");
  CHECK(ask.body("big") == piece('0') + "the end");

  const auto rows = on.run(on.engine().scan("account/a2", std::string(agenda::kTimedPrefix), "", 10)).value().rows;
  REQUIRE(rows.size() == 2);
  CHECK(agenda::parse(rows[0]).value().kind == "handoff");
  const auto timed = agenda::parse(rows[1]).value();
  CHECK(timed.due == kDue);
  CHECK(timed.payload == "what");
  const auto shard = agenda::shard_partition(agenda::shard_of("account/a2"));
  const auto marks = on.run(on.engine().scan(shard, "", "", 10)).value().rows;
  REQUIRE(marks.size() == 1);
  CHECK(agenda::parse_mark(marks[0]).value().partition == "account/a2");
  CHECK(agenda::parse_mark(marks[0]).value().due == kDue);

  CHECK(ask.put("account/a1", {{"new", "four"}}, {{"folder/inbox", "one"}}) == "committed");
  on.reopen();
  CHECK(ask.get("account/a1", "new") == "four");
  CHECK(ask.acquire("l", "me").value().epoch > 3ULL << 32);
}

TEST_CASE("a store of a newer format is refused with a sentence, and left as it is") {
  Folder folder;
  { OnRocksdb on(folder.path()); }
  write_raw(folder.path(), {"\0format", 7}, "\x02");
  for (int i = 0; i < 2; ++i)
    CHECK(why_not_opened(folder.path()) == "store in " + folder.path() +
                                               " is of format 2, and this program knows 1 to 1; run the newer program "
                                               "that wrote it");
  write_raw(folder.path(), {"\0format", 7}, "\x01");
  CHECK(why_not_opened(folder.path()) == "");
  add_family(folder.path(), "indexes");
  CHECK(why_not_opened(folder.path()).contains("has a column family 'indexes' that this program does not know"));
}

TEST_CASE("a partition or a body of a newer format is told, and the rest of the store is served") {
  Folder folder;
  {
    OnRocksdb on(folder.path());
    Ask ask(on);
    ask.put("p", {{"k", "v"}});
    ask.put("q", {{"k", "v"}});
  }
  write_raw(folder.path(), {"p\0", 2}, "\x09");
  OnRocksdb on(folder.path());
  Ask ask(on);
  CHECK(ask.get("p", "k").contains("header of a partition is of format 9"));
  CHECK(ask.scan("p") == ask.get("p", "k"));
  CHECK(ask.put("p", {{"k", "w"}}) == "unavailable");
  CHECK(ask.put("q", {{"k", "w"}}) == "committed");
}

TEST_CASE("another program's database is refused") {
  Folder folder;
  ::rocksdb::DB* db = nullptr;
  ::rocksdb::Options options;
  options.create_if_missing = true;
  REQUIRE(::rocksdb::DB::Open(options, folder.path(), &db).ok());
  REQUIRE(db->Put({}, "any", "thing").ok());
  delete db;
  CHECK(why_not_opened(folder.path()).contains("holds a database that is not Postroad's"));
}
