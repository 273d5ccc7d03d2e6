#include "statistics/journal.h"

#include <fmt/format.h>

#include "store/row.h"

namespace postroad::statistics {
namespace {

constexpr std::uint8_t kFormat = 1;
enum Tag : std::uint8_t {
  kHour = 1, kVersion, kDomain, kCountsTag, kStartBytes, kStartMessages, kNowBytes, kNowMessages, kEvents, kChunks, kFolded, kReported,
  kMarked, kDue, kHeldHoursTag, kHeldChunksTag
};

void put(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Numbers of base 128; the first failure sticks.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : left_(bytes) {}
  std::uint64_t next() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) break;
      const auto byte = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    is_bad_ = true;
    left_ = {};
    return 0;
  }
  bool is_bad() const { return is_bad_; }
  bool at_end() const { return left_.empty(); }

 private:
  std::string_view left_;
  bool is_bad_ = false;
};

// The figures that are not zero, each behind its number.
std::string encode_counts(const Counts& counts) {
  std::string out;
  each_counter([&](Counter counter) {
    if (counts.of(counter) == 0) return;
    put(out, static_cast<std::uint64_t>(counter));
    put(out, counts.of(counter));
  });
  return out;
}

Result<Counts> decode_counts(std::string_view bytes) {
  Counts counts;
  for (Numbers in(bytes); !in.at_end();) {
    const auto counter = in.next();
    const auto figure = in.next();
    if (in.is_bad()) return fail(Fault::Broken, "an hour's counters are damaged");
    if (counter < kCounters) counts.figures[counter] = figure;
  }
  return counts;
}

std::string encode_events(const std::vector<Event>& events) {
  std::string out;
  for (const auto& event : events) {
    put(out, static_cast<std::uint64_t>(event.kind));
    put(out, event.second);
    put(out, event.amount);
  }
  return out;
}

Result<std::vector<Event>> decode_events(std::string_view bytes) {
  std::vector<Event> events;
  for (Numbers in(bytes); !in.at_end();) {
    const auto kind = in.next();
    const auto second = in.next();
    const auto amount = in.next();
    if (in.is_bad() || kind > UINT8_MAX || second > UINT32_MAX) return fail(Fault::Broken, "an hour's journal is damaged");
    events.push_back({static_cast<EventKind>(kind), static_cast<std::uint32_t>(second), amount});
  }
  return events;
}

}  // namespace

std::string encode(const HourRow& row) {
  store::RowWriter out(kFormat);
  out.number(kHour, static_cast<std::uint64_t>(row.hour)).number(kVersion, row.version);
  if (!row.domain.empty()) out.text(kDomain, row.domain);
  out.text(kCountsTag, encode_counts(row.counts));
  out.number(kStartBytes, row.start.bytes).number(kStartMessages, row.start.messages);
  out.number(kNowBytes, row.now.bytes).number(kNowMessages, row.now.messages);
  out.text(kEvents, encode_events(row.events));
  if (row.chunks != 0) out.number(kChunks, row.chunks);
  if (!row.folded.is_zero()) out.text(kFolded, encode_counts(row.folded));
  if (row.reported != 0) out.number(kReported, row.reported);
  if (row.marked_at != 0) out.number(kMarked, static_cast<std::uint64_t>(row.marked_at));
  if (row.due_ms != 0) out.number(kDue, static_cast<std::uint64_t>(row.due_ms));
  if (row.held_hours != 0) out.number(kHeldHoursTag, row.held_hours);
  if (row.held_chunks != 0) out.number(kHeldChunksTag, row.held_chunks);
  return out.take();
}

Result<HourRow> decode_hour(std::string_view row) {
  TRY(const auto in, store::RowReader::open(row, kFormat, "a row of an hour's counters"));
  HourRow made;
  made.hour = static_cast<Hour>(in.number(kHour));
  made.version = in.number(kVersion);
  made.domain = in.text(kDomain);
  TRY(made.counts, decode_counts(in.text(kCountsTag)));
  made.start = {in.number(kStartBytes), in.number(kStartMessages)};
  made.now = {in.number(kNowBytes), in.number(kNowMessages)};
  TRY(made.events, decode_events(in.text(kEvents)));
  made.chunks = static_cast<std::uint32_t>(in.number(kChunks));
  TRY(made.folded, decode_counts(in.text(kFolded)));
  made.reported = in.number(kReported);
  made.marked_at = static_cast<std::int64_t>(in.number(kMarked));
  made.due_ms = static_cast<std::int64_t>(in.number(kDue));
  made.held_hours = static_cast<std::uint32_t>(in.number(kHeldHoursTag));
  made.held_chunks = static_cast<std::uint32_t>(in.number(kHeldChunksTag));
  return made;
}

std::string encode_chunk(const std::vector<Event>& events) {
  return store::RowWriter(kFormat).text(kEvents, encode_events(events)).take();
}

Result<std::vector<Event>> decode_chunk(std::string_view row) {
  TRY(const auto in, store::RowReader::open(row, kFormat, "a chunk of an hour's journal"));
  return decode_events(in.text(kEvents));
}

std::string closed_key(Hour hour) { return fmt::format("{}{:08x}", kClosedPrefix, static_cast<std::uint32_t>(hour)); }
std::string chunks_of(Hour hour) { return fmt::format("{}{:08x}/", kChunkPrefix, static_cast<std::uint32_t>(hour)); }
std::string chunk_key(Hour hour, std::uint32_t number) { return chunks_of(hour) + fmt::format("{:04x}", number); }

void count(Counts& counts, const Event& event) {
  const auto message = [&](Counter messages, Counter bytes) {
    ++counts.of(messages);
    counts.of(bytes) += event.amount;
  };
  switch (event.kind) {
    case EventKind::Delivered: return message(Counter::MessagesIn, Counter::BytesIn);
    case EventKind::Appended: return message(Counter::MessagesAppended, Counter::BytesAppended);
    case EventKind::SignedIn:
      if (event.amount < kCounters) ++counts.figures[event.amount];
      return;
    case EventKind::RefusedRecipients: counts.of(Counter::RefusedRecipients) += event.amount; return;
    case EventKind::RefusedMessages: counts.of(Counter::RefusedMessages) += event.amount; return;
  }
}

}  // namespace postroad::statistics
