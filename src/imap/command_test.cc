#include "imap/command.h"

#include <doctest/doctest.h>

#include "imap/append.h"
#include "imap/folder.h"
#include "imap/limits.h"
#include "imap/sign_in.h"
#include "imap/store.h"

using namespace postroad::imap;
using postroad::Result;

namespace {

template <class T>
std::string failure(const Result<T>& result) {
  return result ? "" : result.error().text;
}

}  // namespace

TEST_CASE("a command splits into tag, name and arguments") {
  struct Case {
    const char* text;
    const char* tag;
    const char* name;
    const char* rest;
  };
  constexpr Case kCases[] = {
      {"a1 NOOP", "a1", "NOOP", ""},
      {"a1 noop x", "a1", "NOOP", " x"},
      {"* select INBOX", "", "", ""},
      {"a1 uid fetch 1 UID", "a1", "UID FETCH", " 1 UID"},
      {"a1 UID", "a1", "", ""},
      {"a1 UID ", "a1", "", ""},
      {"a1", "a1", "", ""},
      {"a1 ", "a1", "", ""},
      {"", "", "", ""},
      {" NOOP", "", "", ""},
      {"+ NOOP", "", "", ""},
      {"a+1 NOOP", "a", "", ""},
      {"a1  NOOP", "a1", "", ""},
      {"a1\tNOOP", "a1", "", ""},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    const auto got = split_command(row.text);
    CHECK(got.tag == row.tag);
    CHECK(got.name == row.name);
    CHECK(got.arguments.rest() == row.rest);
  }
  CHECK(split_command(std::string(kTagBytes + 1, 't') + " NOOP").tag.empty());
}

TEST_CASE("LOGIN") {
  struct Case {
    const char* text;
    const char* name;
    const char* password;
    const char* error;
  };
  constexpr Case kCases[] = {
      {" alice secret", "alice", "secret", ""},
      {R"( "al ice" "\"q\"")", "al ice", "\"q\"", ""},
      {" {5}\r\nalice {3+}\r\na b", "alice", "a b", ""},
      {" alice", "", "", "expected space"},
      {" alice ", "", "", "expected password"},
      {" alice secret x", "", "", "expected end of command"},
      {"", "", "", "expected space"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    const auto got = parse_login(Scanner(row.text));
    CHECK(failure(got) == row.error);
    if (!got) continue;
    CHECK(got->name == row.name);
    CHECK(got->password == row.password);
  }
}

TEST_CASE("AUTHENTICATE, with and without an initial response") {
  CHECK(parse_authenticate(Scanner(" plain"))->mechanism == "PLAIN");
  CHECK_FALSE(parse_authenticate(Scanner(" PLAIN"))->initial_response);
  CHECK(parse_authenticate(Scanner(" PLAIN AGE="))->initial_response == "AGE=");
  CHECK(parse_authenticate(Scanner(" PLAIN ="))->initial_response == "=");
  CHECK(failure(parse_authenticate(Scanner(" PLAIN !"))) == "expected initial response in base64");
}

TEST_CASE("ID: pairs, NIL values left out, bounded") {
  CHECK(parse_id(Scanner(" NIL"))->fields.empty());
  CHECK(parse_id(Scanner(" ()"))->fields.empty());
  const auto got = parse_id(Scanner(R"( ("name" "x" "version" NIL "os" "y"))"));
  REQUIRE(got);
  CHECK(got->fields == std::vector<std::pair<std::string, std::string>>{{"name", "x"}, {"os", "y"}});
  CHECK(failure(parse_id(Scanner(R"( ("name"))"))) == "expected space");
  CHECK(failure(parse_id(Scanner(R"( (name x))"))) == "expected string");
  std::string many = " (\"n\" \"v\"";
  for (std::size_t i = 0; i < kIdPairs; ++i) many += " \"n\" \"v\"";
  CHECK(failure(parse_id(Scanner(many + ")"))) == "expected fewer fields");
}

TEST_CASE("CREATE") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
    const char* error;
  };
  constexpr Case kCases[] = {
      {"plain", " Work", "Work", ""},
      {"trailing separator", " Work/", "Work", ""},
      {"no name", " ", "", "expected mailbox"},
      {"special use", " X (USE (\\Sent \\Archive))", "X", ""},
      {"unknown use", " X (USE (\\Nope))", "", "expected a special use of rfc6154"},
      {"unclosed use", " X (USE (\\Sent)", "", "expected ))"},
      {"more", " X Y", "", "expected end of command"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto got = parse_create(Scanner(row.text));
    CHECK(failure(got) == row.error);
    if (got) CHECK(got->name == row.want);
  }
}

