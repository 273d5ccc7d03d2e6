#include "status/archive.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "sql/sqlite.h"

using namespace postroad;
using namespace postroad::status;
using namespace std::chrono_literals;

namespace {

const Time kNow{std::chrono::seconds(1'257'350'400)};

struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / ("archive_test." + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::unique_ptr<Archive> open() const { return *Archive::open(std::make_unique<sql::Sqlite>((path / "status.db").string())); }
  std::filesystem::path path;
};

Post opening(std::string title) {
  return {std::nullopt, std::move(title), {{"b", Service::Provisioning}}, State::Degraded, "High load on the provisioning system."};
}

}  // namespace

TEST_CASE("an incident gets its number, numbered updates, and survives a restart") {
  const Folder folder;
  {
    const auto archive = folder.open();
    CHECK(archive->add(opening("Provisioning delayed"), kNow)->number == 1);
    CHECK(archive->add({1, "", {}, State::Offline, "Provisioning is stopped."}, kNow + 60s)->updates.size() == 2);
    CHECK(archive->add({1, "", {}, State::Online, "The queue has cleared."}, kNow + 120s)->is_open() == false);
    CHECK(archive->add(opening("Again"), kNow + 180s)->number == 2);
  }
  const auto all = *folder.open()->incidents(10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].title == "Again");
  CHECK(all[1].components == std::vector<Component>{{"b", Service::Provisioning}});
  REQUIRE(all[1].updates.size() == 3);
  CHECK(all[1].updates[1].no == 2);
  CHECK(all[1].updates[1].state == State::Offline);
  CHECK(all[1].updates[2].at == kNow + 120s);
  Incident open = all[1];
  open.updates.pop_back();
  open.updates.push_back({3, kNow + 90s, State::Offline, "Still stopped."});
  CHECK(open.in_state_since() == kNow + 60s);
}

TEST_CASE("posts that can't be are refused, and leave nothing behind") {
  const Folder folder;
  const auto archive = folder.open();
  CHECK(archive->add({7, "", {}, State::Online, "text"}, kNow).error().fault == Fault::NotFound);
  CHECK(archive->add({std::nullopt, "", {}, State::Degraded, "text"}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add({std::nullopt, "t", {}, State::Degraded, " \n"}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add({std::nullopt, "t", {}, State::Degraded, std::string(20'000, 'x')}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add({std::nullopt, "two\nlines", {}, State::Degraded, "text"}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add({std::nullopt, "t", {}, State::Degraded, "\x1b[2Jtext"}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add(opening("One"), kNow)->number == 1);
  CHECK(archive->add({1, "another title", {}, State::Offline, "text"}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add({1, "", {{"a", Service::Imap}}, State::Offline, "text"}, kNow).error().fault == Fault::Syntax);
  CHECK(archive->add({1, "", {}, State::Online, "Done."}, kNow));
  CHECK(archive->add({1, "", {}, State::Degraded, "Not done."}, kNow).error().fault == Fault::Conflict);
  CHECK(archive->incidents(10)->size() == 1);
}

TEST_CASE("small things are remembered, the newest value") {
  const Folder folder;
  CHECK(folder.open()->remembered("password.a") == "");
  CHECK(folder.open()->remember("password.a", "one"));
  CHECK(folder.open()->remember("password.a", "two"));
  CHECK(folder.open()->remembered("password.a") == "two");
}
