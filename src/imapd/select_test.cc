#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("SELECT tells all that a client needs") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"), "INBOX", "(\\Seen work)");
  peer.append(mail("two"));
  peer.ok("SELECT inbox", "[READ-WRITE]");
  CHECK(peer.told("FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft work)"));
  CHECK(peer.told("OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft work \\*)] kept"));
  CHECK(peer.told("2 EXISTS"));
  CHECK(peer.told("2 RECENT"));
  CHECK(peer.told("OK [UNSEEN 2] first"));
  CHECK(peer.told("OK [UIDNEXT 3] next"));
  CHECK(peer.told_with("OK [UIDVALIDITY "));
  CHECK(peer.told_with("OK [HIGHESTMODSEQ "));
  CHECK(peer.told_with("OK [MAILBOXID (f"));
}

TEST_CASE("only one session finds a message recent") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.ok("EXAMINE INBOX", "[READ-ONLY]");
  CHECK(peer.told("1 RECENT"));
  peer.ok("SELECT INBOX");
  CHECK(peer.told("1 RECENT"));
  peer.ok("FETCH 1 FLAGS");
  CHECK(peer.told("1 FETCH (FLAGS (\\Recent))"));
  Peer later(node, kAlice, "INBOX");
  CHECK(later.told("0 RECENT"));
}

TEST_CASE("a SELECT that fails leaves nothing selected") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.no("SELECT Nowhere", "[NONEXISTENT]");
  peer.bad("FETCH 1 FLAGS", "select a mailbox first");
  peer.bad("SELECT INBOX (QRESYNC (1 2))");
  peer.ok("SELECT INBOX (CONDSTORE)");
}

TEST_CASE("a mailbox selected read-only is not changed") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"), "INBOX", "(\\Deleted)");
  peer.ok("EXAMINE INBOX");
  CHECK(peer.told("OK [PERMANENTFLAGS ()] read only"));
  peer.no("STORE 1 FLAGS (\\Seen)");
  peer.no("EXPUNGE");
  peer.no("UID EXPUNGE 1");
  peer.no("MOVE 1 Trash");
  peer.ok("FETCH 1 BODY[]");
  peer.ok("FETCH 1 FLAGS");
  CHECK(peer.told_with("FLAGS (\\Deleted"));
  peer.ok("COPY 1 Trash");
  peer.ok("CLOSE");
  peer.ok("SELECT INBOX");
  CHECK(peer.told("1 EXISTS"));
}

TEST_CASE("CLOSE expunges in silence; UNSELECT doesn't") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"), "INBOX", "(\\Deleted)");
  peer.ok("SELECT INBOX");
  peer.ok("UNSELECT");
  peer.bad("UNSELECT", "select a mailbox first");
  peer.ok("SELECT INBOX");
  CHECK(peer.told("1 EXISTS"));
  peer.ok("CLOSE");
  CHECK(peer.untagged().empty());
  peer.ok("SELECT INBOX");
  CHECK(peer.told("0 EXISTS"));
  peer.ok("CLOSE");
}
