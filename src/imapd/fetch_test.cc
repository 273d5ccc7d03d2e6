#include "imapd/testing.h"

using namespace postroad::imapd::testing;

namespace {

constexpr std::string_view kMixed =
    "From: A <a@x.org>\r\nTo: b@y.org\r\nSubject: mixed\r\nX-Long: one\r\n two\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n"
    "--b--\r\n";

std::string literal(std::string_view text) { return "{" + std::to_string(text.size()) + "}\r\n" + std::string(text); }

}  // namespace

TEST_CASE("FETCH of what the placement tells") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"), "INBOX", "(\\Seen)");
  peer.append(mail("two"));
  peer.ok("SELECT INBOX");
  peer.ok("FETCH 1:2 (UID FLAGS)");
  CHECK(peer.untagged() == std::vector<std::string>{"1 FETCH (UID 1 FLAGS (\\Seen \\Recent))",
                                                    "2 FETCH (UID 2 FLAGS (\\Recent))"});
  peer.ok("UID FETCH 2 RFC822.SIZE");
  CHECK(peer.told("2 FETCH (UID 2 RFC822.SIZE " + std::to_string(mail("two").size()) + ")"));
  peer.ok("FETCH * UID");
  CHECK(peer.told("2 FETCH (UID 2)"));
  peer.ok("FETCH 1 FAST");
  CHECK(peer.told_with("INTERNALDATE \""));
}

TEST_CASE("FETCH ENVELOPE, BODY and BODYSTRUCTURE") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("hello"));
  peer.ok("SELECT INBOX");
  peer.ok("FETCH 1 ENVELOPE");
  CHECK(peer.told(R"x(1 FETCH (ENVELOPE ("Mon, 23 Nov 2026 12:00:00 +0100" "hello" (("A" NIL "a" "x.org")))x"
                  R"x( (("A" NIL "a" "x.org")) (("A" NIL "a" "x.org")) ((NIL NIL "b" "y.org")) NIL NIL NIL "<5@x>")))x"));
  peer.ok("FETCH 1 (BODY BODYSTRUCTURE)");
  CHECK(peer.told(R"(1 FETCH (BODY ("text" "plain" NIL NIL NIL "7bit" 6 1))"
                  R"( BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 6 1 NIL NIL NIL NIL)))"));
}

TEST_CASE("FETCH BODY[...]: every section") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(kMixed);
  peer.ok("SELECT INBOX");
  const auto header = std::string(kMixed.substr(0, kMixed.find("\r\n\r\n") + 4));
  const auto body = std::string(kMixed.substr(header.size()));
  struct Case {
    const char* item;
    const char* label;
    std::string want;
  };
  const Case cases[] = {
      {"BODY.PEEK[]", "BODY[]", literal(kMixed)},
      {"RFC822.HEADER", "RFC822.HEADER", literal(header)},
      {"BODY.PEEK[HEADER]", "BODY[HEADER]", literal(header)},
      {"BODY.PEEK[TEXT]", "BODY[TEXT]", literal(body)},
      {"BODY.PEEK[1]", "BODY[1]", literal("first")},
      {"BODY.PEEK[1.MIME]", "BODY[1.MIME]", literal("Content-Type: text/plain\r\n\r\n")},
      {"BODY.PEEK[2]", "BODY[2]", literal("Subject: inner\r\n\r\ninner text")},
      {"BODY.PEEK[2.HEADER]", "BODY[2.HEADER]", literal("Subject: inner\r\n\r\n")},
      {"BODY.PEEK[2.TEXT]", "BODY[2.TEXT]", literal("inner text")},
      {"BODY.PEEK[2.1]", "BODY[2.1]", literal("inner text")},
      {"BODY.PEEK[2.HEADER.FIELDS (SUBJECT)]", "BODY[2.HEADER.FIELDS (SUBJECT)]", literal("Subject: inner\r\n\r\n")},
      {"BODY.PEEK[HEADER.FIELDS (x-long to)]", "BODY[HEADER.FIELDS (X-LONG TO)]",
       literal("To: b@y.org\r\nX-Long: one\r\n two\r\n\r\n")},
      {"BODY.PEEK[HEADER.FIELDS.NOT (x-long to from content-type)]",
       "BODY[HEADER.FIELDS.NOT (X-LONG TO FROM CONTENT-TYPE)]", literal("Subject: mixed\r\n\r\n")},
      {"BODY.PEEK[HEADER.FIELDS (NOPE)]", "BODY[HEADER.FIELDS (NOPE)]", literal("\r\n")},
      {"BODY.PEEK[3]", "BODY[3]", "NIL"},
      {"BODY.PEEK[1.1]", "BODY[1.1]", "NIL"},
      {"BODY.PEEK[1.HEADER]", "BODY[1.HEADER]", "NIL"},
  };
  for (const auto& row : cases) {
    CAPTURE(row.item);
    peer.ok(std::string("FETCH 1 ") + row.item);
    CHECK(peer.untagged() == std::vector<std::string>{std::string("1 FETCH (") + row.label + " " + row.want + ")"});
  }
}

