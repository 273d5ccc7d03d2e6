#include "appd/command.h"

namespace postroad::appd {
namespace {

constexpr std::uint64_t kWaitMostSeconds = 60;
constexpr std::uint64_t kWaitSeconds = 10;

app::Record record_of(const control::ChangeView& change) {
  const bool is_applied = change.state == control::ChangeState::Applied;
  return {{"CHANGE", change.id},
          {"STATE", std::string(control::change_state_name(change.state))},
          {"QUEUED_AT", time_text(change.queued_at)},
          {"APPLIED_AT", is_applied ? time_text(change.settled_at) : ""},
          {"POSITION", change.state == control::ChangeState::Queued ? std::to_string(change.position) : ""},
          {"REASON", change.reason}};
}

}  // namespace

Answering get_change(Call call) {
  CO_TRY(const auto change, co_await call.api.changes.get(call.caller, call.text("change")));
  co_return record_of(change);
}

Answering wait_change(Call call) {
  CO_TRY(const auto seconds, call.number("seconds", kWaitMostSeconds));
  CO_TRY(const auto change,
         co_await call.api.changes.wait(call.caller, call.text("change"), std::chrono::seconds(seconds.value_or(kWaitSeconds))));
  co_return record_of(change);
}

}  // namespace postroad::appd
