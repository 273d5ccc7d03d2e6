#include "migration/imap/scanner.h"

#include "base/text.h"
#include "migration/limits.h"

namespace postroad::migration::imap {
namespace {

constexpr CharClass kAtomChar = CharClass::range(0x21, 0xff) - CharClass("()\"{\x7f");

void add_flag(std::string_view text, mailbox::Flags& into) {
  struct Known {
    std::string_view name;
    mailbox::SystemFlag flag;
  };
  constexpr Known kKnown[] = {{"\\Seen", mailbox::kSeen},
                              {"\\Answered", mailbox::kAnswered},
                              {"\\Flagged", mailbox::kFlagged},
                              {"\\Deleted", mailbox::kDeleted},
                              {"\\Draft", mailbox::kDraft}};
  for (const auto& each : kKnown)
    if (equal_nocase(each.name, text)) into.system |= each.flag;
  if (into.keywords.size() < mailbox::kKeywords && mailbox::is_keyword(text)) into.keywords.emplace_back(text);
}

}  // namespace

std::string Scanner::atom(std::string_view what) { return std::string(run(kAtomChar, 1, what)); }

std::string Scanner::quoted() {
  std::string made;
  expect("\"");
  while (!failed()) {
    auto byte = take(1, "closing quote");
    if (byte == "\"") break;
    if (byte == "\\") byte = take(1, "quoted character");
    if (byte == "\r" || byte == "\n") fail("closing quote");
    made += byte;
  }
  return failed() ? std::string() : made;
}

std::string Scanner::literal() {
  maybe("~");  // rfc3516 4.2
  expect("{");
  const auto size = number(kLiteralBytes, "a literal's size");
  maybe("+");
  expect("}");
  if (!maybe("\r\n")) expect("\n");
  return std::string(take(size, "literal"));
}

std::string Scanner::string() { return peek() == '"' ? quoted() : literal(); }

std::string Scanner::astring(std::string_view what) {
  const char next = peek();
  return next == '"' || next == '{' || next == '~' ? string() : atom(what);
}

std::optional<std::string> Scanner::nstring() {
  if (maybe("NIL")) return std::nullopt;
  return string();
}

char Scanner::delimiter() {
  const auto text = nstring();
  if (!text || text->empty()) return 0;
  if (text->size() > 1) fail("a delimiter of one character");
  return failed() ? '\0' : text->front();
}

mailbox::Flags Scanner::flags() {
  mailbox::Flags made;
  expect("(");
  for (spaces(); !failed() && !maybe(")"); spaces()) add_flag(atom("flag"), made);
  return failed() ? mailbox::Flags() : made;
}

void Scanner::skip_value() {
  int depth = 0;
  do {
    spaces();
    if (maybe("(")) {
      if (++depth > kNesting) fail("fewer lists in lists");
    } else if (depth > 0 && maybe(")")) {
      --depth;
    } else {
      astring("a value");
    }
  } while (depth > 0 && !failed());
}

}  // namespace postroad::migration::imap
