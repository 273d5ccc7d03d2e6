#pragma once

#include "statistics/journal.h"
#include "store/engine.h"

namespace postroad::statistics {

// What becomes of the current hour where something happened.
struct Happened {
  Time at;
  std::vector<Event> events;  // without their seconds; may be none: only what is stored has changed
  std::uint64_t version = 0;  // greater than any before
  std::string domain;
  Storage before;             // what was stored before these
  Storage after;
};
// Gives the current hour's row as it is then, and adds the rows that go with it to `batch`: the hour that has passed,
// and chunks that became full. `row` is nothing where nothing was counted yet. Time never goes back here: what happens
// while the clock is behind the row's hour counts in that.
HourRow note(const std::optional<HourRow>& row, Happened happened, store::Batch& batch);
// The same for an hour in which nothing happened: it is closed once it has passed. False where it is the current one.
bool close(HourRow& row, Time now, store::Batch& batch);

}  // namespace postroad::statistics
