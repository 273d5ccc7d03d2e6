#include <doctest/doctest.h>

#include <map>

#include "control/bulk_testing.h"
#include "control/round.h"

// Control loses its power at any point of random jobs: each row is applied once, and each has its verdict in the end.
namespace postroad::control {
namespace {
using namespace testing;

constexpr std::uint64_t kFast = 1'000'000;  // rows a second: several steps are under way at once

Options fast_options() {
  auto options = test_options();
  options.bulk.rate_most = kFast;
  return options;
}

struct Submitted {
  std::string text;
  NewJob spec;
  std::uint64_t rows = 0;
  std::string undoes;
};

class Life {
 public:
  explicit Life(std::uint64_t seed) : at_(seed, fast_options()), random_(seed * 104'729 + 1), north_(reseller_with(at_, "north", "n.test")) {
    for (auto& [name, cluster] : at_.clusters)
      cluster.refuses = [](const feed::Change& change) -> std::optional<std::string> {
        if (std::hash<std::string>{}(change.id.substr(20)) % 13 == 0) return "refused by chance";
        return std::nullopt;
      };
  }

  void play(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (random_.once_in(15)) at_.disk.fail_after(random_.below(60));
      switch (random_.below(6)) {
        case 0: submit_some(); break;
        case 1: lever(); break;
        case 2: pull(); break;
        default: at_.world.run_for(std::chrono::milliseconds(random_.below(400)));
      }
      if (!at_.api->is_healthy() || random_.once_in(20)) at_.crash();
    }
    finish_all();
  }

  void check_all() {
    CHECK(broken_integrity(at_) == "");
    CHECK(at_.query("SELECT 1 FROM bulk_chunks").empty());
    for (const auto& [id, submitted] : jobs_) check_job(id, submitted);
  }
  std::size_t rows() const { return rows_; }
  std::size_t undos() const { return undos_; }

 private:

  // About few names, so that rows collide.
  std::string some_rows(std::uint64_t count) {
    std::string text = "action,address,workgroup,password,title\n";
    for (std::uint64_t row = 0; row < count; ++row) {
      const auto name = "u" + std::to_string(random_.below(120)) + "@n.test";
      switch (random_.below(8)) {
        case 0: text += "change," + name + ",,,t" + std::to_string(random_.below(1000)) + "\n"; break;
        case 1: text += "delete," + name + ",,,\n"; break;
        case 2: text += "create," + name + ",nowhere,x,\n"; break;
        default: text += "create," + name + ",staff," + (random_.once_in(9) ? "in-clear" : "") + ",\n";
      }
    }
    return text;
  }

  // In pieces; what a crash cut off goes on where the job says.
  void submit_some() {
    const auto rows = random_.between(1, 90);
    Submitted submitted{.text = some_rows(rows), .spec = {.is_check = random_.once_in(4), .generates = true, .rate = random_.once_in(3) ? 40U : random_.once_in(2) ? 1000U : kFast, .failures_most = 0}, .rows = rows, .undoes = {}};
    const auto job = at_.run(at_.api->bulk.add(north_.caller, submitted.spec));
    if (!job) return;
    jobs_[job->id] = submitted;
    if (!send(job->id)) unsent_.push_back(job->id);
  }

  bool send(const std::string& id) {
    const auto& text = jobs_[id].text;
    const auto piece = random_.between(20, 3000);
    for (;;) {
      const auto job = at_.run(at_.api->bulk.get(north_.caller, id));
      if (!job) return false;
      if (job->state != JobState::Receiving) return true;
      const auto from = job->bytes;
      if (!at_.run(at_.api->bulk.append(north_.caller, id, from, text.substr(from, piece), from + piece >= text.size()))) return false;
      if (random_.once_in(20)) return false;
    }
  }

