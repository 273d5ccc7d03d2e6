#include "statistics/note.h"

#include <algorithm>

#include "base/mutant.h"
#include "statistics/recount.h"

namespace postroad::statistics {
namespace {

HourRow begin(Hour hour, Storage stored) {
  HourRow made;
  made.hour = hour;
  made.start = made.now = stored;
  return made;
}

// A chunk that is full becomes a row; where there are too many of these, only what it comes to is kept.
void put_chunk(HourRow& row, store::Batch& batch) {
  if (row.held_chunks < kHeldChunks) {
    batch.put.push_back({chunk_key(row.hour, row.chunks), encode_chunk(row.events)});
    ++row.chunks;
    ++row.held_chunks;
  } else {
    row.folded = sum(row.folded, recount(row.events));
  }
  row.events.clear();
}

}  // namespace

bool close(HourRow& row, Time now, store::Batch& batch) {
  const auto hour = hour_of(now);
  if (row.hour >= hour || row.held_hours >= kHeldHours) return false;
  auto next = begin(hour, row.now);
  next.version = next.reported = row.version;
  next.domain = row.domain;
  next.due_ms = row.due_ms;
  next.held_hours = row.held_hours + 1;
  next.held_chunks = row.held_chunks;
  row.due_ms = row.held_hours = row.held_chunks = 0;
  batch.put.push_back({closed_key(row.hour), encode(row)});
  row = std::move(next);
  return true;
}

HourRow note(const std::optional<HourRow>& row, Happened happened, store::Batch& batch) {
  auto made = row ? *row : begin(hour_of(happened.at), happened.before);
  close(made, happened.at, batch);
  made.version = happened.version;
  if (!happened.domain.empty()) made.domain = std::move(happened.domain);
  made.now = happened.after;
  const auto since = std::chrono::floor<std::chrono::seconds>(happened.at - time_of(made.hour)).count();
  for (auto& event : happened.events) {
    event.second = static_cast<std::uint32_t>(std::clamp<std::int64_t>(since, 0, 3599));
    count(made.counts, event);
    if (POSTROAD_MUTANT(counter_altered)) made.counts.of(Counter::MessagesIn) += 1000;
    made.events.push_back(event);
    if (made.events.size() == kChunkEvents) put_chunk(made, batch);
  }
  return made;
}

}  // namespace postroad::statistics
