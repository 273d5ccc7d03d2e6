#pragma once

#include "statistics/journal.h"

// The verifier's own count of a journal. It shares with the fold (journal.h, note.h) what an event is, and nothing else.
namespace postroad::statistics {

Counts recount(const std::vector<Event>& events);
Counts sum(const Counts& a, const Counts& b);

// What the journal of an hour comes to: `chunks` are its rows of chunks, in any order. Broken where one is missing.
Result<Counts> recount(const HourRow& row, const std::vector<std::vector<Event>>& chunks);

// The figures that differ: `messages_in 3, not 4`; empty where none does.
std::string difference(const Counts& stored, const Counts& counted);

}  // namespace postroad::statistics
