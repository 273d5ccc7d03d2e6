#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("STORE") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.append(mail("two"), "INBOX", "(\\Seen)");
  peer.ok("SELECT INBOX");
  peer.ok("STORE 1 +FLAGS (\\Flagged work)");
  CHECK(peer.told("FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft work)"));
  CHECK(peer.told("1 FETCH (FLAGS (\\Flagged work \\Recent))"));
  peer.ok("STORE 1:2 -FLAGS (\\Seen \\Flagged)");
  CHECK(peer.told("1 FETCH (FLAGS (work \\Recent))"));
  CHECK(peer.told("2 FETCH (FLAGS (\\Recent))"));
  peer.ok("STORE 2 FLAGS \\Answered \\Draft");
  CHECK(peer.told("2 FETCH (FLAGS (\\Answered \\Draft \\Recent))"));
  peer.ok("STORE 2 FLAGS ()");
  CHECK(peer.told("2 FETCH (FLAGS (\\Recent))"));
  peer.ok("UID STORE 2 FLAGS (WORK)");
  CHECK(peer.told("2 FETCH (UID 2 FLAGS (work \\Recent))"));
  peer.ok("UID STORE 77 FLAGS (work)");
  CHECK(peer.untagged().empty());
  peer.bad("STORE 3 FLAGS ()");
  peer.bad("STORE 1 FLAGS (\\Recent)");
}

TEST_CASE("STORE in silence tells nothing, and others are told") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.ok("SELECT INBOX");
  Peer other(node, kAlice, "INBOX");
  peer.ok("STORE 1 FLAGS.SILENT (\\Seen)");
  CHECK(peer.untagged().empty());
  peer.ok("NOOP");
  CHECK(peer.untagged().empty());
  other.ok("NOOP");
  CHECK(other.told("1 FETCH (UID 1 FLAGS (\\Seen))"));
}

TEST_CASE("STORE in silence tells what somebody else changed before it") {
  Node node;
  Peer peer(node, kAlice);
  for (int i = 0; i < 2; ++i) peer.append(mail("x"));
  peer.ok("SELECT INBOX");
  Peer other(node, kAlice, "INBOX");
  other.ok("STORE 1 +FLAGS (\\Flagged)");
  peer.ok("STORE 1 +FLAGS.SILENT (\\Seen)");
  CHECK(peer.told("1 FETCH (FLAGS (\\Flagged \\Seen \\Recent))"));
  CHECK(peer.untagged().size() == 1);
  other.ok("STORE 2 +FLAGS (\\Flagged)");
  peer.ok("STORE 1 -FLAGS.SILENT (\\Seen)");
  CHECK(peer.told("2 FETCH (UID 2 FLAGS (\\Flagged \\Recent))"));
  CHECK(peer.untagged().size() == 1);
}

TEST_CASE("STORE of a new keyword tells the mailbox's flags once") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.ok("SELECT INBOX");
  peer.ok("STORE 1 +FLAGS (fresh)");
  CHECK(peer.untagged().size() == 3);  // FLAGS, PERMANENTFLAGS, FETCH
  peer.ok("NOOP");
  CHECK(peer.untagged().empty());
  peer.ok("STORE 1 FLAGS.SILENT (\\Seen)");
  CHECK(peer.untagged().empty());
}

TEST_CASE("STORE (UNCHANGEDSINCE ...)") {
  Node node;
  Peer peer(node, kAlice);
  for (int i = 0; i < 3; ++i) peer.append(mail("x"));
  peer.ok("SELECT INBOX (CONDSTORE)");
  peer.ok("FETCH 3 MODSEQ");
  const auto text = peer.untagged().at(0);
  const auto modseq = std::stoull(text.substr(text.rfind('(') + 1));
  peer.ok("STORE 2 +FLAGS (\\Seen)");
  peer.ok("STORE 1:3 (UNCHANGEDSINCE " + std::to_string(modseq) + ") +FLAGS.SILENT (\\Flagged)", "[MODIFIED 2]");
  CHECK(peer.told_with("1 FETCH (MODSEQ ("));
  CHECK(peer.told_with("3 FETCH (MODSEQ ("));
  CHECK_FALSE(peer.told_with("2 FETCH"));
  peer.ok("UID STORE 1:3 (UNCHANGEDSINCE 0) FLAGS ()", "[MODIFIED 1:3]");
  peer.bad("STORE 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS ()");
}

TEST_CASE("an account's keywords are bounded") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("x"));
  peer.ok("SELECT INBOX");
  int stored = 0;
  for (int i = 0; i < 80; ++i) {
    const auto answer = peer.answer_of(peer.start("STORE 1 +FLAGS.SILENT (k" + std::to_string(i) + ")"));
    CHECK_FALSE(answer.starts_with("BAD "));
    if (answer.starts_with("OK ")) ++stored;
  }
  CHECK(stored < 80);
  peer.ok("FETCH 1 FLAGS");
  CHECK(peer.told_with("k0 k1 "));
}
