#include "migration/trace.h"

#include <fmt/chrono.h>

#include "base/text.h"
#include "migration/limits.h"
#include "migration/text.h"

namespace postroad::migration {

void Trace::add(Time time, std::string_view text) {
  auto line = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} ", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
  for (const char c : shortened(text, kTraceLineBytes)) line += c == '\n' || c == '\r' || c == '\0' ? ' ' : c;
  lines_.push_back(std::move(line));
  if (lines_.size() > kTraceLines) lines_.pop_front();
}

std::string Trace::text() const {
  std::string made;
  for (const auto& line : lines_) made += line + "\n";
  return made;
}

Trace Trace::of_text(std::string_view text) {
  Trace made;
  for (const auto line : split(text, '\n'))
    if (!line.empty()) made.lines_.emplace_back(line);
  return made;
}

}  // namespace postroad::migration
