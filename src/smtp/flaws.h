#pragma once

#include <string_view>

namespace postroad::smtp {

// What no message may hold. Servers that disagree about where a line, or a message, ends can be made to smuggle one
// message inside another; so such a message is refused as a whole, and never repaired.  rfc5321 2.3.8, 4.1.1.4
struct Flaws {
  bool bare_lf = false;
  bool bare_cr = false;
  bool nul = false;

  bool any() const { return bare_lf || bare_cr || nul; }
  bool operator==(const Flaws&) const = default;
};

// Finds the flaws of bytes that come in pieces and end by a count: chunks of BDAT.
class LineCheck {
 public:
  void feed(std::string_view bytes);
  // No more comes: a CR at the end is bare.
  void end();
  const Flaws& flaws() const { return flaws_; }

 private:
  Flaws flaws_;
  bool after_cr_ = false;
};

// Whether a piece of a line, without CR, holds LF or NUL: adds to `flaws`.
void check_run(std::string_view run, Flaws& flaws);

}  // namespace postroad::smtp
