#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("COPY") {
  Node node;
  Peer peer(node, kAlice);
  for (int i = 0; i < 3; ++i) peer.append(mail("x"), "INBOX", "(\\Seen work)");
  peer.ok("SELECT INBOX");
  peer.ok("COPY 1,3 Archive", " 1,3 1:2] copied");
  CHECK(peer.tagged().starts_with("OK [COPYUID "));
  peer.ok("UID COPY 2:77 Archive", " 2:3 3:4] copied");
  peer.ok("UID COPY 77 Archive", "no such message");
  peer.no("COPY 1 Nowhere", "[TRYCREATE]");
  peer.bad("COPY 4 Archive");
  peer.ok("SELECT Archive");
  CHECK(peer.told("4 EXISTS"));
  peer.ok("FETCH 1 FLAGS");
  CHECK(peer.told_with("\\Seen work"));
  peer.ok("COPY 1 INBOX");
  peer.ok("COPY 1 Archive");
  CHECK(peer.told("5 EXISTS"));
}

TEST_CASE("MOVE") {
  Node node;
  Peer peer(node, kAlice);
  for (int i = 0; i < 4; ++i) peer.append(mail("x"));
  peer.ok("SELECT INBOX");
  peer.ok("MOVE 2:3 Trash");
  REQUIRE(peer.untagged().size() == 3);
  CHECK(peer.untagged()[0].starts_with("OK [COPYUID "));
  CHECK(peer.untagged()[0].contains(" 2:3 1:2]"));
  CHECK(peer.untagged()[1] == "2 EXPUNGE");
  CHECK(peer.untagged()[2] == "2 EXPUNGE");
  peer.ok("UID MOVE 4 Trash");
  CHECK(peer.told("2 EXPUNGE"));
  peer.no("MOVE 1 Nowhere", "[TRYCREATE]");
  peer.ok("UID MOVE 99 Trash");
  CHECK(peer.untagged().empty());
  peer.ok("STATUS Trash (MESSAGES)");
  CHECK(peer.told("STATUS Trash (MESSAGES 3)"));
}
