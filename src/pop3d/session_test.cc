#include "pop3d/testing.h"

using namespace postroad;
using namespace postroad::pop3d::testing;

TEST_CASE("a maildrop is listed, read, and emptied by QUIT") {
  Node node;
  node.deliver(kFirst);
  node.deliver(kSecond);
  {
    Peer peer(node, kAnn);
    CHECK(peer.ok("STAT") == "+OK 2 " + std::to_string(kFirst.size() + kSecond.size()));
    CHECK(peer.body("LIST") == "1 " + std::to_string(kFirst.size()) + "\n2 " + std::to_string(kSecond.size()) + "\n");
    CHECK(peer.ok("LIST 2") == "+OK 2 " + std::to_string(kSecond.size()));
    peer.ok("RETR 2");
    CHECK(peer.raw().read_to("c").back() == "c");
    CHECK(peer.raw().read_line() == ".");
    peer.ok("DELE 1");
    peer.err("RETR 1");
    peer.err("DELE 1");
    CHECK(peer.ok("STAT").starts_with("+OK 1 "));
    peer.ok("QUIT");
    CHECK(peer.raw().at_end());
  }
  CHECK(node.messages() == 1);
}

TEST_CASE("a dot at a line's start is doubled; TOP gives so many lines") {
  Node node;
  node.deliver(kFirst);
  node.deliver(kSecond);
  Peer peer(node, kAnn);
  peer.ok("RETR 1");
  CHECK(peer.raw().read_lines(5) == std::vector<std::string>{"Subject: one", "", "..dot", "last", "."});
  peer.ok("TOP 2 1");
  CHECK(peer.raw().read_lines(4) == std::vector<std::string>{"Subject: two", "", "a", "."});
}

TEST_CASE("what is marked and not quit stays; RSET takes marks back") {
  Node node;
  node.deliver(kFirst);
  {
    Peer peer(node, kAnn);
    peer.ok("DELE 1");
    peer.ok("RSET");
    CHECK(peer.ok("STAT").starts_with("+OK 1 "));
    peer.ok("DELE 1");
    peer.raw().close();
    node.world.run_for(1s);
  }
  CHECK(node.messages() == 1);
}

TEST_CASE("UIDs are unique, stay the same, and do not come back") {
  Node node;
  node.deliver(kFirst);
  node.deliver(kSecond);
  std::string before;
  {
    Peer peer(node, kAnn);
    before = peer.body("UIDL");
    peer.ok("DELE 1");
    peer.ok("QUIT");
  }
  node.deliver(kFirst);
  Peer peer(node, kAnn);
  const auto after = peer.body("UIDL");
  const auto second = before.substr(before.find("2 ") + 2);
  CHECK(after.starts_with("1 " + second));
  CHECK_FALSE(after.contains(before.substr(2, before.find('\n') - 2)));
}

TEST_CASE("one session at a time; the second is told so and may try again") {
  Node node;
  Peer first(node, kAnn);
  Peer second(node);
  second.ok("USER " + std::string(kAnn));
  CHECK(second.err("PASS secret word").starts_with("-ERR [IN-USE] "));
  first.ok("QUIT");
  second.ok("USER " + std::string(kAnn));
  second.ok("PASS secret word");
}

TEST_CASE("what an IMAP session expunges meanwhile can still be read, and QUIT deletes the rest") {
  Node node;
  node.deliver(kFirst);
  node.deliver(kSecond);
  {
    Peer peer(node, kAnn);
    CHECK(node.at_home([](Node* it, std::string id) { return Node::expunge(it, id, 1); }) == 1);
    CHECK(peer.ok("STAT").starts_with("+OK 2 "));
    CHECK(peer.body("RETR 1").contains("Subject: one"));
    peer.ok("DELE 1");
    peer.ok("DELE 2");
    peer.ok("QUIT");
  }
  CHECK(node.messages() == 0);
}

TEST_CASE("passwords: wrong ones, services switched off, and none without TLS") {
  Node node;
  Peer peer(node);
  peer.err("PASS secret word");
  peer.ok("USER " + std::string(kAnn));
  CHECK(peer.err("PASS wrong").starts_with("-ERR [AUTH] "));
  peer.ok("USER carol@example.org");
  CHECK(peer.err("PASS secret word").starts_with("-ERR [SYS/PERM] "));
  peer.err("STAT");

  Node strict({});
  Peer plain(strict);
  CHECK_FALSE(plain.body("CAPA").contains("USER"));
  plain.err("USER " + std::string(kAnn));
  plain.err("AUTH PLAIN AGFubkBleGFtcGxlLm9yZwBzZWNyZXQgd29yZA==");
  plain.ok("STLS");
  REQUIRE(plain.raw().start_tls(strict.tls));
  CHECK(plain.body("CAPA").contains("SASL PLAIN LOGIN"));
  plain.err("STLS");
  plain.ok("AUTH PLAIN AGFubkBleGFtcGxlLm9yZwBzZWNyZXQgd29yZA==");
  plain.ok("STAT");

  Peer implicit(strict, true);
  implicit.ok("USER " + std::string(kAnn));
}

TEST_CASE("AUTH: asked for line by line, given up, not base64, as somebody else") {
  Node node;
  Peer peer(node);
  CHECK(peer.raw().ask("AUTH PLAIN") == "+ ");
  CHECK(peer.err("*") != "");
  CHECK(peer.raw().ask("AUTH PLAIN") == "+ ");
  peer.err("!!!");
  peer.err("AUTH CRAM-MD5");
  peer.err("AUTH PLAIN Ym9iAGFubkBleGFtcGxlLm9yZwBzZWNyZXQgd29yZA==");
  CHECK(peer.raw().ask("AUTH LOGIN").starts_with("+ "));
  CHECK(peer.raw().ask("YW5uQGV4YW1wbGUub3Jn").starts_with("+ "));
  peer.ok("c2VjcmV0IHdvcmQ=");
}

