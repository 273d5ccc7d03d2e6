#include "base/limits.h"
#include "imap/limits.h"
#include "imapd/testing.h"

using namespace postroad;
using namespace postroad::imapd::testing;

TEST_CASE("pipelined commands are answered in order") {
  Node node;
  Peer peer(node);
  peer.client().send("a LOGIN alice@example.org secret\r\nb SELECT INBOX\r\nc FETCH 1 FLAGS\r\nd NOOP\r\ne LOG");
  CHECK(peer.client().read_to("a ").back().starts_with("a OK"));
  CHECK(peer.client().read_to("b ").back().starts_with("b OK"));
  CHECK(peer.client().read_to("c ").back().starts_with("c BAD"));
  CHECK(peer.client().read_to("d ").back().starts_with("d OK"));
  peer.client().send("OUT\r\n");
  CHECK(peer.client().read_to("e ").back().starts_with("e OK"));
}

TEST_CASE("commands that are none") {
  Node node;
  Peer peer(node);
  peer.bad("NOPE");
  peer.bad("UID NOPE 1");
  peer.bad("UID");
  peer.bad("");
  CHECK(peer.client().ask("") == "* BAD expected a tag and a command that is known here");
  CHECK(peer.client().ask("* NOOP").starts_with("* BAD"));
  CHECK(peer.client().ask("+ NOOP").starts_with("* BAD"));
  CHECK(peer.client().ask(std::string(200, 't') + " NOOP").starts_with("* BAD"));
  CHECK(peer.client().ask(std::string("a NO\0OP", 7)).starts_with("a BAD"));
  CHECK(peer.client().ask("a NOOP\rb NOOP").starts_with("a BAD"));
  peer.ok("NOOP");
}

TEST_CASE("a line may end with LF alone") {
  Node node;
  Peer peer(node);
  peer.client().send("a NOOP\n");
  CHECK(peer.client().read_line().starts_with("a OK"));
}

TEST_CASE("each command is refused in the states where it isn't allowed") {
  Node node;
  Peer peer(node);
  for (const auto* command : {"SELECT INBOX", "LIST \"\" *", "APPEND INBOX {5}", "IDLE", "CREATE x", "STATUS x (MESSAGES)"})
    peer.bad(command, "sign in first");
  peer.ok("LOGIN alice@example.org secret");
  for (const auto* command : {"FETCH 1 FLAGS", "UID STORE 1 FLAGS ()", "CLOSE", "EXPUNGE", "SEARCH ALL", "COPY 1 x"})
    peer.bad(command, "select a mailbox first");
  peer.bad("STARTTLS", "signed in already");
  peer.bad("AUTHENTICATE PLAIN", "signed in already");
}

TEST_CASE("too many errors end the session") {
  Node node({.allow_plaintext = true, .errors_max = 5});
  Peer peer(node);
  for (int i = 0; i < 5; ++i) peer.bad("NOPE");
  CHECK(peer.client().read_line() == "* BYE too many errors");
  CHECK(peer.client().at_end());
}

TEST_CASE("mistakes of one who is signed in count in a row") {
  Node node({.allow_plaintext = true, .errors_max = 5});
  Peer peer(node, kAlice, "INBOX");
  for (int i = 0; i < 20; ++i) {
    peer.bad("FETCH 1 FLAGS");
    if (i % 4 == 3) peer.ok("NOOP");
  }
  Peer stranger(node);
  for (int i = 0; i < 5; ++i) {
    stranger.ok("NOOP");
    stranger.bad("NOPE");
  }
  CHECK(stranger.client().read_line() == "* BYE too many errors");
}

TEST_CASE("a stranger that never begins TLS is put out after a while") {
  Node node({.sign_in_timeout = 60s});
  const auto client = node.connect(true);
  node.world.run_for(61s);
  CHECK(node.server->sessions() == 0);
}

TEST_CASE("a stranger is put out after a while, whatever it sends") {
  Node node({.allow_plaintext = true, .sign_in_timeout = 60s});
  Peer quiet(node);
  Peer busy(node);
  Peer slow(node);
  Peer literal(node);
  literal.client().send("a LOGIN {200+}\r\n");
  for (int i = 0; i < 70; ++i) {
    slow.client().send("x");
    literal.client().send("x");
    if (i < 55) busy.ok("NOOP");
    node.world.run_for(1s);
  }
  CHECK(quiet.client().read_line() == "* BYE idle for too long");
  CHECK(quiet.client().at_end());
  CHECK(busy.client().read_line() == "* BYE idle for too long");
  node.world.run_for(1s);
  CHECK(node.server->sessions() == 0);
}

TEST_CASE("who is signed in may be silent for half an hour") {
  Node node;
  Peer peer(node, kAlice);
  node.world.run_for(29min);
  peer.ok("NOOP");
  node.world.run_for(31min);
  CHECK(peer.client().read_line() == "* BYE idle for too long");
  CHECK(peer.client().at_end());
}

TEST_CASE("a line that is too long ends the session") {
  Node node;
  Peer peer(node);
  peer.client().send("a NOOP " + std::string(limits::kImapLineBytes, 'x') + "\r\n");
  CHECK(peer.client().read_line() == "* BYE a command line is too long");
  CHECK(peer.client().at_end());
}

