#include "imapd/testing.h"

using namespace postroad::imapd::testing;

namespace {

// The names that LIST or LSUB told.
std::string names(const Peer& peer) {
  std::string made;
  for (const auto& response : peer.untagged()) made += (made.empty() ? "" : " ") + response.substr(response.rfind(' ') + 1);
  return made;
}

}  // namespace

TEST_CASE("LIST: the separator, and patterns") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("LIST \"\" \"\"");
  CHECK(peer.told("LIST (\\Noselect) \"/\" \"\""));
  peer.ok("CREATE a/b/c");
  struct Case {
    const char* arguments;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"\"\" a", "a"},         {"\"\" a/%", "a/b"},    {"\"\" a/*", "a/b a/b/c"}, {"a/ %", "a/b"},
      {"a/b c", ""},           {"\"\" A", ""},         {"\"\" inbox", "INBOX"},   {"\"\" \"a/%/%\"", "a/b/c"},
      {"\"\" {1}\r\na", "a"},  {"\"\" nothing*", ""},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.arguments);
    peer.ok(std::string("LIST ") + row.arguments);
    CHECK(names(peer) == row.want);
  }
}

TEST_CASE("LIST tells children and special uses") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE a/b");
  peer.ok("LIST \"\" *");
  CHECK(peer.told("LIST (\\HasNoChildren) \"/\" INBOX"));
  CHECK(peer.told("LIST (\\HasNoChildren \\Sent) \"/\" Sent"));
  CHECK(peer.told("LIST (\\HasNoChildren \\Trash) \"/\" Trash"));
  CHECK(peer.told("LIST (\\HasChildren) \"/\" a"));
}

TEST_CASE("LIST with many wildcards costs no more than another") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE " + std::string(200, 'a'));
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  peer.ok("LIST \"\" " + pattern + "b");
  CHECK(peer.untagged().empty());
  peer.bad("LIST \"\" " + std::string(600, '*'));
}

TEST_CASE("LSUB tells parents of subscribed names where only they match") {
  Node node;
  Peer peer(node, kAlice);
  peer.ok("CREATE x/y/z");
  peer.ok("UNSUBSCRIBE x");
  peer.ok("UNSUBSCRIBE x/y");
  peer.ok("SUBSCRIBE x/y/z");
  peer.ok("LSUB \"\" x/%");
  CHECK(peer.told("LSUB (\\Noselect) \"/\" x/y"));
  peer.ok("LSUB \"\" x/*");
  CHECK(peer.told("LSUB () \"/\" x/y/z"));
  peer.ok("LSUB \"\" \"\"");
  CHECK(peer.told("LSUB (\\Noselect) \"/\" \"\""));
}

TEST_CASE("STATUS") {
  Node node;
  Peer peer(node, kAlice);
  peer.append("Subject: x\r\n\r\n12345\r\n");
  peer.append("Subject: y\r\n\r\n", "INBOX", "(\\Seen)");
  peer.ok("STATUS inbox (MESSAGES RECENT UIDNEXT UNSEEN SIZE APPENDLIMIT)");
  CHECK(peer.told("STATUS INBOX (MESSAGES 2 RECENT 2 UIDNEXT 3 UNSEEN 1 SIZE 35 APPENDLIMIT 52428800)"));
  peer.ok("STATUS INBOX (MAILBOXID HIGHESTMODSEQ UIDVALIDITY)");
  CHECK(peer.told_with("(MAILBOXID (f"));
  CHECK(peer.told_with(" HIGHESTMODSEQ "));
  peer.no("STATUS Nowhere (MESSAGES)", "[NONEXISTENT]");
  peer.bad("STATUS INBOX (NOPE)");
  peer.bad("STATUS INBOX ()");
  peer.ok("SELECT INBOX");
  peer.ok("STATUS INBOX (MESSAGES)");
  peer.ok("STORE 1 +FLAGS (\\Flagged)");
  CHECK(peer.told_with("MODSEQ ("));  // since HIGHESTMODSEQ was asked for.  rfc7162 3.1

  Peer other(node, kAlice, "INBOX");
  other.ok("STORE 1 -FLAGS (\\Flagged)");
  CHECK_FALSE(other.told_with("MODSEQ ("));
  other.ok("STATUS Sent (HIGHESTMODSEQ)");
  CHECK(other.told_with("OK [HIGHESTMODSEQ "));
}
