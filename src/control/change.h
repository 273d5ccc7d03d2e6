#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.h"

namespace postroad::control {

enum class ChangeState : std::uint8_t { Queued, Applied, Refused, Cancelled };
std::string_view change_state_name(ChangeState state);

// What became of an accepted request. It is durable, whatever its state. A request that makes several changes is
// known by its last one, which depends on the others.
struct Receipt {
  std::string change;  // 'c'
  ChangeState state = ChangeState::Queued;
};

// A change, as it is shown.
struct ChangeView {
  std::string id;
  std::string cluster;  // empty: it concerns control alone
  std::string kind;     // `account.put`; feed/change.h, and `workgroup.put` and others of control's own
  std::string subject;  // the address or the name that it is about
  std::string actor;    // Caller::name
  ChangeState state = ChangeState::Queued;
  Time queued_at;
  Time settled_at;             // where it is settled
  std::uint64_t position = 0;  // while queued: its place among its client's changes for that cluster; then in the feed, for operators only
  std::string reason;          // why it was refused or cancelled
};

}  // namespace postroad::control
