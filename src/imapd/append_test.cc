#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("APPEND") {
  Node node;
  Peer peer(node, kAlice);
  const auto text = mail("hello");
  peer.ok("APPEND INBOX (\\Seen work) \" 1-Feb-1994 21:52:25 -0800\" {" + std::to_string(text.size()) + "}\r\n" + text,
          "[APPENDUID ");
  CHECK(peer.append(text) == "2");
  peer.ok("SELECT INBOX");
  peer.ok("FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])");
  CHECK(peer.told_with("FLAGS (\\Seen work \\Recent)"));
  CHECK(peer.told_with("INTERNALDATE \" 2-Feb-1994 05:52:25 +0000\""));
  CHECK(peer.told_with("RFC822.SIZE " + std::to_string(text.size())));
  CHECK(peer.told_with("BODY[] {" + std::to_string(text.size()) + "}\r\n" + text));
}

TEST_CASE("a large message is stored whole, through a small memory") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  std::string text = mail("large", "");
  while (text.size() < 3'000'000) text += "line " + std::to_string(text.size()) + "\r\n";
  CHECK(peer.append(text) == "1");
  peer.ok("FETCH 1 BODY.PEEK[]");
  CHECK(peer.told("1 FETCH (BODY[] {" + std::to_string(text.size()) + "}\r\n" + text + ")"));
}

TEST_CASE("APPEND is told to the session that has the mailbox selected") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.append(mail("one"));
  CHECK(peer.told("1 EXISTS"));
}

TEST_CASE("APPEND is refused before its message is asked for") {
  Node node({.allow_plaintext = true, .message_bytes_max = 1000});
  Peer peer(node, kAlice);
  struct Case {
    const char* arguments;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"Nowhere {10}", "NO [TRYCREATE]"},
      {"INBOX {1001}", "NO [TOOBIG]"},
      {"INBOX {99999999999999999999}", "NO [TOOBIG]"},
      {"INBOX {0}", "NO [CANNOT]"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.arguments);
    const auto tag = peer.start(std::string("APPEND ") + row.arguments);
    CHECK(peer.answer_of(tag).starts_with(row.want));
  }
  peer.ok("NOOP");
}

TEST_CASE("a message that comes unasked and is refused is read away") {
  Node node({.allow_plaintext = true, .message_bytes_max = 1000});
  Peer peer(node, kAlice);
  peer.no("APPEND Nowhere {10+}\r\n0123456789", "[TRYCREATE]");
  peer.ok("NOOP");
  Peer stranger(node);
  stranger.bad("APPEND INBOX {10+}\r\n0123456789", "sign in first");
  stranger.ok("NOOP");
}

TEST_CASE("a message that comes unasked and is far too long ends the session") {
  Node node({.allow_plaintext = true, .message_bytes_max = 1000});
  Peer peer(node, kAlice);
  const auto tag = peer.start("APPEND INBOX {1000000000+}\r\nx");
  CHECK(peer.answer_of(tag).starts_with("NO [TOOBIG]"));
  CHECK(peer.told_with("BYE "));
  CHECK(peer.client().at_end());
}

TEST_CASE("what stands behind the message is refused, and nothing stored") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Node node({.allow_plaintext = true}, seed);
    Peer peer(node, kAlice);
    peer.bad("APPEND INBOX {5+}\r\nhello x");
    peer.bad("APPEND INBOX {5+}\r\nhello {5}");
    peer.ok("STATUS INBOX (MESSAGES)");
    CHECK(peer.told("STATUS INBOX (MESSAGES 0)"));
    // A second message that comes unasked can't be told from commands.
    const auto tag = peer.start("APPEND INBOX {5+}\r\nhello {5+}\r\nworld");
    CHECK(peer.answer_of(tag).starts_with("BAD "));
    CHECK(peer.told_with("BYE "));
    CHECK(peer.client().at_end());
  }
}

TEST_CASE("an APPEND that is cut off stores nothing") {
  Node node;
  {
    Peer peer(node, kAlice);
    peer.start("APPEND INBOX {500000+}\r\n" + std::string(400'000, 'x'));
    node.world.run_for(1s);
  }
  node.world.run_until_idle();
  Peer peer(node, kAlice);
  peer.ok("STATUS INBOX (MESSAGES)");
  CHECK(peer.told("STATUS INBOX (MESSAGES 0)"));
}

TEST_CASE("APPEND with flags and dates that can't be is refused, its literal read") {
  Node node;
  Peer peer(node, kAlice);
  peer.bad("APPEND INBOX (\\Recent) {5+}\r\nhello");
  peer.bad("APPEND INBOX \"31-Feb-2024 00:00:00 +0000\" {5+}\r\nhello");
  peer.bad("APPEND INBOX ~{5+}\r\nhello");
  peer.bad("APPEND INBOX hello");
  peer.ok("NOOP");
}

TEST_CASE("a message for which there is no room is refused, and what there is stays") {
  Node node;
  auto draft = postroad::directory::Draft(*node.view.now());
  auto account = postroad::directory::testing::account(kAlice);
  account.quota_bytes = 1000;
  REQUIRE(draft.put_account(account));
  node.view.set(std::move(draft).finish());

  Peer peer(node, kAlice);
  peer.append(mail("first", std::string(500, 'x')));
  peer.no("APPEND INBOX {600}", "[OVERQUOTA]");
  peer.no("APPEND INBOX {600+}\r\n" + std::string(600, 'y'), "[OVERQUOTA]");
  peer.ok("STATUS INBOX (MESSAGES)");
  CHECK(peer.told("STATUS INBOX (MESSAGES 1)"));
}

TEST_CASE("messages on their way in hold a bounded memory, all together") {
  Node node({.allow_plaintext = true, .upload_bytes_max = 1000});
  Peer one(node, kAlice);
  Peer two(node, kAlice);
  const auto tag = one.start("APPEND INBOX {600}");
  CHECK(one.answer_of(tag).starts_with("+"));
  two.no("APPEND INBOX {600}", "[UNAVAILABLE]");
  one.client().send(std::string(600, 'x') + "\r\n");
  CHECK(one.answer_of(tag).starts_with("OK "));
  two.append(std::string(600, 'x'));
}

TEST_CASE("a message that comes byte by byte is given up, and the room it held is free again") {
  Node node({.allow_plaintext = true, .upload_bytes_max = 1000, .peer_timeout = 60s});
  Peer slow(node, kAlice);
  slow.start("APPEND INBOX {600+}");
  for (int i = 0; i < 9; ++i) {
    slow.client().send("x");
    node.world.run_for(10s);
  }
  Peer other(node, kAlice);
  other.append(std::string(600, 'y'));
  CHECK(slow.client().at_end());
}

TEST_CASE("a store that fails in the midst of a long message leaves nothing, and the session goes on") {
  Node node;
  Peer peer(node, kAlice);
  node.disk.faults().on_write = [](const std::string&) { return true; };
  const auto tag = peer.start("APPEND INBOX {3000000+}\r\n" + std::string(3'000'000, 'x'));
  peer.client().set_patience(2min);
  CHECK(peer.answer_of(tag).starts_with("NO "));
  node.disk.faults().on_write = nullptr;
  peer.ok("STATUS INBOX (MESSAGES)");
  CHECK(peer.told("STATUS INBOX (MESSAGES 0)"));
}
