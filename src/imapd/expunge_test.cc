#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("EXPUNGE tells each number as it is after those before") {
  Node node;
  Peer peer(node, kAlice);
  for (const auto* flags : {"()", "(\\Deleted)", "(\\Deleted)", "()", "(\\Deleted)"}) peer.append(mail("x"), "INBOX", flags);
  peer.ok("SELECT INBOX");
  peer.ok("EXPUNGE");
  CHECK(peer.untagged() == std::vector<std::string>{"2 EXPUNGE", "2 EXPUNGE", "3 EXPUNGE"});
  peer.ok("UID SEARCH ALL");
  CHECK(peer.told("SEARCH 1 4"));
  peer.ok("EXPUNGE");
  CHECK(peer.untagged().empty());
}

TEST_CASE("UID EXPUNGE leaves what it doesn't name") {
  Node node;
  Peer peer(node, kAlice);
  for (int i = 0; i < 3; ++i) peer.append(mail("x"), "INBOX", "(\\Deleted)");
  peer.append(mail("x"));
  peer.ok("SELECT INBOX");
  peer.ok("UID EXPUNGE 2,4,77");
  CHECK(peer.untagged() == std::vector<std::string>{"2 EXPUNGE"});
  peer.ok("UID SEARCH ALL");
  CHECK(peer.told("SEARCH 1 3 4"));
  peer.bad("UID EXPUNGE");
  peer.bad("UID EXPUNGE 0");
}

TEST_CASE("an expunged UID is never given again") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  CHECK(peer.append(mail("x"), "INBOX", "(\\Deleted)") == "1");
  peer.ok("EXPUNGE");
  CHECK(peer.append(mail("x")) == "2");
}
