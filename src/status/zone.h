#pragma once

#include <memory>
#include <string>

#include "base/id.h"
#include "base/result.h"

namespace postroad::status {

// An IANA time zone, by ICU. Times are kept in UTC and shown in both.
class Zone {
 public:
  // NotFound where ICU knows no zone of that name.
  static Result<Zone> named(const std::string& name);
  Zone(Zone&&) noexcept;
  Zone& operator=(Zone&&) noexcept;
  ~Zone();

  // "2026-01-31 22:59 UTC (23:59 CET)", "2026-01-31 23:59 UTC (2026-02-01 00:59 CET)"
  std::string text(Time at) const;
  const std::string& name() const;

 private:
  struct State;
  explicit Zone(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// "2026-01-31T23:59:59.000Z": as Statuspage's API has it.
std::string iso_time(Time at);

}  // namespace postroad::status
