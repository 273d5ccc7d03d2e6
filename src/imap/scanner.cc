#include "imap/scanner.h"

#include "base/limits.h"
#include "base/text.h"
#include "imap/limits.h"
#include "imap/mutf7.h"

namespace postroad::imap {

std::string Scanner::atom(std::string_view what) { return std::string(run(kAtomChar, 1, what)); }

std::string Scanner::quoted() {
  std::string made;
  expect("\"");
  while (!failed()) {
    const auto byte = take(1, "closing quote");
    if (byte == "\"") break;
    if (byte == "\\") {
      const auto escaped = take(1, "quoted character");
      if (escaped != "\"" && escaped != "\\") fail("\\\" or \\\\ in a quoted string");
      made += escaped;
    } else if (byte == "\r" || byte == "\n" || byte == std::string_view("\0", 1)) {
      fail("closing quote");
    } else {
      made += byte;
    }
  }
  if (!is_utf8(made)) fail("UTF-8 in a quoted string");
  return failed() ? std::string() : made;
}

// rfc3501 9 "literal", rfc7888 8. The gatherer has seen to the size already.
std::string Scanner::literal() {
  expect("{");
  const auto size = number(limits::kImapLiteralBytes, "a literal's size");
  maybe("+");
  expect("}");
  if (!maybe("\r\n")) expect("\n");
  std::string made(take(size, "literal"));
  if (made.find('\0') != made.npos) fail("a literal without NUL");  // CHAR8
  return failed() ? std::string() : made;
}

std::string Scanner::string() {
  if (peek() == '"') return quoted();
  if (peek() == '{') return literal();
  fail("string");
  return {};
}

std::string Scanner::astring(std::string_view what) {
  if (peek() == '"' || peek() == '{') return string();
  return std::string(run(kAstringChar, 1, what));
}

std::uint32_t Scanner::nz_number() {
  const auto value = number(UINT32_MAX, "number");
  if (value == 0) fail("a number above 0");
  return static_cast<std::uint32_t>(value);
}

std::uint64_t Scanner::mod_sequence(bool zero_too) {
  const auto value = number(kMostModSeq, "mod-sequence");
  if (value == 0 && !zero_too) fail("a mod-sequence above 0");
  return value;
}

std::string Scanner::decode_mailbox(const std::string& wire, std::size_t most_bytes) {
  if (failed()) return {};
  auto name = from_mutf7(wire);
  if (!name || name->size() > most_bytes) {
    fail(name ? "a shorter mailbox name" : "a mailbox name in modified UTF-7");
    return {};
  }
  // INBOX is the same in any case (rfc3501 5.1), and so that it has no twin, its children's first part too.
  if (starts_nocase(*name, "INBOX") && (name->size() == 5 || (*name)[5] == '/')) name->replace(0, 5, "INBOX");
  return *name;
}

std::string Scanner::mailbox() {
  const auto wire = astring("mailbox");
  if (wire.empty()) fail("mailbox");
  return decode_mailbox(wire, kMailboxBytes);
}

std::string Scanner::list_mailbox() {
  const bool is_string = peek() == '"' || peek() == '{';
  const auto wire = is_string ? string() : std::string(run(kListChar, 1, "mailbox pattern"));
  return decode_mailbox(wire, kPatternBytes);
}

SequenceSet Scanner::sequence_set() {
  SequenceSet set;
  const auto seq_number = [this] { return maybe("*") ? SequenceSet::kStar : nz_number(); };
  do {
    const auto first = seq_number();
    const auto last = maybe(":") ? seq_number() : first;
    set.add(first, last);
    if (set.size() > kRanges) fail("fewer ranges in a set");
  } while (maybe(","));
  return failed() ? SequenceSet() : set;
}

std::string Scanner::flag_keyword() {
  auto keyword = atom("flag");
  if (keyword.size() > kKeywordBytes) fail("a shorter flag");
  return failed() ? std::string() : keyword;
}

void Scanner::flag(Flags& into) {
  if (peek() != '\\') {
    auto keyword = flag_keyword();
    if (failed()) return;
    for (const auto& known : into.keywords)
      if (equal_nocase(known, keyword)) return;
    into.keywords.push_back(std::move(keyword));
    if (into.keywords.size() > kFlags) fail("fewer flags");
    return;
  }
  expect("\\");
  const auto name = atom("flag");
  if (equal_nocase(name, "Seen")) return into.set(SystemFlag::Seen);
  if (equal_nocase(name, "Answered")) return into.set(SystemFlag::Answered);
  if (equal_nocase(name, "Flagged")) return into.set(SystemFlag::Flagged);
  if (equal_nocase(name, "Deleted")) return into.set(SystemFlag::Deleted);
  if (equal_nocase(name, "Draft")) return into.set(SystemFlag::Draft);
  fail("a flag that can be set");
}

Flags Scanner::flag_list() {
  Flags made;
  expect("(");
  if (maybe(")")) return made;
  do flag(made);
  while (maybe(" "));
  expect(")");
  return failed() ? Flags() : made;
}

}  // namespace postroad::imap