  void lever() {
    if (jobs_.empty()) return;
    auto at = jobs_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(jobs_.size())));
    const auto id = at->first;
    switch (random_.below(8)) {
      case 0: static_cast<void>(at_.run(at_.api->bulk.pause(north_.caller, id))); break;
      case 1: static_cast<void>(at_.run(at_.api->bulk.cancel(north_.caller, id))); break;
      case 2:
        if (const auto undo = at_.run(at_.api->bulk.undo(north_.caller, id))) jobs_[undo->id] = {.text = {}, .spec = {}, .rows = undo->total, .undoes = id};
        break;
      default: static_cast<void>(at_.run(at_.api->bulk.resume(north_.caller, id)));
    }
  }

  void pull() {
    auto& cluster = at_.clusters.at("a");
    static_cast<void>(at_.run(cluster.pull(at_.api->source(), random_.between(1, 60), random_.once_in(5))));
  }

  void finish_all() {
    at_.disk.fail_after(1'000'000'000);
    if (!at_.api->is_healthy()) at_.crash();
    at_.world.run_for(std::chrono::seconds(2));
    for (const auto& id : unsent_)
      while (!send(id)) {
      }
    for (const auto& [id, submitted] : jobs_) {
      static_cast<void>(at_.run(at_.api->bulk.resume(north_.caller, id)));
      finish(at_, id);
    }
    undo_one();
    at_.settle();
    at_.world.run_for(std::chrono::seconds(2));
  }

  void undo_one() {
    for (const auto& [id, submitted] : jobs_) {
      const auto undo = at_.run(at_.api->bulk.undo(north_.caller, id));
      if (!undo) continue;
      jobs_[undo->id] = {.text = {}, .spec = {}, .rows = undo->total, .undoes = id};
      finish(at_, undo->id);
      return;
    }
  }

  void check_job(const std::string& id, const Submitted& submitted) {
    const auto job = job_of(at_, id);
    CAPTURE(id);
    CHECK((job.state == JobState::Done || job.state == JobState::Cancelled));
    if (job.state == JobState::Done) CHECK(job.position == submitted.rows);
    CHECK(job.settled == job.position);
    const auto rows = rows_of(at_, north_.caller, id);
    rows_ += rows.size();
    if (submitted.undoes.empty()) {
      REQUIRE(rows.size() == job.position);
      for (std::size_t row = 0; row < rows.size(); ++row) CHECK(rows[row].row == row + 1);
    } else {
      undos_ += rows.size();
    }
    // A change for each row that was accepted, and for no other.
    std::uint64_t accepted = 0;
    std::uint64_t failed = 0;
    std::map<std::string, int> changes;
    for (const auto& row : rows) {
      CHECK(row.verdict != Verdict::Queued);
      const bool is_accepted = row.verdict == Verdict::Applied || row.verdict == Verdict::Good;
      accepted += is_accepted ? 1 : 0;
      failed += is_accepted || row.verdict == Verdict::Skipped ? 0 : 1;
      if (!row.change.empty()) ++changes[row.change];
      if (row.change.empty()) continue;
      const auto found = at_.query("SELECT state FROM changes WHERE id = $1", {row.change});
      REQUIRE(found.size() == 1);
      CHECK((found[0][0].number() == static_cast<std::int64_t>(ChangeState::Applied)) == (row.verdict == Verdict::Applied));
    }
    CHECK(job.accepted == accepted);
    CHECK(job.failed == failed);
    for (const auto& [change, count] : changes) CHECK(count == 1);
    const auto made = at_.query("SELECT count(*) FROM changes WHERE client = $1", {job_client(north_.company.id, id)})[0][0].number();
    CHECK(made == static_cast<std::int64_t>(changes.size()));
    if (submitted.spec.is_check) CHECK(made == 0);
  }

  Control at_;
  simulated::Random random_;
  Reseller north_;
  std::map<std::string, Submitted> jobs_;
  std::vector<std::string> unsent_;
  std::size_t rows_ = 0;
  std::size_t undos_ = 0;
};

TEST_CASE("crashes at any point of bulk jobs: each row once, each with its verdict") {
  std::size_t rows = 0;
  std::size_t undos = 0;
  const std::uint64_t lives = sql::testing::server().empty() ? 30 : 4;
  for (std::uint64_t seed = 1; seed <= lives; ++seed) {
    CAPTURE(seed);
    Life life(seed);
    life.play(60);
    life.check_all();
    rows += life.rows();
    undos += life.undos();
  }
  CHECK(rows > lives * 50);
  CHECK(undos > 0);
}

}  // namespace
}  // namespace postroad::control
