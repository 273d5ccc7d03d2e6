#include "imapd/testing.h"

using namespace postroad::imapd::testing;

TEST_CASE("IDLE tells what others do, at once") {
  Node node;
  Peer idler(node, kAlice, "INBOX");
  Peer other(node, kAlice, "INBOX");
  const auto tag = idler.start("IDLE");
  CHECK(idler.answer_of(tag) == "+ idling");

  other.append(mail("one"));
  CHECK(idler.client().read_line() == "* 1 EXISTS");
  CHECK(idler.client().read_line() == "* 1 RECENT");
  other.ok("STORE 1 +FLAGS (\\Seen)");
  CHECK(idler.client().read_line().starts_with("* 1 FETCH (UID 1 FLAGS (\\Seen"));
  other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
  other.ok("EXPUNGE");
  auto line = idler.client().read_line();
  if (line.starts_with("* 1 FETCH")) line = idler.client().read_line();
  CHECK(line == "* 1 EXPUNGE");

  idler.client().send_line("done");
  CHECK(idler.answer_of(tag).starts_with("OK "));
  idler.ok("NOOP");
}

TEST_CASE("IDLE without a mailbox, ended in the same segment, or by nonsense") {
  Node node;
  Peer peer(node, kAlice);
  auto tag = peer.start("IDLE");
  CHECK(peer.answer_of(tag) == "+ idling");
  peer.client().send_line("DONE");
  CHECK(peer.answer_of(tag).starts_with("OK "));

  peer.client().send("x1 IDLE\r\nDONE\r\nx2 NOOP\r\n");
  CHECK(peer.client().read_line() == "+ idling");
  CHECK(peer.client().read_line().starts_with("x1 OK"));
  CHECK(peer.client().read_line().starts_with("x2 OK"));

  tag = peer.start("IDLE");
  CHECK(peer.answer_of(tag) == "+ idling");
  peer.client().send_line("x3 NOOP");
  CHECK(peer.answer_of(tag).starts_with("BAD "));
  peer.ok("NOOP");
}

TEST_CASE("IDLE that lasts too long ends with a goodbye") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  const auto tag = peer.start("IDLE");
  CHECK(peer.answer_of(tag) == "+ idling");
  node.world.run_for(31min);
  CHECK(peer.client().read_line() == "* BYE idle for too long");
  CHECK(peer.client().at_end());
  CHECK(node.server->sessions() == 0);
}

TEST_CASE("who may not use IMAP any more is told so in place of what is new") {
  Node node;
  Peer idler(node, kAlice, "INBOX");
  Peer other(node, kAlice, "INBOX");
  const auto tag = idler.start("IDLE");
  CHECK(idler.answer_of(tag) == "+ idling");
  const auto append = other.start("APPEND INBOX {5}");
  CHECK(other.answer_of(append).starts_with("+"));
  postroad::directory::Draft draft(*node.view.now());
  REQUIRE(draft.set_credentials_version(postroad::directory::testing::id('a', kAlice), 7));
  node.view.set(std::move(draft).finish());
  other.client().send("hello\r\n");
  CHECK(idler.client().read_line() == "* BYE signed out: the password was changed");
  CHECK(idler.client().at_end());
}

TEST_CASE("a client that leaves while it idles leaves nothing behind") {
  Node node;
  {
    Peer peer(node, kAlice, "INBOX");
    const auto tag = peer.start("IDLE");
    CHECK(peer.answer_of(tag) == "+ idling");
  }
  node.world.run_for(1s);
  CHECK(node.server->sessions() == 0);
}

TEST_CASE("an idler that does not read is given up") {
  Node node({.allow_plaintext = true, .peer_timeout = 60s});
  Peer idler(node, kAlice, "INBOX");
  Peer other(node, kAlice, "INBOX");
  const auto tag = idler.start("IDLE");
  CHECK(idler.answer_of(tag) == "+ idling");
  other.append(mail("one"));
  const std::string keyword(90, 'k');
  for (int i = 0; i < 2000; ++i) {
    other.ok("STORE 1 FLAGS.SILENT (" + keyword + std::to_string(i % 2) + ")");
    if (node.server->sessions() == 1) break;
  }
  node.world.run_for(2min);
  CHECK(node.server->sessions() <= 2);
  other.ok("NOOP");
}

TEST_CASE("an administrator ends an account's sessions, and nobody else's") {
  Node node;
  Peer idler(node, kAlice, "INBOX");
  Peer waiting(node, kAlice);
  Peer other(node, kBob, "INBOX");
  const auto tag = idler.start("IDLE");
  CHECK(idler.answer_of(tag) == "+ idling");
  const auto account = postroad::directory::testing::id('a', kAlice);
  auto& home = node.accounts->home(account);
  CHECK(node.server->sign_out(home, account) == 2);
  CHECK(idler.client().read_line() == "* BYE signed out by an administrator");
  CHECK(waiting.client().read_line() == "* BYE signed out by an administrator");
  CHECK(waiting.client().at_end());
  other.ok("NOOP");
  CHECK(node.server->sign_out(home, account) == 0);
  Peer(node).ok("LOGIN alice@example.org secret");
}

TEST_CASE("a node that goes down says goodbye to idlers") {
  Node node;
  Peer idler(node, kAlice, "INBOX");
  Peer waiting(node, kBob, "INBOX");
  const auto tag = idler.start("IDLE");
  CHECK(idler.answer_of(tag) == "+ idling");
  node.server->drain();
  CHECK(idler.client().read_line().starts_with("* BYE going down"));
  CHECK(waiting.client().read_line().starts_with("* BYE going down"));
  CHECK(idler.client().at_end());
  CHECK(waiting.client().at_end());
  CHECK(node.server->sessions() == 0);
}
