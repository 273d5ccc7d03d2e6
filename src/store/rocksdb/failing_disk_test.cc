// A disk that fails, or has no room left: what was acknowledged is there, nothing more is acknowledged, and mail can be
// deleted for as long as that is possible.
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>

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

std::atomic<bool> syncs_fail = false;

}  // namespace

// RocksDB's, too: a program's functions come before its libraries'.
extern "C" int fdatasync(int descriptor) {
  if (!syncs_fail) return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
  errno = EIO;
  return -1;
}

TEST_CASE("(child) commits until the disk fails" * doctest::skip()) {
  const char* folder = std::getenv("POSTROAD_CRASH_FOLDER");
  const char* what = std::getenv("POSTROAD_DISK");
  if (folder == nullptr || what == nullptr) return;
  OnRocksdb on(folder);
  Ask ask(on);
  for (int n = 0;; ++n) {
    if (n == 20 && std::string(what) == "sync") syncs_fail = true;
    if (n == 20 && std::string(what) == "write") {
      // No file may grow beyond that.
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit most{.rlim_cur = 256UL << 10, .rlim_max = 256UL << 10};
      ::setrlimit(RLIMIT_FSIZE, &most);
    }
    const auto name = std::to_string(n);
    Batch batch{.expect = {}, .put = {{name, name}}, .del = {}, .bodies = {{"body-" + name, std::string(4000, 'b') + name}}};
    if (ask.commit("p", std::move(batch)).outcome != Outcome::Committed) ::_exit(3);
    say(name);
  }
}

TEST_CASE("a write or a sync that fails stops the process, and what it had acknowledged is there") {
  for (const std::string what : {"sync", "write"}) {
    CAPTURE(what);
    Folder folder;
    const auto child =
        run_child("(child) commits until the disk fails", {"POSTROAD_CRASH_FOLDER=" + folder.path(), "POSTROAD_DISK=" + what});
    CHECK(child.was_killed_by(SIGABRT));
    CHECK(child.said.size() >= 20);
    if (what == "sync") CHECK(child.said.size() == 20);
    OnRocksdb on(folder.path());
    Ask ask(on);
    for (const auto& name : child.said) {
      CHECK(ask.get("p", name) == name);
      CHECK(ask.body("body-" + name) == std::string(4000, 'b') + name);
    }
    CHECK(ask.put("p", {{"new", "x"}}) == "committed");
  }
}

TEST_CASE("where the disk is nearly full no body is taken in, then no row; deleting and reading go on") {
  Folder folder;
  struct statvfs found {};
  REQUIRE(::statvfs(folder.path().c_str(), &found) == 0);
  const auto free = static_cast<std::size_t>(found.f_bavail * found.f_frsize);
  struct Case {
    const char* name;
    std::size_t least;
    const char *body, *row;
  };
  const Case cases[] = {{"room", free / 2, "committed", "committed"},
                        {"little room", free * 2, "unavailable", "committed"},
                        {"no room", free * 16, "unavailable", "unavailable"}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    OnRocksdb on(folder.path(), {.free_bytes_least = c.least});
    Ask ask(on);
    const Batch mail{.expect = {}, .put = {{"mail", "1"}}, .del = {}, .bodies = {{"b", "bytes"}}};
    CHECK(outcome_name(ask.commit("p", mail).outcome) == c.body);
    CHECK(ask.body_put("large", 0, "piece") == (std::string(c.body) == "committed"));
    CHECK(ask.put("p", {{"flags", "seen"}}) == c.row);
    CHECK(ask.del("p", {"gone"}) == "committed");
    CHECK(ask.commit("p", {}).outcome == Outcome::Committed);
    CHECK(ask.body("b") == "bytes");
    CHECK(ask.get("p", "mail") == "1");
  }
  OnRocksdb on(folder.path(), {.free_bytes_least = free * 16});
  Ask ask(on);
  CHECK(ask.body_del("b"));
  CHECK(ask.drop("p"));
}
