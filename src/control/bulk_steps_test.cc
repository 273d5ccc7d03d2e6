#include <doctest/doctest.h>

#include <algorithm>

#include "control/bulk_store.h"
#include "control/bulk_testing.h"

// A job whose rate asks for it has several steps under way at once: what it keeps to holds all the same.
namespace postroad::control {
namespace {
using namespace testing;

constexpr std::uint64_t kFast = 1'000'000;  // rows a second

Options fast_options() {
  auto options = test_options();
  options.bulk.rate_most = kFast;
  return options;
}

std::string mailboxes(int count, const std::string& domain = "n.test") {
  std::string text = "address,workgroup\n";
  for (int n = 0; n < count; ++n) text += "u" + std::to_string(n) + "@" + domain + ",staff\n";
  return text;
}

std::int64_t commits(Control& at) {
  const auto text = at.metrics.text();
  const std::string name = "\npostroad_control_commits_total ";
  const auto found = text.find(name);
  return found == text.npos ? 0 : std::stoll(text.substr(found + name.size()));
}

}  // namespace

TEST_CASE("steps that are under way at once are committed together, and rows keep their order") {
  Control at(1, fast_options());
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller, mailboxes(3200), {.generates = true, .rate = kFast}).value();
  const auto before = commits(at);
  while (job_of(at, job.id).position < 3200) at.world.run_for(std::chrono::milliseconds(10));
  CHECK(commits(at) - before < 3200 / static_cast<std::int64_t>(kChunkRows) * 3 / 4);
  CHECK(finish(at, job.id).accepted == 3200);
  const auto rows = at.query("SELECT c.seq FROM bulk_rows r JOIN changes c ON c.id = r.change WHERE r.job = $1 ORDER BY r.row_no", {job.id});
  REQUIRE(rows.size() == 3200);
  CHECK(std::ranges::is_sorted(rows, {}, [](const sql::Row& row) { return row[0].number(); }));
  CHECK(broken_integrity(at) == "");
}

TEST_CASE("steps beside somebody's single changes are small, and share commits too") {
  Control at(1, fast_options());
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller, mailboxes(800), {.generates = true, .rate = kFast}).value();
  at.run(at.api->users.create(north.caller, new_mailbox("n.test", "single"))).value();
  const auto before = commits(at);
  const auto first = job_of(at, job.id).position;
  while (job_of(at, job.id).position < 800) at.world.run_for(std::chrono::milliseconds(10));
  CHECK(commits(at) - before < static_cast<std::int64_t>(800 - first) / 8 / 2);
}

TEST_CASE("too many failures stop the steps behind, too") {
  Control at(1, fast_options());
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller, mailboxes(640) + mailboxes(640, "away.test").substr(18), {.generates = true, .rate = kFast, .failures_most = 5}).value();
  const auto now = finish(at, job.id);
  CHECK(now.state == JobState::Paused);
  CHECK(now.position == 645);
  CHECK(now.failed == 5);
}

TEST_CASE("a rate is kept to, however many steps it takes") {
  Control at(1, fast_options());
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller, mailboxes(5000), {.generates = true, .rate = 1000}).value();
  for (int second = 1; second <= 4; ++second) {
    at.world.run_for(std::chrono::seconds(1));
    at.settle();
    const auto position = job_of(at, job.id).position;
    CHECK(position <= static_cast<std::uint64_t>(second) * 1000 + 8 * kChunkRows);
    CHECK(position >= static_cast<std::uint64_t>(second) * 800);
  }
}

}  // namespace postroad::control
