#include "town/world_log.h"

namespace postroad::sim {
namespace {

struct Text {
  std::string operator()(std::string_view text) const { return "\"" + std::string(text) + "\""; }
  std::string operator()(log::Private text) const { return "\"" + std::string(text.text) + "\""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  template <class Number>
  std::string operator()(Number value) const { return std::to_string(value); }
};

}  // namespace

void WorldLog::write(log::Level level, std::string_view event, std::initializer_list<log::Field> fields) {
  if (level == log::Level::Debug) return;
  std::string line = machine_ + " " + std::string(event);
  for (const auto& field : fields) {
    // Durations are measured, and may be real ones.
    if (std::holds_alternative<double>(field.value)) continue;
    line += " " + std::string(field.name) + "=" + std::visit(Text{}, field.value);
  }
  world_.note(line);
}

}  // namespace postroad::sim
