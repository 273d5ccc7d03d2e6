#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/caller.h"
#include "control/statistics_rows.h"
#include "io/task.h"

namespace postroad::control {

struct Core;
class StatisticsVerifier;

// Whose figures: a company by its administrators' domain (empty: the caller's own), a domain by its name, a user by its
// address, a cluster by its name (for operators alone).
struct StatisticsOf {
  Scope scope = Scope::Domain;
  std::string object;
};

// Figures that may be wrong, and are being put right.
struct UnderCorrection {
  Time found_at;
  Time good_until;  // what is older is right
  std::string what;
};

// One period of an object.
struct StatisticsRow {
  Period period = Period::Day;
  Hour start = 0;
  Figure figure;
  statistics::Storage stored;         // at its end, or now
  std::map<std::string, std::uint64_t> users;  // by type, at its end or now; of a domain or company
  std::uint64_t deleted_users = 0;    // in it
  std::optional<UnderCorrection> under_correction;

  std::uint64_t sign_ins() const;     // all services
};
struct StatisticsSummary {
  std::string object;
  std::optional<Time> as_of;          // all that was counted before it is in here; nothing: not known yet
  std::vector<StatisticsRow> rows;    // oldest first; the last one is of the period that is now
};

// What an account holds and when it was last used, as far as its cluster has told.
struct AccountUse {
  statistics::Storage stored;
  std::optional<Time> last_imap;  // when the hour began in which it last signed in; nothing: never, as far as is known
  std::optional<Time> last_pop;
  std::optional<Time> as_of;      // what was counted before it is in here
};

// The dates of which there are snapshots: `2026-11-25`, `2026-W48`, `2026-11`; newest first.
struct Snapshots {
  std::vector<std::string> days;
  std::vector<std::string> weeks;
  std::vector<std::string> months;
};
struct SnapshotLink {
  std::string path;  // of an address; good for 15 minutes, for whoever has it
  Time good_until;
};

// Statistics, for faces. Every figure has its definition in statistics/counters.cc. docs/statistics.md
class Statistics {
 public:
  explicit Statistics(std::shared_ptr<Core> core);
  ~Statistics();

  // The last `count` periods (at most kPeriodsMost), the current one included.
  static constexpr std::size_t kPeriodsMost = 400;
  io::Task<Result<StatisticsSummary>> summary(Caller caller, StatisticsOf whose, Period period, std::size_t count);
  // Of a user. What it holds is zero where nothing was ever counted.
  io::Task<Result<AccountUse>> use(Caller caller, std::string address);
  // Of periods that are over. Companies and domains.
  io::Task<Result<Snapshots>> list(Caller caller, StatisticsOf whose);
  // The link to a snapshot: CSV with a line for each domain of a company, or each user of a domain, and one for all.
  // NotFound where there is none of that date; Syntax where it is no date.
  io::Task<Result<SnapshotLink>> snapshot(Caller caller, StatisticsOf whose, std::string date);
  // What a link leads to. NotFound where it was altered or is too old, which is told apart from nothing.
  io::Task<Result<std::string>> open(std::string path);
  static constexpr std::string_view kPath = "/statistics/snapshot";

  // For operators: what was found wrong lately, newest first; and a whole cycle of the verifier, now.
  io::Task<Result<std::vector<Correction>>> corrections(std::size_t most);
  struct Verified {
    std::size_t figures = 0;
    std::size_t wrong = 0;
    std::size_t mended = 0;
    std::uint64_t number = 0;  // to ask again by where it is not done within `patience`
    bool is_done = false;
  };
  io::Task<Result<Verified>> verify(std::uint64_t number = 0, std::chrono::seconds patience = std::chrono::hours(24));
  StatisticsVerifier& verifier() { return *verifier_; }

 private:
  std::shared_ptr<Core> core_;
  std::unique_ptr<StatisticsVerifier> verifier_;
};

}  // namespace postroad::control
