#include "statistics/recount.h"

#include <fmt/format.h>

#include <algorithm>

namespace postroad::statistics {
namespace {

std::uint64_t number_of(const std::vector<Event>& events, EventKind kind) {
  return static_cast<std::uint64_t>(std::ranges::count(events, kind, &Event::kind));
}

std::uint64_t total_of(const std::vector<Event>& events, EventKind kind) {
  std::uint64_t total = 0;
  for (const auto& event : events) total += event.kind == kind ? event.amount : 0;
  return total;
}

}  // namespace

// One counter after the other, each by a look at all events.
Counts recount(const std::vector<Event>& events) {
  Counts counted;
  counted.of(Counter::MessagesIn) = number_of(events, EventKind::Delivered);
  counted.of(Counter::BytesIn) = total_of(events, EventKind::Delivered);
  counted.of(Counter::MessagesAppended) = number_of(events, EventKind::Appended);
  counted.of(Counter::BytesAppended) = total_of(events, EventKind::Appended);
  counted.of(Counter::RefusedRecipients) = total_of(events, EventKind::RefusedRecipients);
  counted.of(Counter::RefusedMessages) = total_of(events, EventKind::RefusedMessages);
  for (const auto service : {Counter::SignInsImap, Counter::SignInsPop, Counter::SignInsWebmail, Counter::SignInsSmtp, Counter::SignInsApp})
    counted.of(service) = static_cast<std::uint64_t>(std::ranges::count_if(events, [service](const Event& event) {
      return event.kind == EventKind::SignedIn && event.amount == static_cast<std::uint64_t>(service);
    }));
  return counted;
}

Counts sum(const Counts& a, const Counts& b) {
  Counts made;
  for (std::size_t at = 0; at < kCounters; ++at) made.figures[at] = a.figures[at] + b.figures[at];
  return made;
}

Result<Counts> recount(const HourRow& row, const std::vector<std::vector<Event>>& chunks) {
  if (chunks.size() != row.chunks) return fail(Fault::Broken, "a chunk of the hour's journal is missing");
  auto counted = sum(row.folded, recount(row.events));
  for (const auto& chunk : chunks) counted = sum(counted, recount(chunk));
  return counted;
}

std::string difference(const Counts& stored, const Counts& counted) {
  std::string text;
  each_counter([&](Counter counter) {
    if (stored.of(counter) == counted.of(counter)) return;
    text += fmt::format("{}{} {}, not {}", text.empty() ? "" : "; ", words_of(counter).name, counted.of(counter), stored.of(counter));
  });
  return text;
}

}  // namespace postroad::statistics
