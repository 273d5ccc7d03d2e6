#include "control/changes.h"

#include "control/change_rows.h"
#include "control/core.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

Result<ChangeView> find_change(Connection& connection, const Authority& authority, const std::string& id) {
  TRY(const auto found, change_by_id(connection, id));
  TRY(const bool is_seen, authority.may(connection, found ? found->company : std::string{}, found ? found->domain : std::string{}, Right::See));
  if (!found || !is_seen) return fail(Fault::NotFound, "there is no such change", std::string(code::kNoChange));
  return found->view;
}

}  // namespace

Task<Result<ChangeView>> Changes::get(Caller caller, std::string change) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return find_change(connection, authority, change); });
}

Task<Result<ChangeView>> Changes::wait(Caller caller, std::string change, std::chrono::milliseconds most) {
  const auto until = core_->machine.loop.clock().steady() + most;
  CO_TRY(auto view, co_await get(caller, change));
  while (view.state == ChangeState::Queued) {
    const auto now = core_->machine.loop.clock().steady();
    if (now >= until) break;
    // It may have been settled between the look and the wait: look again after a while, too.
    co_await core_->await_outcome(change, std::min(until, now + std::chrono::seconds(1)));
    CO_TRY(view, co_await get(caller, change));
  }
  co_return view;
}

}  // namespace postroad::control
