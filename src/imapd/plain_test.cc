#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("CAPABILITY tells everything, and a stranger how to sign in") {
  Node node;
  Peer peer(node);
  CHECK(peer.greeting.starts_with("* OK [CAPABILITY IMAP4rev1 "));
  peer.ok("CAPABILITY");
  CHECK(peer.told_with(" IDLE "));
  CHECK(peer.told_with(" STARTTLS AUTH=PLAIN AUTH=LOGIN"));
  peer.ok("LOGIN alice@example.org secret", "[CAPABILITY IMAP4rev1 ");
  peer.ok("CAPABILITY");
  for (const auto* name : {"IDLE", "NAMESPACE", "CHILDREN", "UNSELECT", "UIDPLUS", "MOVE", "CONDSTORE", "ESEARCH",
                           "SPECIAL-USE", "OBJECTID", "STATUS=SIZE", "APPENDLIMIT=52428800"}) {
    CAPTURE(name);
    CHECK(peer.told_with(std::string(" ") + name));
  }
  CHECK_FALSE(peer.told_with("AUTH="));
  CHECK_FALSE(peer.told_with("STARTTLS"));
  peer.bad("CAPABILITY x", "expected end of command");
}

TEST_CASE("NOOP and CHECK") {
  Node node;
  Peer peer(node);
  peer.ok("NOOP");
  peer.bad("CHECK", "sign in first");
  peer.ok("LOGIN alice@example.org secret");
  peer.bad("CHECK", "select a mailbox first");
  peer.ok("SELECT INBOX");
  peer.ok("CHECK");
  peer.ok("noop");
}

TEST_CASE("LOGOUT says goodbye before its answer, and closes") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.ok("LOGOUT");
  CHECK(peer.told_with("BYE "));
  CHECK(peer.client().at_end());
  CHECK(node.server->sessions() == 0);
}

TEST_CASE("ID") {
  Node node({.version = "1.0", .allow_plaintext = true});
  Peer peer(node);
  peer.ok("ID NIL");
  CHECK(peer.told("ID (\"name\" \"Postroad\" \"version\" \"1.0\")"));
  peer.ok("ID (\"name\" \"test\" \"version\" NIL)");
  peer.bad("ID (\"name\")");
}

TEST_CASE("ENABLE") {
  Node node;
  Peer peer(node);
  peer.bad("ENABLE CONDSTORE", "sign in first");
  peer.ok("LOGIN alice@example.org secret");
  peer.ok("ENABLE X-UNKNOWN");
  CHECK(peer.told("ENABLED"));
  peer.ok("ENABLE X-UNKNOWN condstore");
  CHECK(peer.told("ENABLED CONDSTORE"));
  peer.bad("ENABLE");
}

TEST_CASE("ENABLE CONDSTORE in a selected mailbox tells where the client starts") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.ok("ENABLE CONDSTORE");
  CHECK(peer.told_with("OK [HIGHESTMODSEQ "));
  peer.ok("ENABLE CONDSTORE");
  CHECK_FALSE(peer.told_with("HIGHESTMODSEQ"));
}

TEST_CASE("NAMESPACE") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("NAMESPACE");
  CHECK(peer.told("NAMESPACE ((\"\" \"/\")) NIL NIL"));
}
