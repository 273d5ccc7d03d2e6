#pragma once

#include <string>

namespace postroad::migration {

// Makes of a source's bytes what a message here may be, piece by piece: a bare LF gets its CR, since everything here reads it
// as a line end; a NUL, which no literal of IMAP may hold (rfc3501 4.3), becomes 0x80. A bare CR stays: it is text.
class LineEnds {
 public:
  std::string feed(std::string piece);

 private:
  bool after_cr_ = false;
};

}  // namespace postroad::migration
