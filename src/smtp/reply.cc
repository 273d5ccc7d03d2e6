#include "smtp/reply.h"

#include "base/chars.h"
#include "base/text.h"
#include "smtp/limits.h"

namespace postroad::smtp {
namespace {

constexpr CharClass kPrintable = CharClass::range(0x20, 0x7e);

void append_line(std::string& into, const Reply& reply, std::string_view line, char mark) {
  const auto start = into.size();
  into += std::to_string(reply.code);
  into += mark;
  if (!reply.status.empty()) {
    into += reply.status;
    into += ' ';
  }
  const auto room = kReplyLineBytes - 2 - (into.size() - start);
  for (const char c : line.substr(0, room)) into += kPrintable.has(c) ? c : '?';
  into += "\r\n";
}

struct Codes {
  int code;
  std::string_view status;
};

Codes codes_of(Fault fault) {
  switch (fault) {
    case Fault::Syntax: return {501, "5.5.4"};
    case Fault::Refused: return {550, "5.7.1"};
    case Fault::NotFound: return {550, "5.1.1"};
    case Fault::Conflict: return {550, "5.5.0"};
    case Fault::Busy: return {451, "4.3.2"};
    case Fault::Broken: return {451, "4.3.0"};
  }
  return {451, "4.3.0"};
}

// A status of the error's own, `4.2.2`, moves the reply code to its class.
int code_of(const Codes& codes, std::string_view status) {
  if (status.starts_with('4') && codes.code >= 500) return 451;
  if (status.starts_with('5') && codes.code < 500) return 550;
  return codes.code;
}

}  // namespace

void append(std::string& into, const Reply& reply) {
  std::string_view rest = reply.text;
  for (;;) {
    const auto at = rest.find('\n');
    append_line(into, reply, rest.substr(0, at), at == rest.npos ? ' ' : '-');
    if (at == rest.npos) return;
    rest.remove_prefix(at + 1);
  }
}

std::string format(const Reply& reply) {
  std::string made;
  append(made, reply);
  return made;
}

Reply reply_to(const Error& error) {
  const auto codes = codes_of(error.fault);
  const auto parts = split(error.code, ' ');
  const auto code = parse_number(parts[0], 599);
  // What is broken on our side is for the log, not for the peer.
  const auto text = error.fault == Fault::Broken ? "our side failed; try again later" : error.text;
  if (code && *code >= 200 && parts.size() == 2) return {static_cast<int>(*code), std::string(parts[1]), text};
  const bool has_status = error.code.size() >= 5 && error.code[1] == '.' && kDigit.has(error.code[0]);
  const std::string status(has_status ? std::string_view(error.code) : codes.status);
  return {code_of(codes, status), status, text};
}

}  // namespace postroad::smtp
