#include "control/model.h"

#include "control/change.h"

namespace postroad::control {
namespace {
constexpr std::string_view kTypeNames[] = {"mailbox", "filter", "forward", "group", "alias"};
}

std::string_view user_type_name(UserType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<UserType> parse_user_type(std::string_view name) {
  for (const auto type : kUserTypes)
    if (user_type_name(type) == name) return type;
  return std::nullopt;
}

std::string_view change_state_name(ChangeState state) {
  switch (state) {
    case ChangeState::Queued: return "queued";
    case ChangeState::Applied: return "applied";
    case ChangeState::Refused: return "refused";
    case ChangeState::Cancelled: return "cancelled";
  }
  return "queued";
}

}  // namespace postroad::control
