#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/mailbox.h"

// What is asked of the provisioning, and what becomes of it, as those who asked were told.
namespace postroad::sim::model {

// One request, which is one change.
struct Provisioning {
  enum class Kind { Create, Delete, Rename, Alias, Password, Suspend } kind = Kind::Create;
  std::string name;
  std::string other;   // the new name of a rename, the target of an alias
  std::string password;
  bool is_suspended = false;
  std::shared_ptr<Mailbox> mailbox;  // whom it is about: the user's, or an alias's target's
};
// As operators name it.
std::string kind_name(Provisioning::Kind kind);

struct Change {
  enum class State { Queued, Applied, Cancelled };
  std::string id;
  Provisioning what;
  bool is_operators = false;  // asked for again by an operator
  Tick sent{};
  Tick answered{};
  State state = State::Queued;
  Tick settled = kNever;  // when that was learned
  std::size_t cancelled_by = 0;     // the number of the cancellation, where one took it back
  std::vector<std::string> names;   // of addresses that it gives or takes away
  std::vector<std::size_t> needs;   // the earlier changes that it comes after: what is cancelled takes along who needs it
};
using State = Change::State;

// A request that was sent and not answered. Control decides at once, so once its session is over asking tells.
struct Doubt {
  Provisioning what;
  std::vector<std::string> names;  // of what an operator asks for again
  bool is_operators = false;
  Tick sent{};
  bool is_over = false;  // the session
};

// A new mailbox that was refused since there was no room.
struct Refusal {
  Tick sent{};
  Tick answered{};
};

}  // namespace postroad::sim::model
