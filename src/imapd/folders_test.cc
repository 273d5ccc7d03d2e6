#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("CREATE") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE Work", "[MAILBOXID (f");
  peer.no("CREATE Work", "[ALREADYEXISTS]");
  peer.ok("CREATE Lists/");
  peer.ok("CREATE a/b/c");
  peer.ok("STATUS a/b (MESSAGES)");
  peer.no("CREATE INBOX");
  peer.no("CREATE inbox");
  peer.ok("CREATE inbox/Child");
  peer.ok("LIST \"\" INBOX/*");
  CHECK(peer.told_with("INBOX/Child"));
  peer.ok("CREATE Entw&APw-rfe");
  peer.ok("STATUS Entw&APw-rfe (MESSAGES)");
  CHECK(peer.told("STATUS Entw&APw-rfe (MESSAGES 0)"));
}

TEST_CASE("CREATE refuses names that can't be") {
  Node node;
  Peer peer(node, kAlice);
  for (const auto* name : {"\"a//b\"", "\"/a\"", "\"..\"", "\"a/../b\"", "\".\"", "\"a%\"", "\"a*\"", "\"a//\""}) {
    CAPTURE(name);
    peer.no(std::string("CREATE ") + name, "[CANNOT]");
  }
  for (const auto* name : {"\"\"", "a&b", "&AGE-", "\"\xc3\xbc\"", "\"a\x01\"", "{1}\r\n\x7f"}) {
    CAPTURE(name);
    peer.bad(std::string("CREATE ") + name);
  }
  peer.bad(std::string("CREATE {3+}\r\na\0b", 16));
  peer.bad("RENAME INBOX {3+}\r\n" + std::string("\0xy", 3));
  std::string deep = "x";
  for (int i = 0; i < 200; ++i) deep += "/x";
  peer.no("CREATE " + deep, "[CANNOT]");
  peer.bad("CREATE " + std::string(20'000, 'x'));
}

TEST_CASE("names that differ in case are two, but INBOX is one") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE Work");
  peer.ok("CREATE work");
  peer.no("CREATE InBoX", "[ALREADYEXISTS]");
  peer.ok("CREATE inbox/a");
  peer.no("CREATE INBOX/a", "[ALREADYEXISTS]");
  peer.ok("CREATE INBOX/A");
  peer.ok("RENAME work WORK");
  peer.ok("LIST \"\" W%");
  CHECK(peer.untagged().size() == 2);
}

TEST_CASE("a mailbox's name is as deep as it may be, also after a RENAME") {
  Node node;
  Peer peer(node, kAlice);
  std::string deep = "a";
  for (int i = 1; i < 20; ++i) deep += "/a";
  peer.ok("CREATE " + deep);
  peer.no("CREATE " + deep + "/a", "[CANNOT]");
  peer.no("RENAME a b/a", "[CANNOT]");
  peer.ok("STATUS " + deep + " (MESSAGES)");
  peer.bad("CREATE " + std::string(9'999, '/'));
}

TEST_CASE("CREATE with a special use") {
  Node node;
  Peer peer(node, kAlice);
  peer.no("CREATE Out (USE (\\Sent))");  // there is one already
  peer.no("CREATE Every (USE (\\All))", "[USEATTR]");
  peer.no("CREATE Two (USE (\\Sent \\Trash))", "[USEATTR]");
  peer.bad("CREATE X (USE (\\Nope))");
}

TEST_CASE("a special use is free again when its mailbox is deleted, and moves with a RENAME") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("DELETE Junk");
  peer.ok("CREATE Spam (USE (\\Junk))");
  peer.ok("RENAME Spam Bulk");
  peer.ok("LIST \"\" *");
  CHECK(peer.told("LIST (\\HasNoChildren \\Junk) \"/\" Bulk"));
  CHECK_FALSE(peer.told_with(" Spam"));
}

TEST_CASE("DELETE") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE Work/Old");
  peer.ok("DELETE Work/Old");
  peer.no("DELETE Work/Old", "[NONEXISTENT]");
  peer.no("DELETE INBOX");
  peer.no("SELECT Work/Old", "[NONEXISTENT]");
}

TEST_CASE("DELETE leaves children standing") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE a/b");
  peer.ok("DELETE a");
  peer.ok("LIST \"\" a*");
  CHECK(peer.told("LIST (\\HasChildren \\Noselect) \"/\" a"));
  CHECK(peer.told("LIST (\\HasNoChildren) \"/\" a/b"));
  peer.no("SELECT a");
}

TEST_CASE("RENAME") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE a/b");
  peer.append(mail("kept"), "a/b");
  peer.ok("RENAME a c");
  peer.ok("STATUS c/b (MESSAGES)");
  CHECK(peer.told("STATUS c/b (MESSAGES 1)"));
  peer.no("SELECT a/b", "[NONEXISTENT]");
  peer.no("RENAME a d", "[NONEXISTENT]");
  peer.ok("CREATE d");
  peer.no("RENAME c d", "[ALREADYEXISTS]");
  peer.no("RENAME c c/b/e");
  peer.no("RENAME c INBOX");
}

TEST_CASE("RENAME of INBOX moves its messages and leaves it empty") {
  Node node;
  Peer peer(node, kAlice);
  peer.append(mail("one"));
  peer.ok("RENAME INBOX Archive-2026");
  peer.ok("STATUS Archive-2026 (MESSAGES)");
  CHECK(peer.told("STATUS Archive-2026 (MESSAGES 1)"));
  peer.ok("STATUS INBOX (MESSAGES)");
  CHECK(peer.told("STATUS INBOX (MESSAGES 0)"));
}

TEST_CASE("SUBSCRIBE and UNSUBSCRIBE, of names that need not exist") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("SUBSCRIBE Nowhere/At/All");
  peer.ok("LSUB \"\" Nowhere*");
  CHECK(peer.told("LSUB (\\Noselect) \"/\" Nowhere/At/All"));
  peer.ok("LIST \"\" Nowhere*");
  CHECK(peer.untagged().empty());
  peer.ok("UNSUBSCRIBE Nowhere/At/All");
  peer.ok("LSUB \"\" Nowhere*");
  CHECK(peer.untagged().empty());
}
