// A child process commits until it is killed; then everything that it was told is committed must be there. And what
// becomes of logs and files that a power cut tore or a disk damaged.
#include <fstream>

#include "store/ask.h"
#include "store/conformance_rocksdb.h"
#include "store/rocksdb/child_test.h"

using namespace postroad;
using namespace postroad::store;
using store::testing::Ask;
using store::testing::Folder;
using store::testing::OnRocksdb;
using store::testing::run_child;
using store::testing::say;

namespace {

constexpr const char* kChild = "(child) commits until it is killed";
constexpr int kWriters = 8;

// Commit `n` of writer `w` in life `l`: two rows and a body, all telling the same.
std::string name_of(int life, int writer, int n) {
  return std::to_string(life) + "-" + std::to_string(writer) + "-" + std::to_string(n);
}
std::string body_of(const std::string& name) { return std::string(3000, 'b') + name; }

io::Task<void> write_for_ever(Engine* engine, int life, int writer) {
  for (int n = 0;; ++n) {
    const auto name = name_of(life, writer, n);
    Batch batch{.expect = {{"a/" + name, {}}},
                .put = {{"a/" + name, name}, {"b/" + name, name}, {"last", name}},
                .del = {},
                .bodies = {{"body-" + name, body_of(name)}}};
    const auto committed = co_await engine->commit("p" + std::to_string(writer), std::move(batch));
    if (committed.outcome != Outcome::Committed) ::_exit(3);
    say(name);
  }
}

// Runs the child on the folder, kills it once it has acknowledged `count` names, and gives all that it had.
std::vector<std::string> run_and_kill(const std::string& folder, int life, std::size_t count) {
  auto child = run_child(kChild, {"POSTROAD_CRASH_FOLDER=" + folder, "POSTROAD_CRASH_LIFE=" + std::to_string(life)}, count);
  CHECK(child.was_killed_by(SIGKILL));
  return std::move(child.said);
}

void check_all_there(OnRocksdb& on, const std::vector<std::string>& names) {
  Ask ask(on);
  for (const auto& name : names) {
    CAPTURE(name);
    const auto partition = "p" + name.substr(name.find('-') + 1, 1);
    CHECK(ask.get(partition, "a/" + name) == name);
    CHECK(ask.get(partition, "b/" + name) == name);
    CHECK(ask.body("body-" + name) == body_of(name));
  }
}

// Each batch is there whole or not at all, and the count of rows is exact.
void check_whole(OnRocksdb& on) {
  Ask ask(on);
  for (int writer = 0; writer < kWriters; ++writer) {
    const auto partition = "p" + std::to_string(writer);
    std::uint64_t rows = 0;
    std::string after;
    for (bool more = true; more;) {
      const auto scanned = on.run(on.engine().scan(partition, "", after, 1000)).value();
      for (const auto& row : scanned.rows) {
        ++rows;
        if (row.key.starts_with("a/")) CHECK(ask.get(partition, "b/" + row.value) == row.value);
      }
      more = scanned.more;
      if (more) after = scanned.rows.back().key;
    }
    CHECK(ask.usage(partition).starts_with(std::to_string(rows) + "/"));
  }
}

std::filesystem::path newest(const std::string& folder, const std::string& extension) {
  std::filesystem::path found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == extension && entry.path() > found) found = entry.path();
  return found;
}

