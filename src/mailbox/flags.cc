#include "mailbox/flags.h"

#include "base/chars.h"

namespace postroad::mailbox {
namespace {

// atom-specials and resp-specials are left out.  rfc3501 9 "ATOM-CHAR"
constexpr CharClass kAtomChar = kVchar - CharClass("(){%*\"\\]");

}  // namespace

bool is_keyword(std::string_view text) {
  return !text.empty() && text.size() <= kKeywordBytes && kAtomChar.has_all(text);
}

}  // namespace postroad::mailbox
