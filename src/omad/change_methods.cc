#include "omad/change_methods.h"

namespace postroad::omad {
namespace json = boost::json;

using control::ChangeState;

// Of the caller's subtree; what is elsewhere is as what is not there.
Answering get_change(Call call) {
  oma::Fields request(call.members, "");
  const auto id = request.needed("change", 64);
  CO_TRY_OK(request.result());
  CO_TRY(const auto change, co_await call.api.changes.get(call.caller, id));
  const bool is_queued = change.state == ChangeState::Queued;
  Answer answer{{{"change", json::string(change.id)},
                 {"state", json::string(control::change_state_name(change.state))},
                 {"kind", json::string(change.kind)},
                 {"subject", json::string(change.subject)},
                 {"cluster", json::string(change.cluster)},
                 {"reason", json::string(change.reason)},
                 {"queued_at", epoch(change.queued_at)},
                 {"settled_at", is_queued ? json::value(nullptr) : json::value(epoch(change.settled_at))}}};
  if (is_queued) answer.members.emplace_back("position", change.position);
  co_return answer;
}

}  // namespace postroad::omad