TEST_CASE("FETCH BODY[]<...>: partial ranges") {
  Node node;
  Peer peer(node, kAlice);
  peer.append("0123456789");
  peer.ok("SELECT INBOX");
  struct Case {
    const char* partial;
    const char* offset;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"<0.4>", "<0>", "0123"},        {"<4.100>", "<4>", "456789"},       {"<10.1>", "<10>", ""},
      {"<99.1>", "<99>", ""},          {"<0.4294967295>", "<0>", "0123456789"},
      {"<4294967295.4294967295>", "<4294967295>", ""},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.partial);
    peer.ok(std::string("FETCH 1 BODY.PEEK[]") + row.partial);
    CHECK(peer.told(std::string("1 FETCH (BODY[]") + row.offset + " " + literal(row.want) + ")"));
  }
  peer.bad("FETCH 1 BODY[]<0.0>");
  peer.bad("FETCH 1 BODY[]<0.4294967296>");
}

TEST_CASE("FETCH of a body sets \\Seen and tells it, unless it peeks") {
  Node node;
  Peer peer(node, kAlice);
  peer.append("Subject: x\r\n\r\ntext\r\n");
  peer.ok("SELECT INBOX");
  peer.ok("FETCH 1 (BODY.PEEK[] RFC822.HEADER)");
  CHECK_FALSE(peer.told_with("FLAGS"));
  peer.ok("FETCH 1 BODY[TEXT]");
  CHECK(peer.told("1 FETCH (BODY[TEXT] " + literal("text\r\n") + " FLAGS (\\Seen \\Recent))"));
  peer.ok("FETCH 1 BODY[TEXT]");
  CHECK_FALSE(peer.told_with("FLAGS"));
  peer.ok("NOOP");
  CHECK(peer.untagged().empty());
}

TEST_CASE("FETCH by numbers that there aren't") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.bad("FETCH 1 FLAGS");
  peer.bad("FETCH * FLAGS");
  peer.bad("FETCH 1:* FLAGS");
  peer.ok("UID FETCH 1:* FLAGS");
  peer.ok("UID FETCH * FLAGS");
  CHECK(peer.untagged().empty());
  peer.append(mail("x"));
  peer.bad("FETCH 2 FLAGS");
  peer.bad("FETCH 1:2 FLAGS");
  peer.bad("FETCH 0 FLAGS");
  peer.ok("UID FETCH 5:* UID");  // rfc3501 9: * is the greatest, whichever side it stands on
  CHECK(peer.told("1 FETCH (UID 1)"));
  peer.ok("UID FETCH 4294967295 UID");
  CHECK(peer.untagged().empty());
  peer.bad("UID FETCH 4294967296 UID");
}

TEST_CASE("FETCH: mod-sequences") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.append(mail("two"));
  peer.ok("SELECT INBOX");
  peer.ok("FETCH 1 (MODSEQ)");
  REQUIRE(peer.untagged().size() == 2);
  CHECK(peer.untagged()[0].starts_with("OK [HIGHESTMODSEQ "));
  const auto text = peer.untagged()[1];
  const auto modseq = std::stoull(text.substr(text.rfind('(') + 1));
  peer.ok("FETCH 1:2 FLAGS (CHANGEDSINCE " + std::to_string(modseq) + ")");
  CHECK(peer.untagged().size() == 1);
  CHECK(peer.told_with("2 FETCH (FLAGS (\\Recent) MODSEQ ("));
  peer.ok("STORE 1 FLAGS (\\Flagged)");
  CHECK(peer.told_with("MODSEQ ("));
  peer.ok("UID FETCH 1:* FLAGS (CHANGEDSINCE 9223372036854775807)");
  CHECK(peer.untagged().empty());
  peer.bad("FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775808)");
}

TEST_CASE("FETCH: ids, which COPY keeps") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.ok("SELECT INBOX");
  peer.ok("FETCH 1 (EMAILID THREADID)");
  const auto ids = peer.untagged().at(0);
  CHECK(ids.starts_with("1 FETCH (EMAILID (e"));
  CHECK(ids.contains(" THREADID (t"));
  peer.ok("COPY 1 Archive");
  peer.ok("SELECT Archive");
  peer.ok("FETCH 1 (EMAILID THREADID)");
  CHECK(peer.told(ids));
}

TEST_CASE("a message that can't be read doesn't hide the others") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  std::string large = mail("two", "");
  while (large.size() < 300'000) large += "line\r\n";
  peer.append(large);
  peer.append(mail("three"));
  peer.ok("SELECT INBOX");
  for (const auto& [id, bytes] : node.disk.bodies())
    if (bytes.size() > 250'000) node.disk.damage_body(id);
  peer.no("FETCH 1:3 (UID BODY.PEEK[])", "[SERVERBUG]");
  CHECK(peer.untagged().size() == 2);
  CHECK(peer.told_with("1 FETCH (UID 1 "));
  CHECK(peer.told_with("3 FETCH (UID 3 "));
  peer.ok("NOOP");
}

TEST_CASE("a client that does not read holds its session up, not the server") {
  Node node({.allow_plaintext = true, .peer_timeout = 60s});
  Peer slow(node, kAlice);
  std::string large = mail("large", "");
  while (large.size() < 2'000'000) large += "line\r\n";
  slow.append(large);
  slow.ok("SELECT INBOX");
  slow.start("FETCH 1 BODY.PEEK[]");
  node.world.run_for(10s);
  Peer other(node, kAlice, "INBOX");
  other.ok("FETCH 1 FLAGS");
  node.world.run_for(120s);
  CHECK(node.server->sessions() == 1);
}
