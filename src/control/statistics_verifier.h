#pragma once

#include <memory>

#include "control/statistics_rows.h"
#include "io/event.h"

namespace postroad::control {

struct Core;

// Holds all figures against what they are made of, without end: hours against the record of reports, days against hours,
// weeks and months against days. It shares no code with the intake, which adds differences: it sums up anew. What it
// finds wrong is marked, stays marked for a while, and is put right from the record.
class StatisticsVerifier {
 public:
  explicit StatisticsVerifier(std::shared_ptr<Core> core);
  ~StatisticsVerifier();

  // Until stop().
  io::Task<void> run();
  void stop();

  // What was found wrong and put right.
  struct Cycle {
    std::size_t figures = 0;  // held against what they are made of
    std::size_t wrong = 0;
    std::size_t mended = 0;
  };
  // A cycle at once, beside that of run(): how far it is at `until`, or at its end. Asked for again while it goes on, it is the same one;
  // `number` 0 begins one where none goes on. NotFound: the one of that number is another by now.
  struct Progress {
    std::uint64_t number = 0;
    bool is_done = false;
    Cycle cycle;
  };
  io::Task<Result<Progress>> verify_now(std::uint64_t number, io::Tick until);

 private:
  struct Asked;
  io::Task<Result<>> verify(bool is_paced, Cycle* cycle);
  io::Task<Result<>> mend_open();
  io::Task<Result<>> look(Period period, Hour start, Cycle* cycle);
  io::Task<Result<>> correct(std::vector<FigureKey> keys, Cycle* cycle);
  io::Task<Result<>> forget_old();
  io::Task<Result<>> count_users();
  io::Task<void> count_hourly();

  std::shared_ptr<Core> core_;
  io::Bell stopped_;
  io::Mutex turn_;  // of one step of a cycle
  std::shared_ptr<Asked> asked_;  // the last one
  bool is_stopping_ = false;
};

}  // namespace postroad::control
