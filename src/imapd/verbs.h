#pragma once

#include <string_view>

#include "imap/scanner.h"
#include "imapd/session.h"

namespace postroad::imapd {

enum VerbFlag : std::uint8_t {
  kNone = 0,
  kNumbersStand = 1,  // no EXPUNGE while it is answered: it names messages by their numbers.  rfc3501 7.4.1
  kSilent = 2,        // other sessions' changes are not told with it
  kStartsTls = 4,     // where it is answered with OK
};

// One command: where it is allowed, and how it is done. All of it is parsed before any of it is done.
struct Verb {
  std::string_view name;
  std::uint8_t states;
  std::uint8_t flags;
  io::Task<Result<Reply>> (*run)(Session& session, imap::Scanner arguments);
};

// `name` in upper case. Null where there is none.
const Verb* find_verb(std::string_view name);

}  // namespace postroad::imapd
