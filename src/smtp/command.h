#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/scanner.h"
#include "smtp/path.h"

namespace postroad::smtp {

// EHLO, HELO, LHLO.
struct Hello {
  bool extended = true;  // not HELO
  std::string name;      // what the client calls itself; printable ASCII without spaces
};

// RET of MAIL.  rfc3461 4.3
enum class Return { Unset, Full, Headers };

// MAIL FROM.  rfc5321 4.1.1.2
struct Mail {
  Path from;
  std::optional<std::uint64_t> size_bytes;  // SIZE, rfc1870 3
  bool is_eight_bit = false;                // BODY=8BITMIME, rfc6152 2
  bool is_utf8 = false;                     // SMTPUTF8, rfc6531 3.4
  Return ret = Return::Unset;
  std::string envid;                        // decoded; rfc3461 4.4
};

// NOTIFY of RCPT. `is_set` and nothing else: NEVER.  rfc3461 4.1
struct Notify {
  bool is_set = false;
  bool success = false;
  bool failure = false;
  bool delay = false;
  bool operator==(const Notify&) const = default;
};

// As they stand behind `RET=` and `NOTIFY=`; empty where not given.
std::string text_of(Return ret);
std::string text_of(const Notify& notify);

// RCPT TO.  rfc5321 4.1.1.3
struct Rcpt {
  Path to;
  Notify notify;
  std::string orcpt_type;  // lower-case, `rfc822`; rfc3461 4.2
  std::string orcpt;       // decoded
};

// BDAT.  rfc3030 2
struct Chunk {
  std::uint64_t size_bytes = 0;
  bool last = false;
};

struct Data {};
struct Rset {};
struct Noop {};
struct Quit {};
struct StartTls {};
struct Help {};
struct Vrfy {};
// Known, and not offered: EXPN, ETRN, TURN, SEND, SOML, SAML, AUTH, HELO to an LMTP server.
struct NotOffered {};
// A browser or another protocol was made to speak to us: the connection ends.
struct Foreign {};

using Command = std::variant<Hello, Mail, Rcpt, Chunk, Data, Rset, Noop, Quit, StartTls, Help, Vrfy, NotOffered, Foreign>;

enum class Dialect { Smtp, Lmtp };

// A line without its CRLF as a command. All of it is parsed; a failure's code is the reply's code and status. Verbs
// are in one table, command.cc.
Result<Command> parse_command(std::string_view line, Dialect dialect);

// Whether the line begins as BDAT does: a chunk may follow it, whether it can be parsed or not.
bool is_bdat(std::string_view line);

// Whether the reply may be held back while more commands are at hand: to MAIL, RCPT, RSET and BDAT.  rfc2920 3.2
bool may_wait(std::string_view line);

}  // namespace postroad::smtp
