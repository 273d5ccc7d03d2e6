#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/scanner.h"
#include "mailbox/flags.h"

namespace postroad::migration::imap {

// The terminals of responses: rfc3501 9, as servers write them.
class Scanner : public postroad::Scanner {
 public:
  using postroad::Scanner::Scanner;

  // Anything but space, parentheses, quotes, braces and controls: servers' atoms hold more than the RFC's.
  std::string atom(std::string_view what);
  // Quoted, or a literal; any bytes.
  std::string string();
  std::string astring(std::string_view what);
  // Nothing for NIL.
  std::optional<std::string> nstring();
  std::uint32_t number32(std::string_view what) { return static_cast<std::uint32_t>(number(UINT32_MAX, what)); }
  // "/" or NIL, which is 0.
  char delimiter();
  // In parentheses; what is no flag of ours is left out.
  mailbox::Flags flags();
  // Whatever it is, with lists in lists.
  void skip_value();
  // Spaces beyond the one that the grammar wants.
  void spaces() {
    while (maybe(" ")) {
    }
  }

 private:
  std::string quoted();
  std::string literal();
};

}  // namespace postroad::migration::imap
