#pragma once

#include <string>

#include "io/simulated_world.h"
#include "log/log.h"

namespace postroad::sim {

// A machine's log: every line's event goes into the world's trace, and the whole line to a reader, if there is one.
class WorldLog : public log::Log {
 public:
  WorldLog(io::simulated::World& world, std::string machine) : world_(world), machine_(std::move(machine)) {}
  void write(log::Level level, std::string_view event, std::initializer_list<log::Field> fields) override;

 private:
  io::simulated::World& world_;
  std::string machine_;
};

}  // namespace postroad::sim