TEST_CASE("a literal that is too long is not asked for; one that comes unasked is read away") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  auto tag = peer.start("SEARCH TEXT {70000}");
  CHECK(peer.answer_of(tag).starts_with("BAD [TOOBIG]"));
  peer.bad("SEARCH TEXT {70000+}\r\n" + std::string(70'000, 'x') + " SEEN", "[TOOBIG]");
  peer.bad("SEARCH TEXT {70000+}\r\n" + std::string(70'000, 'x') + " TEXT {3+}\r\nabc", "[TOOBIG]");
  tag = peer.start("SEARCH TEXT {70000+}\r\n" + std::string(70'000, 'x') + " TEXT {3}");
  CHECK(peer.answer_of(tag).starts_with("BAD [TOOBIG]"));
  peer.ok("NOOP");
  tag = peer.start("SEARCH TEXT {18446744073709551616+}");
  CHECK(peer.client().read_line().starts_with("* BYE [TOOBIG]"));
  CHECK(peer.client().at_end());
}

TEST_CASE("many literals in one command are bounded") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  std::string command = "SEARCH";
  for (int i = 0; i < imap::kLiterals; ++i) command += " TEXT {1+}\r\nx";
  peer.ok(command);
  peer.bad(command + " TEXT {1+}\r\nx", "[TOOBIG]");
  std::string large = "SEARCH";
  for (int i = 0; i < 4; ++i) large += " TEXT {60000+}\r\n" + std::string(60'000, 'x');
  peer.bad(large, "[TOOBIG]");
  peer.ok("NOOP");
}

TEST_CASE("a stranger gets little room") {
  Node node;
  Peer peer(node);
  peer.bad("LOGIN {9000+}\r\n" + std::string(9000, 'x') + " y", "[TOOBIG]");
  peer.bad("LOGIN " + std::string(9000, '(') + " y", "[TOOBIG]");
  peer.bad("NOOP " + std::string(8000, '('));
  peer.ok("NOOP");
}

TEST_CASE("a node has a limited number of sessions") {
  Node node({.allow_plaintext = true, .sessions_max = 2});
  Peer one(node);
  {
    Peer two(node);
    Peer three(node);
    CHECK(three.greeting.starts_with("* BYE [UNAVAILABLE]"));
    CHECK(three.client().at_end());
  }
  node.world.run_for(1s);
  Peer four(node);
  CHECK(four.greeting.starts_with("* OK"));
}

TEST_CASE("one peer has a limited number of connections that have not signed in") {
  Node node({.allow_plaintext = true, .strangers_max = 2});
  Peer one(node);
  Peer two(node);
  {
    Peer three(node);
    CHECK(three.greeting == "* BYE [UNAVAILABLE] too many connections from your address have not signed in; try again later");
    CHECK(three.client().at_end());
  }
  two.ok("LOGIN alice@example.org secret");
  Peer four(node);
  CHECK(four.greeting.starts_with("* OK"));
  two.ok("LOGOUT");
  four.ok("LOGOUT");
  Peer five(node);
  CHECK(five.greeting.starts_with("* OK"));
}

TEST_CASE("a command under way is finished and answered before the node goes down") {
  Node node;
  Peer peer(node, kAlice);
  const auto text = mail("last");
  const auto tag = peer.start("APPEND INBOX {" + std::to_string(text.size()) + "}");
  CHECK(peer.answer_of(tag).starts_with("+"));
  node.server->drain();
  node.world.run_for(1s);
  peer.client().send(text + "\r\n");
  CHECK(peer.answer_of(tag).starts_with("OK [APPENDUID "));
  CHECK(peer.client().read_line().starts_with("* BYE going down"));
  CHECK(peer.client().at_end());
  Peer late(node);
  CHECK(late.client().read_line().starts_with("* BYE"));
}

TEST_CASE("a client that reads slowly while the node goes down is told so when it has read") {
  Node node;
  Peer slow(node, kAlice);
  slow.append(std::string((64 << 10) - 40, 'x'));  // so that the message fits into the network's window, and no more
  slow.ok("SELECT INBOX");
  SUBCASE("while it waits for a command") {
    const auto tag = slow.start("FETCH 1 BODY.PEEK[]");
    node.world.run_for(1s);
    node.server->drain();
    CHECK(slow.answer_of(tag).starts_with("OK "));
  }
  SUBCASE("while it begins to idle") {
    const auto tag = slow.start("FETCH 1 BODY.PEEK[]\r\nx IDLE");
    node.world.run_for(1s);
    node.server->drain();
    CHECK(slow.answer_of(tag).starts_with("OK "));
    CHECK(slow.client().read_line() == "+ idling");
  }
  CHECK(slow.client().read_line().starts_with("* BYE going down"));
  CHECK(slow.client().at_end());
}

TEST_CASE("a store that does not answer is told apart from one that refuses") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.append(mail("one"));
  node.disk.faults().is_down = true;
  peer.client().set_patience(2min);
  peer.no("STORE 1 +FLAGS (\\Seen)", "[UNAVAILABLE]");
  node.disk.faults().is_down = false;
  peer.ok("STORE 1 +FLAGS (\\Seen)");
}
