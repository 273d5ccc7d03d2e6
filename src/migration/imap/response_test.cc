#include "migration/imap/response.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "migration/limits.h"

namespace postroad::migration::imap {
namespace {

std::string text_of(const mailbox::Flags& flags) {
  std::string made = std::to_string(flags.system);
  for (const auto& keyword : flags.keywords) made += " " + keyword;
  return made;
}

std::string show(const std::vector<Namespace>& all) {
  std::string made;
  for (const auto& each : all) made += "[" + each.prefix + "|" + (each.delimiter == 0 ? "" : std::string(1, each.delimiter)) + "]";
  return made;
}

// What was understood, in one line.
std::string shown(std::string_view text) {
  const auto parsed = parse_response(text);
  if (!parsed) return parsed.error().text;
  if (const auto* status = std::get_if<Status>(&*parsed))
    return "status " + status->tag + "/" + std::to_string(static_cast<int>(status->condition)) + "/" + status->code + "/" +
           status->argument + "/" + status->text;
  if (const auto* more = std::get_if<Continuation>(&*parsed)) return "more " + more->text;
  if (const auto* names = std::get_if<Capabilities>(&*parsed)) {
    std::string made = "capabilities";
    for (const auto& name : names->names) made += " " + name;
    return made;
  }
  if (const auto* listed = std::get_if<Listed>(&*parsed)) {
    std::string made = listed->is_lsub ? "lsub" : "list";
    for (const auto& each : listed->attributes) made += " " + each;
    return made + " |" + (listed->delimiter == 0 ? "" : std::string(1, listed->delimiter)) + "| " + listed->name;
  }
  if (const auto* spaces = std::get_if<Namespaces>(&*parsed))
    return "namespaces " + show(spaces->personal) + show(spaces->others) + show(spaces->shared);
  if (const auto* exists = std::get_if<Exists>(&*parsed)) return "exists " + std::to_string(exists->messages);
  if (const auto* gone = std::get_if<Expunged>(&*parsed)) return "expunged " + std::to_string(gone->number);
  if (const auto* fetched = std::get_if<Fetched>(&*parsed)) {
    std::string made = "fetched " + std::to_string(fetched->number);
    if (fetched->uid) made += " uid " + std::to_string(*fetched->uid);
    if (fetched->size_bytes) made += " size " + std::to_string(*fetched->size_bytes);
    if (fetched->flags) made += " flags " + text_of(*fetched->flags);
    if (fetched->internal_date) made += " at " + std::to_string(fetched->internal_date->time_since_epoch().count() / 1'000'000);
    if (fetched->header) made += " header " + *fetched->header;
    if (fetched->has_body) made += " body";
    if (fetched->body) made += " body " + *fetched->body;
    return made;
  }
  return "other";
}

struct Case {
  const char* what;
  std::string text;
  std::string want;
};
const Case kCases[] = {
    {"greeting", "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready", "status /0/CAPABILITY/IMAP4rev1 AUTH=PLAIN/ready"},
    {"preauth", "* PREAUTH hello", "status /4///hello"},
    {"bye", "* BYE", "status /3///"},
    {"tagged", "a1 NO [AUTHENTICATIONFAILED] no such luck", "status a1/1/AUTHENTICATIONFAILED//no such luck"},
    {"tagged without text", "a1 OK", "status a1/0///"},
    {"a code that does not end", "* OK [UIDNEXT 5", "status /0///[UIDNEXT 5"},
    {"code with an argument", "* OK [UIDVALIDITY 3857529045] valid", "status /0/UIDVALIDITY/3857529045/valid"},
    {"tagged BYE is none", "a1 BYE x", "expected a response"},
    {"continuation", "+ go on", "more go on"},
    {"bare continuation", "+", "more "},
    {"capabilities", "* CAPABILITY imap4rev1  NAMESPACE", "capabilities IMAP4REV1 NAMESPACE"},
    {"list", "* LIST (\\HasNoChildren \\Sent) \"/\" Sent", "list \\HasNoChildren \\Sent |/| Sent"},
    {"list, quoted, escaped", R"(* LIST () "." "a \"b\" \\c")", "list |.| a \"b\" \\c"},
    {"list with a literal", "* LIST () \"/\" {3}\r\na b", "list |/| a b"},
    {"list, no hierarchy", "* list () NIL INBOX", "list || INBOX"},
    {"list with extended data", "* LIST () \"/\" x (\"CHILDINFO\" (\"SUBSCRIBED\"))", "list |/| x"},
    {"list in 8 bits", "* LIST () \"/\" \"\xff\xfe\"", "list |/| \xff\xfe"},
    {"delimiter of two", "* LIST () \"//\" x", "expected a delimiter of one character"},
    {"lsub", "* LSUB () \"/\" x", "lsub |/| x"},
    {"namespaces", "* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"#shared/\" \"/\" \"X-P\" (\"a\"))(\"#pub\" NIL))",
     "namespaces [INBOX.|.][#shared/|/][#pub|]"},
    {"exists", "* 23 EXISTS", "exists 23"},
    {"expunge", "* 44 EXPUNGE", "expunged 44"},
    {"number too large", "* 4294967296 EXISTS", "expected number"},
    {"fetch", "* 12 FETCH (UID 7 RFC822.SIZE 4286 FLAGS (\\Seen $Work \\Recent \\*) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
     "fetched 12 uid 7 size 4286 flags 1 $Work at 837596665"},
    {"fetch with a body", "* 1 FETCH (UID 5 BODY[] {0}\r\n FLAGS ())", "fetched 1 uid 5 flags 0 body"},
    {"fetch with a partial body", "* 1 FETCH (BODY[]<0> {0}\r\n UID 5)", "fetched 1 uid 5 body"},
    {"fetch with a quoted body", "* 1 FETCH (BODY[] \"hi\" UID 5)", "fetched 1 uid 5 body hi"},
    {"fetch without a body", "* 1 FETCH (BODY[] NIL UID 5)", "fetched 1 uid 5"},
    {"fetch of header fields", "* 1 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID \"DATE\")] {4}\r\nA: b UID 5)", "fetched 1 uid 5 header A: b"},
    {"fetch with what nobody asked for",
     "* 1 FETCH (MODSEQ (12) X-GM-LABELS (\"\\\\Inbox\" {3}\r\na b (x NIL)) BODYSTRUCTURE (\"a\" (\"b\" NIL) 3) UID 5)", "fetched 1 uid 5"},
    {"a date that is none", "* 1 FETCH (UID 5 INTERNALDATE \"yesterday\")", "fetched 1 uid 5"},
    {"a date with one digit", "* 1 FETCH (UID 5 INTERNALDATE \"7-Jul-1996 02:44:25 +0000\")", "fetched 1 uid 5 at 836707465"},
    {"NIL for a date", "* 1 FETCH (UID 5 INTERNALDATE NIL)", "fetched 1 uid 5"},
    {"huge UID", "* 1 FETCH (UID 99999999999)", "expected UID"},
    {"huge size", "* 1 FETCH (UID 1 RFC822.SIZE 18446744073709551615)", "fetched 1 uid 1 size 18446744073709551615"},
    {"size beyond", "* 1 FETCH (UID 1 RFC822.SIZE 18446744073709551616)", "expected size"},
    {"fetch that does not end", "* 1 FETCH (UID 1", "expected an item"},
    {"literal that does not end", "* 1 FETCH (UID 1 X {30}\r\nabc)", "expected literal"},
    {"nothing", "", "expected a response"},
    {"NUL", std::string("\0\0", 2), "expected a response"},
    {"unknown", "* XYZ 1 2 3", "other"},
    {"unknown, numbered", "* 3 RECENT", "other"},
};

TEST_CASE("responses, as they are understood and as they are refused") {
  for (const auto& [what, text, want] : kCases) {
    CAPTURE(what);
    CHECK(shown(text) == want);
  }
}

TEST_CASE("lists in lists are bounded") {
  const auto nested = [](int depth) {
    return "* 1 FETCH (X " + std::string(static_cast<std::size_t>(depth), '(') + "a" + std::string(static_cast<std::size_t>(depth), ')') + " UID 5)";
  };
  CHECK(shown(nested(kNesting)) == "fetched 1 uid 5");
  CHECK(shown(nested(kNesting + 1)) == "expected fewer lists in lists");
  CHECK(shown(nested(60'000)) == "expected fewer lists in lists");
}

TEST_CASE("flags that nobody could keep are left out") {
  std::string many = "* 1 FETCH (FLAGS (";
  for (int at = 0; at < 200; ++at) many += "k" + std::to_string(at) + " ";
  many += std::string(300, 'x') + "))";
  const auto parsed = parse_response(many);
  REQUIRE(parsed);
  CHECK(std::get<Fetched>(*parsed).flags->keywords.size() == mailbox::kKeywords);
}

// Lines and literals as they come; `12*` is a message's literal of 12 octets.
std::string assembled(const std::vector<std::string>& pieces) {
  Assembly assembly;
  std::string said;
  for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
    const auto literal = assembly.line(*piece);
    if (!literal) return said + literal.error().text;
    if (!*literal) return said + assembly.text();
    said += std::to_string((*literal)->size_bytes) + ((*literal)->is_body ? "* " : " ");
    if (!(*literal)->is_body && ++piece != pieces.end()) assembly.literal(*piece);
    if (piece == pieces.end()) break;
  }
  return said + "more";
}

TEST_CASE("responses are put together from lines and literals") {
  CHECK(assembled({"* 1 EXISTS\r\n"}) == "* 1 EXISTS");
  CHECK(assembled({"* 1 EXISTS\n"}) == "* 1 EXISTS");
  CHECK(assembled({"* LIST () \"/\" {3}\r\n", "abc", "\r\n"}) == "3 * LIST () \"/\" {3}\r\nabc");
  CHECK(assembled({"* LIST () \"/\" {3+}\r\n", "abc", "\r\n"}) == "3 * LIST () \"/\" {3+}\r\nabc");
  CHECK(assembled({"* 1 FETCH (BODY[] {12}\r\n", " UID 5)\r\n"}) == "12* * 1 FETCH (BODY[] {0}\r\n UID 5)");
  CHECK(assembled({"* 1 FETCH (BODY[]<0> {12}\r\n", " UID 5)\r\n"}) == "12* * 1 FETCH (BODY[]<0> {0}\r\n UID 5)");
  CHECK(assembled({"* 1 FETCH (UID 5 X {2}\r\n", "ab", " BODY[] {12}\r\n", ")\r\n"}) == "2 12* * 1 FETCH (UID 5 X {2}\r\nab BODY[] {0}\r\n)");
}

TEST_CASE("what looks like a literal in a text for people is none") {
  CHECK(assembled({"* OK wait {5}\r\n"}) == "* OK wait {5}");
  CHECK(assembled({"a1 NO wait {5}\r\n"}) == "a1 NO wait {5}");
  CHECK(assembled({"+ go {5}\r\n"}) == "+ go {5}");
  CHECK(assembled({"* LIST {}\r\n"}) == "* LIST {}");
  CHECK(assembled({"* LIST {x1}\r\n"}) == "* LIST {x1}");
}

TEST_CASE("endless responses are refused") {
  CHECK(assembled({"* LIST " + std::string(kResponseBytes, 'x')}) == "expected a shorter response");
  CHECK(assembled({"* LIST () \"/\" {65537}\r\n"}) == "expected a shorter literal");
  CHECK(assembled({"* LIST () \"/\" {99999999999999999999999}\r\n"}) == "expected a shorter literal");
  CHECK(assembled({"* 1 FETCH (BODY[] {99999999999999999999999}\r\n"}) == "18446744073709551615* more");
  CHECK(assembled({"* 1 FETCH (BODY[] {4294967296}\r\n"}) == "4294967296* more");
  std::vector<std::string> many;
  for (int at = 0; at <= kLiterals; ++at) many.insert(many.end(), {"* LIST {1}\r\n", "x"});
  CHECK(assembled(many).ends_with("expected fewer literals"));
}

}  // namespace
}  // namespace postroad::migration::imap
