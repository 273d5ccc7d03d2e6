#pragma once

#include <string>
#include <vector>

#include "io/task.h"
#include "statistics/journal.h"
#include "store/engine.h"

namespace postroad::mailbox {

// What a look at the hours in a partition found, by code that shares with the counting only the rows' formats.
struct JournalCheck {
  struct Flaw {
    statistics::Hour hour = 0;
    std::string what;
  };
  std::vector<Flaw> flaws;           // hours whose counters are not what their journal comes to
  std::vector<statistics::HourRow> hours;  // that are kept, oldest first, the current one last
  statistics::Counts total;          // of all of these journals, recounted
};

// Of an account's partition, or any other that keeps such rows. On the engine's loop; a change meanwhile makes it start anew.
io::Task<Result<JournalCheck>> check_journal(store::Engine& engine, store::Partition partition);
// The same from rows that are in memory: those that begin with `mj`, `jh` and `je` count.
JournalCheck check_journal(const std::vector<store::Row>& rows);

// What is wrong with what an account says is stored, by a count of its emails; empty: nothing.
io::Task<Result<std::string>> check_storage(store::Engine& engine, store::Partition partition);

}  // namespace postroad::mailbox
