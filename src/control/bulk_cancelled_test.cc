#include <doctest/doctest.h>

#include "control/bulk_testing.h"

// What an operator cancels in the queue of what a bulk job has asked for.
namespace postroad::control {
namespace {
using namespace testing;

struct Cancelling : Control {
  Cancelling() {
    run(api->domains.create(north.caller, {.name = "m.test", .company = {}, .cluster = "b", .settings = {}})).value();
    run(api->workgroups.create(north.caller, "m.test", "staff")).value();
    settle();
  }
  ~Cancelling() { CHECK(broken_integrity(*this) == ""); }

  // Those for one cluster are in its feed when the operator cancels all of the job: too late for them.
  void cancel_other_half(const std::string& job) {
    world.run_for(std::chrono::seconds(1));
    REQUIRE(run(api->source().next("a", 0, 2)).value().size() == 2);
    run(api->queues.cancel(Caller::system(), {.client = "north.adm/" + job})).value();
    world.run_for(std::chrono::seconds(1));
    CHECK(run(api->queues.cancellations(Caller::system())).value().at(0).is_done);
  }

  const Reseller north = reseller_with(*this, "north", "n.test");
};

constexpr std::string_view kFour = "address,workgroup,type,alias_of\na@n.test,staff,,\nb@n.test,staff,,\nc@m.test,staff,,\ncc@m.test,,alias,c\n";

TEST_CASE_FIXTURE(Cancelling, "an operator's cancel of a job's changes shows in its result and in its counts, and the job ends") {
  const auto job = submit(*this, north.caller, std::string(kFour), {.generates = true}).value();
  cancel_other_half(job.id);
  CHECK(verdicts(rows_of(*this, north.caller, job.id)) == "1 create a@n.test queued\n2 create b@n.test queued\n3 create c@m.test cancelled\n4 create cc@m.test cancelled\n");
  const auto done = finish(*this, job.id);
  CHECK(done.state == JobState::Done);
  CHECK(done.settled == 4);
  CHECK(done.accepted == 2);
  CHECK(done.failed == 2);
  CHECK(done.passwords == 2);
  const auto rows = rows_of(*this, north.caller, job.id);
  CHECK(verdicts(rows) == "1 create a@n.test applied\n2 create b@n.test applied\n3 create c@m.test cancelled\n4 create cc@m.test cancelled\n");
  CHECK(rows[2].reason == "cancelled by an operator");
  CHECK_FALSE(rows[2].has_password);
  CHECK(clusters.at("a").accounts.size() == 2);
  CHECK(clusters.at("b").accounts.empty());
}

TEST_CASE_FIXTURE(Cancelling, "a job that has handed in all its rows ends, however many of them are cancelled") {
  const auto job = submit(*this, north.caller, std::string(kFour), {.generates = true, .failures_most = 1}).value();
  cancel_other_half(job.id);
  const auto done = finish(*this, job.id);
  CHECK(done.state == JobState::Done);
  CHECK(done.failed == 2);
  CHECK(run(api->bulk.undo(north.caller, job.id)).value().total == 4);
}

TEST_CASE_FIXTURE(Cancelling, "after a crash a job finds out what was cancelled") {
  const auto job = submit(*this, north.caller, std::string(kFour), {.generates = true}).value();
  cancel_other_half(job.id);
  crash();
  const auto done = finish(*this, job.id);
  CHECK(done.state == JobState::Done);
  CHECK(done.accepted == 2);
  CHECK(done.failed == 2);
}

TEST_CASE_FIXTURE(Cancelling, "a job whose rows are cancelled while it still hands in others pauses at its failure limit") {
  const auto job = submit(*this, north.caller, std::string(kFour), {.generates = true, .rate = 1, .failures_most = 1}).value();
  world.run_for(std::chrono::seconds(1));
  run(api->queues.cancel(Caller::system(), {.client = "north.adm/" + job.id})).value();
  const auto now = finish(*this, job.id);
  CHECK(now.state == JobState::Paused);
  CHECK(now.position < 4);
}

}  // namespace
}  // namespace postroad::control
