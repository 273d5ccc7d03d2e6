#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/bulk_row.h"
#include "control/bulk_window.h"
#include "control/caller.h"
#include "control/page.h"
#include "io/task.h"

namespace postroad::control {

struct Core;
struct BulkRunners;

enum class JobState : std::uint8_t {
  Receiving,  // its file is not whole yet
  Waiting,    // for somebody's approval
  Running,
  Paused,
  Done,
  Cancelled,
};
std::string_view job_state_name(JobState state);

enum class JobKind : std::uint8_t {
  Apply,  // does what its rows say
  Check,  // says what would become of each row, and changes nothing
  Undo,   // deletes what another job created
};
std::string_view job_kind_name(JobKind kind);

struct NewJob {
  std::string name;  // for people
  BulkFormat format = BulkFormat::Csv;
  bool is_check = false;
  bool generates = false;  // a new mailbox without a password gets one
  std::optional<std::uint64_t> rate;           // rows a second
  std::optional<std::uint64_t> failures_most;  // rows that fail, before it is paused; 0: any number
  std::string window;                          // parse_window()
};

struct JobView {
  std::string id;  // 'j'
  std::string name;
  JobKind kind = JobKind::Apply;
  JobState state = JobState::Receiving;
  std::string reason;  // of a pause or an early end
  std::string company;  // its administrators' domain; empty: the operator's
  std::string submitter;
  std::string approved_by;
  std::string undoes;  // a job, where it is an undo
  std::uint64_t bytes = 0;   // received
  std::uint64_t total = 0;   // rows
  std::uint64_t position = 0;  // rows that were dealt with
  std::uint64_t settled = 0;   // of these, the first ones whose outcome is known for good
  std::uint64_t accepted = 0;  // rows by what became of them so far
  std::uint64_t failed = 0;
  std::uint64_t skipped = 0;
  std::uint64_t passwords = 0;  // made, and not fetched yet
  std::uint64_t rate = 0;
  std::uint64_t failures_most = 0;
  std::string window;
  Time created_at;
  Time ended_at;
};

// What became of a row.
enum class Verdict : std::uint8_t {
  Queued,          // accepted; its cluster has not applied it yet
  Applied,
  Refused,         // by control
  ClusterRefused,
  Cancelled,       // accepted, and then cancelled: by an operator, or since what it depends on was refused
  Skipped,         // of an undo: it was changed since, or is gone
  Good,            // of a check: it would be accepted
};
std::string_view verdict_name(Verdict verdict);

struct RowView {
  std::uint64_t row = 0;   // from 1
  std::uint64_t line = 0;  // where it begins in the file
  std::string action;
  std::string subject;
  Verdict verdict = Verdict::Queued;
  std::string code;    // of a failure: errors.h
  std::string reason;
  std::string change;  // the last one that it made
  std::string password;       // generated, where passwords are asked for
  bool has_password = false;  // one was generated, and not fetched yet
};

inline constexpr std::size_t kBulkPieceBytes = 1UL << 20;  // of a file, in one request

// Bulk jobs: many changes by one file, one a row, each as if it were asked for alone, with what its submitter may do when its
// turn comes. docs/bulk.md
//
// A job that the caller can't see is NotFound, code NO_JOB. Refused, code NOT_ALLOWED, where the caller sees it and may not
// do that. Conflict, code WRONG_STATE, where the job's state does not allow it.
class BulkJobs {
 public:
  BulkJobs(std::shared_ptr<Core> core, std::shared_ptr<BulkRunners> runner) : core_(std::move(core)), runner_(std::move(runner)) {}

  io::Task<Result<JobView>> add(Caller caller, NewJob spec);
  // The next piece of its file; `offset`: how many bytes were given before, so that a piece that is sent again is found
  // out (Conflict). The last piece makes it run, or wait for approval. A file that can't be read is refused whole (Syntax),
  // and the job is cancelled.
  io::Task<Result<JobView>> append(Caller caller, std::string job, std::uint64_t offset, std::string text, bool is_last);

  io::Task<Result<JobView>> get(Caller caller, std::string job);
  // The newest first.
  io::Task<Result<Page<JobView>>> list(Caller caller, From from);
  // Row by row. `takes_passwords`: with generated passwords, which are forgotten in the same moment.
  io::Task<Result<Page<RowView>>> result(Caller caller, std::string job, From from, bool takes_passwords = false);

  io::Task<Result<JobView>> approve(Caller caller, std::string job);
  io::Task<Result<JobView>> pause(Caller caller, std::string job);
  io::Task<Result<JobView>> resume(Caller caller, std::string job);
  // What was accepted stays.
  io::Task<Result<JobView>> cancel(Caller caller, std::string job);
  // A new job, which deletes what that one created, as far as nothing else has changed it since.
  io::Task<Result<JobView>> undo(Caller caller, std::string job);

  // Forgets results and passwords whose time is over, now and every hour.
  void keep_house();

 private:
  std::shared_ptr<Core> core_;
  std::shared_ptr<BulkRunners> runner_;
};

}  // namespace postroad::control
