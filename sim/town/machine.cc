#include "town/machine.h"

namespace postroad::sim {

void Machine::start() {
  if (is_up_) return;
  world_.note(name_ + " starts");
  network_.come_back(name_);
  build();
  is_up_ = true;
}

void Machine::crash() {
  if (!is_up_) return;
  world_.note(name_ + " crashes");
  is_up_ = false;
  tear_down(false);
}

void Machine::lose_power() {
  if (!is_up_) return;
  world_.note(name_ + " loses its power");
  is_up_ = false;
  network_.go_dark(name_);
  tear_down(true);
}

}  // namespace postroad::sim
