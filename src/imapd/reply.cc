#include "imapd/reply.h"

#include "base/chars.h"
#include "imap/format.h"

namespace postroad::imapd {
namespace {

// rfc3501 9 "resp-text-code".
constexpr CharClass kCodeChar = CharClass::range(0x20, 0x7e) - CharClass("]");

std::string_view code_of(const Error& error) {
  if (error.fault == Fault::Busy) return "UNAVAILABLE";
  if (error.fault == Fault::Broken) return "SERVERBUG";
  if (!error.code.empty() && kCodeChar.has_all(error.code)) return error.code;
  return error.fault == Fault::NotFound ? "NONEXISTENT" : "";
}

}  // namespace

Reply reply_to(const Error& error) {
  Reply reply{error.fault == Fault::Syntax ? "BAD " : "NO "};
  const auto code = code_of(error);
  if (!code.empty()) reply.text += "[" + std::string(code) + "] ";
  // What broke is the operator's to know.
  const bool is_ours = error.fault == Fault::Broken;
  imap::put_text(reply.text, is_ours || error.text.empty() ? "it failed here; try again later" : error.text);
  return reply;
}

}  // namespace postroad::imapd
