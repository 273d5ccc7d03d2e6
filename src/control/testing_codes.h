#pragma once

#include <string>
#include <vector>

#include "control/testing.h"
#include "sasl/totp.h"

// An administrator's second factor, as its device has it: for tests.
namespace postroad::control::testing {

inline std::string from_base32(const std::string& text) {
  std::string made;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    held = held << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    if (bits += 5; bits >= 8) made += static_cast<char>(held >> (bits -= 8) & 255);
  }
  return made;
}

class Device {
 public:
  explicit Device(Control& control) : control_(control) {}

  // Enrols and confirms; then its first code is long over.
  void enrol(const Caller& who) {
    begin(who);
    recovery = control_.run(control_.api->second_factors.confirm(who, code())).value();
    control_.world.run_for(sasl::kTotpStep * 2);
  }
  void begin(const Caller& who) { secret_ = from_base32(control_.run(control_.api->second_factors.enrol(who)).value().secret); }

  std::string code(std::int64_t off = 0) const { return sasl::hotp_code(secret_, static_cast<std::uint64_t>(step() + off)); }
  // Another one than any that would do.
  std::string wrong_code() const {
    for (int n = 0;; ++n) {
      auto made = std::to_string(100'000 + n);
      if (made != code(-1) && made != code() && made != code(1)) return made;
    }
  }
  std::vector<std::string> recovery;
  const std::string& secret() const { return secret_; }

 private:
  std::int64_t step() const { return std::chrono::duration_cast<std::chrono::seconds>(control_.loop->clock().now().time_since_epoch()) / sasl::kTotpStep; }
  Control& control_;
  std::string secret_;
};

}  // namespace postroad::control::testing