TEST_CASE("what follows STLS in the same segment is not taken for commands") {
  Node node({});
  Peer peer(node);
  peer.raw().send("STLS\r\nUSER evil\r\n");
  CHECK(peer.raw().read_line().starts_with("-ERR"));
  CHECK(peer.raw().at_end());
}

TEST_CASE("pipelined commands are answered in order") {
  Node node;
  node.deliver(kFirst);
  Peer peer(node, kAnn);
  peer.raw().send("NOOP\r\nSTAT\r\nXYZ\r\nDELE 1\r\nQUIT\r\n");
  const auto lines = peer.raw().read_lines(5);
  CHECK(lines[0].starts_with("+OK"));
  CHECK(lines[1].starts_with("+OK 1 "));
  CHECK(lines[2].starts_with("-ERR"));
  CHECK(lines[3].starts_with("+OK"));
  CHECK(lines[4].starts_with("+OK"));
  CHECK(node.messages() == 0);
}

TEST_CASE("hostile lines: too long, NUL, bad numbers; and an end to it") {
  Node node({.allow_plaintext = true, .errors_max = 8});
  node.deliver(kFirst);
  Peer peer(node, kAnn);
  peer.err(std::string(5000, 'A'));
  peer.raw().send(std::string("RETR 1\0\r\n", 9));
  CHECK(peer.raw().read_line().starts_with("-ERR"));
  peer.err("RETR 0");
  peer.err("RETR 99999999999999999999");
  peer.err("RETR 2");
  peer.err("TOP 1");
  peer.err("LIST -1");
  peer.err("");
  CHECK(peer.ok("NOOP") != "");
  peer.err("USER x");
  CHECK(peer.raw().at_end());
}

TEST_CASE("a silent session ends without a word, and its marks are forgotten") {
  Node node;
  node.deliver(kFirst);
  Peer peer(node, kAnn);
  peer.ok("DELE 1");
  node.world.run_for(11min);
  CHECK(peer.raw().at_end());
  CHECK(node.messages() == 1);
}

TEST_CASE("a stranger is put out after a while, whatever it sends") {
  Node node({.sign_in_timeout = 60s});
  const auto silent = node.connect(true);  // and never begins TLS
  Peer busy(node);
  Peer slow(node);
  for (int i = 0; i < 65; ++i) {
    if (i < 55) (void)busy.body("CAPA");
    slow.raw().send("x");
    node.world.run_for(1s);
  }
  CHECK(node.server->sessions() == 0);
}

TEST_CASE("who may not use POP3 any more is signed out with the next command, and nothing is deleted") {
  Node node;
  node.deliver(kFirst);
  Peer peer(node, kAnn);
  peer.ok("DELE 1");
  directory::Draft draft(*node.view.now());
  auto account = directory::testing::account(kAnn);
  account.services.set(directory::Service::Pop, feed::ServiceState::Suspended);
  REQUIRE(draft.put_account(account));
  node.view.set(std::move(draft).finish());
  CHECK(peer.err("QUIT") == "-ERR [AUTH] signed out: pop is suspended for this account");
  CHECK(peer.raw().at_end());
  CHECK(node.messages() == 1);
}

TEST_CASE("one peer has a limited number of connections that have not signed in") {
  Node node({.allow_plaintext = true, .strangers_max = 2});
  Peer one(node);
  Peer two(node);
  Peer three(node);
  CHECK(three.greeting.starts_with("-ERR [SYS/TEMP] too many connections from your address"));
  CHECK(three.raw().at_end());
  one.ok("USER " + std::string(kAnn));
  one.ok("PASS secret word");
  Peer four(node);
  CHECK(four.greeting.starts_with("+OK"));
}

TEST_CASE("CAPA tells how to sign in also after it, and STLS only before") {
  Node node;
  Peer peer(node);
  const auto before = peer.body("CAPA");
  CHECK(before.contains("STLS\n"));
  CHECK(before.contains("SASL PLAIN LOGIN\n"));
  peer.ok("USER " + std::string(kAnn));
  peer.ok("PASS secret word");
  const auto after = peer.body("CAPA");
  CHECK_FALSE(after.contains("STLS"));
  for (const auto* name : {"USER\n", "SASL PLAIN LOGIN\n", "TOP\n", "UIDL\n", "PIPELINING\n", "RESP-CODES\n"}) CHECK(after.contains(name));
}

TEST_CASE("an administrator ends an account's session, and nobody else's") {
  Node node;
  Peer peer(node, kAnn);
  const auto account = directory::testing::id('a', kAnn);
  auto& home = node.accounts->home(account);
  CHECK(node.server->sign_out(home, directory::testing::id('a', "x@example.org")) == 0);
  CHECK(node.server->sign_out(home, account) == 1);
  CHECK(peer.raw().read_line() == "-ERR [SYS/TEMP] signed out by an administrator");
  CHECK(peer.raw().at_end());
}

TEST_CASE("draining says goodbye to those that wait") {
  Node node;
  Peer peer(node, kAnn);
  node.server->drain();
  CHECK(peer.raw().read_line().starts_with("-ERR [SYS/TEMP] "));
  CHECK(peer.raw().at_end());
  CHECK(node.server->sessions() == 0);
}
