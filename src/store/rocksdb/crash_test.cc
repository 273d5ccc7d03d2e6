// A child process commits until it is killed; then everything that it was told is committed must be there. And what
// becomes of logs and files that a power cut tore or a disk damaged.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <set>

#include "store/ask.h"
#include "store/conformance_rocksdb.h"

using namespace postroad;
using namespace postroad::store;
using store::testing::Ask;
using store::testing::Folder;
using store::testing::OnRocksdb;

namespace {

constexpr const char* kChild = "(child) commits until it is killed";
constexpr int kWriters = 8;
constexpr int kChildSays = 10;  // the child's descriptor

// Commit `n` of writer `w` in life `l`: two rows and a body, all telling the same.
std::string name_of(int life, int writer, int n) {
  return std::to_string(life) + "-" + std::to_string(writer) + "-" + std::to_string(n);
}
std::string body_of(const std::string& name) { return std::string(3000, 'b') + name; }

io::Task<void> write_for_ever(Engine* engine, int life, int writer, int out) {
  for (int n = 0;; ++n) {
    const auto name = name_of(life, writer, n);
    Batch batch{.expect = {{"a/" + name, {}}},
                .put = {{"a/" + name, name}, {"b/" + name, name}, {"last", name}},
                .del = {},
                .bodies = {{"body-" + name, body_of(name)}}};
    const auto committed = co_await engine->commit("p" + std::to_string(writer), std::move(batch));
    if (committed.outcome != Outcome::Committed) ::_exit(3);
    const auto line = name + "\n";
    if (::write(out, line.data(), line.size()) < 0) ::_exit(4);
  }
}

// Runs the child on the folder, reads `count` names that it acknowledges, kills it, and reads what else it had said.
std::vector<std::string> run_and_kill(const std::string& folder, int life, std::size_t count) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto filter = std::string("--test-case=") + kChild;
  const auto where = "POSTROAD_CRASH_FOLDER=" + folder;
  const auto which = "POSTROAD_CRASH_LIFE=" + std::to_string(life);
  const char* arguments[] = {"test_store", filter.c_str(), "--no-skip", nullptr};
  const char* environment[] = {where.c_str(), which.c_str(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addclose(&actions, ends[0]);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], kChildSays);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  REQUIRE(::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, const_cast<char**>(arguments),
                        const_cast<char**>(environment)) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);

  std::string told;
  char buffer[4096];
  bool is_killed = false;
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    told.append(buffer, static_cast<std::size_t>(got));
    if (!is_killed && static_cast<std::size_t>(std::ranges::count(told, '\n')) >= count) {
      is_killed = true;
      ::kill(child, SIGKILL);
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  std::vector<std::string> names;
  for (std::size_t from = 0, to = 0; (to = told.find('\n', from)) != std::string::npos; from = to + 1)
    names.push_back(told.substr(from, to - from));
  return names;
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
    on.loop().spawn(write_for_ever(&on.engine(), std::atoi(life), writer, kChildSays), "writer");
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

TEST_CASE("a damaged file is told by every read of it") {
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
  OnRocksdb on(folder.path());
  Ask ask(on);
  CHECK(on.run(on.engine().body_get("b", 0, 10)).error().fault == Fault::Broken);
  CHECK(ask.get("p", "k").size() == 3000);
}

TEST_CASE("a folder that another process holds, or that is not a store, is refused") {
  Folder folder;
  {
    OnRocksdb on(folder.path());
    CHECK(why_not_opened(folder.path()).contains("another process has it open"));
  }
  std::filesystem::resize_file(folder.path() + "/CURRENT", 0);
  CHECK(why_not_opened(folder.path()).starts_with("can't open the store in "));
}
