// Draft: what is counted goes with the commit that makes it so.
#include "base/mutant.h"
#include "mailbox/draft.h"
#include "statistics/note.h"

namespace postroad::mailbox {
namespace {

statistics::Storage stored(const Head& head) { return {head.used_bytes, head.used_emails}; }

}  // namespace

void Draft::count(statistics::EventKind kind, std::uint64_t amount) {
  ++revision_;
  events_.push_back({kind, 0, amount});
}

void Draft::put_hour(statistics::HourRow row) {
  ++revision_;
  hour_ = std::move(row);
}

void Draft::ask_report(statistics::HourRow& row) const {
  if (row.due_ms != 0 || site_.options.report_every.count() == 0) return;
  const auto due = std::chrono::ceil<std::chrono::seconds>(site_.now() + site_.options.report_every);
  row.due_ms = std::chrono::milliseconds(due.time_since_epoch()).count();
}

std::optional<Time> Draft::report_due() const {
  if (!hour_ || hour_->due_ms == 0 || (content_.hour && content_.hour->due_ms == hour_->due_ms)) return {};
  return Time(std::chrono::milliseconds(hour_->due_ms));
}

void Draft::write_hour(store::Batch& batch) {
  if (!events_.empty() || stored(head_) != stored(content_.head)) {
    if (POSTROAD_MUTANT(event_not_counted)) events_.clear();
    hour_ = statistics::note(hour(), {.at = site_.now(), .events = events_, .version = head_.version, .domain = domain_,
                                      .before = stored(content_.head), .after = stored(head_)}, batch);
    ask_report(*hour_);
  }
  if (hour_) batch.put.push_back({std::string(statistics::kCurrentKey), encode(*hour_)});
}

}  // namespace postroad::mailbox