void overwrite(const std::filesystem::path& path, std::uint64_t at, std::string_view bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// A store with 50 commits of 3,000 bytes in its log: "p"/"00" to "49".
void make_log(const std::string& folder) {
  OnRocksdb on(folder);
  Ask ask(on);
  for (int i = 10; i < 60; ++i) REQUIRE(ask.put("p", {{std::to_string(i), std::string(3000, 'v')}}) == "committed");
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

TEST_CASE("(child) commits until it is killed" * doctest::skip()) {
  const char* folder = std::getenv("POSTROAD_CRASH_FOLDER");
  const char* life = std::getenv("POSTROAD_CRASH_LIFE");
  if (folder == nullptr || life == nullptr) return;
  OnRocksdb on(folder, {.row_buffer_bytes = 1 << 20, .body_buffer_bytes = 1 << 20});  // so that it flushes often
  for (int writer = 0; writer < kWriters; ++writer)
    on.loop().spawn(write_for_ever(&on.engine(), std::atoi(life), writer), "writer");
  ::pause();
}

TEST_CASE("what was acknowledged before kill -9 is there, whole, after one life and after many") {
  Folder folder;
  std::vector<std::string> acknowledged;
  for (int life = 0; life < 4; ++life) {
    const auto names = run_and_kill(folder.path(), life, 100 + 300 * static_cast<std::size_t>(life));
    acknowledged.insert(acknowledged.end(), names.begin(), names.end());
    OnRocksdb on(folder.path());
    check_all_there(on, acknowledged);
    check_whole(on);
  }
}

TEST_CASE("a log that ends torn loses its last write alone") {
  const std::string tails[] = {"cut", "garbage", "zeros"};
  for (const auto& tail : tails) {
    CAPTURE(tail);
    Folder folder;
    make_log(folder.path());
    const auto log = newest(folder.path(), ".log");
    const auto size = std::filesystem::file_size(log);
    if (tail == "cut") std::filesystem::resize_file(log, size - 1000);
    if (tail == "garbage") overwrite(log, size - 2000, std::string(1500, 'g'));
    if (tail == "zeros") overwrite(log, size - 2500, std::string(2500, '\0'));
    OnRocksdb on(folder.path());
    Ask ask(on);
    CHECK(ask.usage("p").starts_with("49/"));
    CHECK(ask.get("p", "58").size() == 3000);
    CHECK(ask.get("p", "59") == "-");
    CHECK(ask.put("p", {{"59", "again"}}) == "committed");
    on.reopen();
    CHECK(ask.get("p", "59") == "again");
    CHECK(ask.get("p", "10").size() == 3000);
  }
}

TEST_CASE("a log that is damaged before acknowledged commits is refused, not cut") {
  struct Case {
    const char* name;
    std::uint64_t at;
    std::string bytes;
  };
  const Case cases[] = {
      {"a flipped byte", 20'000, "\x01"},
      {"a page of zeros", 40'960, std::string(4096, '\0')},
      {"the first bytes", 0, std::string(7, '\x55')},
      {"a whole block", 32'768, std::string(32'768, '\0')},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Folder folder;
    make_log(folder.path());
    CHECK(why_not_opened(folder.path()) == "");
    make_log(folder.path());
    overwrite(newest(folder.path(), ".log"), c.at, c.bytes);
    CHECK(why_not_opened(folder.path()).contains("acknowledged commits"));
  }
}

TEST_CASE("a damaged file is told by every read of it, and nothing is written over it") {
  Folder folder;
  {
    OnRocksdb on(folder.path());
    Ask ask(on);
    ask.put("p", {{"k", std::string(3000, 'v')}});
    ask.body_put("b", 0, std::string(100'000, 'x'));
    on.reopen();  // the log goes into files
  }
  const auto blob = newest(folder.path(), ".blob");
  overwrite(blob, std::filesystem::file_size(blob) / 2, "!");
  {
    OnRocksdb on(folder.path());
    Ask ask(on);
    CHECK(on.run(on.engine().body_get("b", 0, 10)).error().fault == Fault::Broken);
    CHECK(ask.get("p", "k").size() == 3000);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    if (entry.path().extension() == ".sst") overwrite(entry.path(), 30, "!");
  OnRocksdb on(folder.path());
  Ask ask(on);
  CHECK(on.run(on.engine().get("p", {"k"})).error().fault == Fault::Broken);
  CHECK(on.run(on.engine().scan("p", "", "", 10)).error().fault == Fault::Broken);
  CHECK(on.run(on.engine().body_get("b", 0, 10)).error().fault == Fault::Broken);
  CHECK(ask.put("p", {{"k", "new"}}) == "unavailable");
}

TEST_CASE("a folder that another process holds, or that is not a store, is refused") {
  Folder folder;
  {
    OnRocksdb on(folder.path());
    CHECK(why_not_opened(folder.path()).contains("another process has it open"));
  }
  // A lock that can't be opened is nobody's.
  std::filesystem::remove(folder.path() + "/LOCK");
  std::filesystem::create_directory(folder.path() + "/LOCK");
  CHECK(why_not_opened(folder.path()).ends_with("Is a directory"));
  std::filesystem::remove(folder.path() + "/LOCK");
  std::filesystem::resize_file(folder.path() + "/CURRENT", 0);
  CHECK(why_not_opened(folder.path()).starts_with("can't open the store in "));
}