TEST_CASE("LIST: empty reference, empty pattern, wildcards in atoms") {
  const auto got = parse_list(Scanner(R"( "" Entw&APw-*%)"));
  REQUIRE(got);
  CHECK(got->reference.empty());
  CHECK(got->pattern == "Entw\xc3\xbc*%");
  CHECK(parse_list(Scanner(R"( "" "")"))->pattern.empty());
  CHECK(failure(parse_list(Scanner(" INBOX"))) == "expected space");
  CHECK(failure(parse_list(Scanner(" \"\" " + std::string(kPatternBytes + 1, '*')))) == "expected a shorter mailbox name");
}

TEST_CASE("STATUS takes each item once") {
  const auto got = parse_status(Scanner(" INBOX (messages UNSEEN MESSAGES SIZE HIGHESTMODSEQ MAILBOXID)"));
  REQUIRE(got);
  using enum StatusItem;
  CHECK(got->items == std::vector{Messages, Unseen, Size, HighestModSeq, MailboxId});
  CHECK(failure(parse_status(Scanner(" INBOX ()"))) == "expected status item");
  CHECK(failure(parse_status(Scanner(" INBOX (X)"))) == "expected status item");
  CHECK(failure(parse_status(Scanner(" INBOX MESSAGES"))) == "expected  (");
}

TEST_CASE("APPEND reads up to the message") {
  struct Case {
    const char* name;
    const char* text;
    const char* flags;
    bool has_date;
    std::uint64_t size;
    const char* error;
  };
  constexpr Case kCases[] = {
      {"plain", " INBOX {310}", "", false, 310, ""},
      {"line end", " INBOX {310}\r\n", "", false, 310, ""},
      {"flags", " INBOX (\\Seen work) {310+}", "\\Seen work", false, 310, ""},
      {"date", " INBOX \" 1-Feb-1994 21:52:25 -0800\" {1}", "", true, 1, ""},
      {"both", " INBOX () \" 1-Feb-1994 21:52:25 -0800\" {1}", "", true, 1, ""},
      {"mailbox as a literal", " {5}\r\nINBOX {7}", "", false, 7, ""},
      {"the mailbox's literal only", " {5}", "", false, 0, "expected \n"},
      {"no message", " INBOX", "", false, 0, "expected space"},
      {"no literal", " INBOX \"text\"", "", false, 0, "expected day"},
      {"literal8 is not offered", " INBOX ~{310}", "", false, 0, "expected the message as a literal"},
      {"order", " INBOX \" 1-Feb-1994 21:52:25 -0800\" () {1}", "", false, 0, "expected the message as a literal"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto got = parse_append(Scanner(row.text));
    CHECK(failure(got) == row.error);
    if (!got) continue;
    CHECK(got->name == "INBOX");
    CHECK(flags_text(got->flags) == row.flags);
    CHECK(got->internal_date.has_value() == row.has_date);
    CHECK(got->message.size_bytes == row.size);
  }
}

TEST_CASE("STORE") {
  struct Case {
    const char* text;
    Store::How how;
    bool silent;
    const char* flags;
    const char* error;
  };
  constexpr Case kCases[] = {
      {" 1:* FLAGS (\\Seen)", Store::How::Replace, false, "\\Seen", ""},
      {" 1 +flags.silent \\Deleted", Store::How::Add, true, "\\Deleted", ""},
      {" 1 -FLAGS a b", Store::How::Remove, false, "a b", ""},
      {" 1 FLAGS ()", Store::How::Replace, false, "", ""},
      {" 1 (UNCHANGEDSINCE 0) FLAGS ()", Store::How::Replace, false, "", ""},
      {" 1 (UNCHANGEDSINCE 9223372036854775807) FLAGS ()", Store::How::Replace, false, "", ""},
      {" 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS ()", {}, false, "", "expected mod-sequence"},
      {" 1 *FLAGS ()", {}, false, "", "expected FLAGS"},
      {" 1 FLAGS \\Recent", {}, false, "", "expected a flag that can be set"},
      {" 1 FLAGS (", {}, false, "", "expected flag"},
      {" 0 FLAGS ()", {}, false, "", "expected a number above 0"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    const auto got = parse_store(Scanner(row.text));
    CHECK(failure(got) == row.error);
    if (!got) continue;
    CHECK(got->how == row.how);
    CHECK(got->silent == row.silent);
    CHECK(flags_text(got->flags) == row.flags);
  }
}
