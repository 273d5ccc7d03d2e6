#include "smtp/command.h"

#include "base/text.h"
#include "smtp/limits.h"
#include "smtp/mail.h"
#include "smtp/rcpt.h"

namespace postroad::smtp {
namespace {

// EHLO, LHLO, HELO: rfc5321 4.1.1.1, rfc2033 4.1. What stands there is trusted for nothing, and much that is sent is
// neither a domain nor a literal: one printable word is enough.  rfc5321 4.1.4
Result<Command> parse_hello(Scanner& in, bool extended) {
  Hello hello{.extended = extended};
  in.space();
  hello.name = in.run(kVchar, 1, "the client's name");
  if (hello.name.size() > kHelloBytes) in.fail("a shorter name");
  in.end();
  return in.result<Command>(std::move(hello));
}
Result<Command> parse_ehlo(Scanner in) { return parse_hello(in, true); }
Result<Command> parse_helo(Scanner in) { return parse_hello(in, false); }

// BDAT: rfc3030 2.
Result<Command> parse_bdat(Scanner in) {
  Chunk chunk;
  in.space();
  chunk.size_bytes = in.number(kMostBytes, "the chunk's size");
  if (in.maybe(" ")) {
    in.expect("LAST");
    chunk.last = true;
  }
  in.end();
  return in.result<Command>(chunk);
}

// A command without arguments: rfc5321 4.1.1.4, 4.1.1.5, 4.1.1.10, rfc3207 4.
template <class T>
Result<Command> parse_alone(Scanner in) {
  in.end();
  return in.result<Command>(T{});
}

// NOOP and HELP may have an argument, which is ignored: rfc5321 4.1.1.8, 4.1.1.9. Those that are not offered too.
template <class T>
Result<Command> parse_ignoring(Scanner) {
  return T{};
}

// VRFY has one: rfc5321 4.1.1.6.
Result<Command> parse_vrfy(Scanner in) {
  in.space();
  if (in.at_end()) in.fail("a user or a mailbox");
  return in.result<Command>(Vrfy{});
}

struct Verb {
  std::string_view name;
  bool smtp;
  bool lmtp;
  Result<Command> (*parse)(Scanner in);
};

// What a dialect lacks is answered as if nobody had heard of it.
constexpr Verb kVerbs[] = {
    // name     smtp   lmtp   parse
    {"EHLO", true, false, parse_ehlo},
    {"HELO", true, false, parse_helo},
    {"LHLO", false, true, parse_ehlo},  // rfc2033 4.1
    {"MAIL", true, true, parse_mail},
    {"RCPT", true, true, parse_rcpt},
    {"DATA", true, true, parse_alone<Data>},
    {"BDAT", true, true, parse_bdat},
    {"RSET", true, true, parse_alone<Rset>},
    {"NOOP", true, true, parse_ignoring<Noop>},
    {"QUIT", true, true, parse_alone<Quit>},
    {"STARTTLS", true, true, parse_alone<StartTls>},
    {"VRFY", true, true, parse_vrfy},
    {"HELP", true, true, parse_ignoring<Help>},
    {"EXPN", true, true, parse_ignoring<NotOffered>},  // rfc5321 7.3
    {"AUTH", true, true, parse_ignoring<NotOffered>},  // rfc4954: submission only
    {"ETRN", true, true, parse_ignoring<NotOffered>},
    {"TURN", true, true, parse_ignoring<NotOffered>},  // rfc5321 appendix F.1
    {"SEND", true, true, parse_ignoring<NotOffered>},  // rfc5321 appendix F.6
    {"SOML", true, true, parse_ignoring<NotOffered>},
    {"SAML", true, true, parse_ignoring<NotOffered>},
    {"GET", true, true, parse_ignoring<Foreign>},
    {"POST", true, true, parse_ignoring<Foreign>},
    {"PUT", true, true, parse_ignoring<Foreign>},
    {"CONNECT", true, true, parse_ignoring<Foreign>},
};

std::string_view verb_of(std::string_view line) { return line.substr(0, line.find(' ')); }

}  // namespace

bool may_wait(std::string_view line) {
  const auto verb = verb_of(line);
  return equal_nocase(verb, "MAIL") || equal_nocase(verb, "RCPT") || equal_nocase(verb, "RSET") || is_bdat(line);
}

bool is_bdat(std::string_view line) { return starts_nocase(line, "BDAT"); }

Result<Command> parse_command(std::string_view line, Dialect dialect) {
  // Trailing white space is tolerated: rfc5321 4.1.1.
  while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
  for (const char c : line)
    if (kControl.has(c)) return fail(Fault::Syntax, "a control character in a command", "501 5.5.2");

  const auto name = verb_of(line);
  for (const auto& verb : kVerbs) {
    if (!equal_nocase(verb.name, name)) continue;
    if (!(dialect == Dialect::Smtp ? verb.smtp : verb.lmtp)) break;
    return verb.parse(Scanner(line.substr(name.size())));
  }
  return fail(Fault::Syntax, "this command is not known", "500 5.5.1");
}

}  // namespace postroad::smtp
