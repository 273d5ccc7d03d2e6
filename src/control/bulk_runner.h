#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "control/bulk_scratch.h"
#include "control/bulk_step.h"
#include "control/core.h"

namespace postroad::control {

// Works on the jobs that have something to do: one job after the other, whichever is due longest, so that no more than one of
// them is in the writer's way at a time. Of that one there is a step under way, or as many as its rate asks for in the time that one
// takes, which the writer commits together: each begins where the one before it in the same transaction ended. While somebody waits for
// single changes they are small. What there is to do is in the database; here is only when.
//
// Belongs to one loop. A step on its way holds it too.
class BulkRunner : public std::enable_shared_from_this<BulkRunner> {
 public:
  // Checks have a runner of their own: they read beside the writer.
  enum class For { Changes, Checks };
  BulkRunner(std::shared_ptr<Core> core, For jobs);
  ~BulkRunner();

  // Takes up what a former life left. Blocks: at start only.
  Result<> resume(sql::Connection& connection);
  // The job has something to do now.
  void wake(const std::string& job);
  // Results, and passwords that nobody fetched, go when their time is over: now, and every hour from now on.
  io::Task<void> keep_house();

 private:
  void schedule();
  io::Task<void> run(std::string job);
  // When it has something to do again; nothing: not any more.
  io::Task<std::optional<io::Tick>> step(std::string job);
  struct Round;
  io::Task<void> one_step(std::shared_ptr<Round> round, std::string job);
  std::size_t steps_at_once(const std::string& job) const;
  io::Task<std::optional<io::Tick>> check(std::string job);
  io::Task<std::optional<io::Tick>> stop(std::string job, Error error);
  void note(const StepDone& step);
  void note_end(const JobRow& job);

  std::shared_ptr<Core> core_;
  const For jobs_;
  std::map<std::string, std::shared_ptr<BulkScratch>> scratches_;  // by job
  std::map<std::string, io::Tick> due_;  // by job
  struct Handing {
    std::uint64_t rate = 0;  // rows a second
    std::uint64_t left = 0;  // rows
  };
  std::map<std::string, Handing> handing_in_;  // by job
  std::chrono::duration<double> step_time_{0};  // lately
  std::optional<std::string> running_;
  bool is_woken_ = false;  // the one that is running, meanwhile
  io::Timer timer_;
  io::Timer house_timer_;
};

// Both of them.
struct BulkRunners {
  explicit BulkRunners(const std::shared_ptr<Core>& core)
      : changes(std::make_shared<BulkRunner>(core, BulkRunner::For::Changes)), checks(std::make_shared<BulkRunner>(core, BulkRunner::For::Checks)) {}
  void wake(const JobRow& job) { (job.view.kind == JobKind::Check ? checks : changes)->wake(job.view.id); }
  std::shared_ptr<BulkRunner> changes;
  std::shared_ptr<BulkRunner> checks;
};

}  // namespace postroad::control
