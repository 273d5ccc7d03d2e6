#include "base/text.h"
#include "imapd/testing.h"

using namespace postroad;
using namespace postroad::imapd::testing;

namespace {

std::string plain(std::string_view text) { return base64(text); }
constexpr std::string_view kAliceResponse{"\0alice@example.org\0secret", 25};

}  // namespace

TEST_CASE("LOGIN") {
  Node node;
  Peer peer(node);
  peer.no("LOGIN alice@example.org wrong", "[AUTHENTICATIONFAILED]");
  peer.no("LOGIN carol@example.org secret", "[CONTACTADMIN]");
  peer.no("LOGIN busy@example.org secret", "[UNAVAILABLE]");
  peer.no("LOGIN nobody@example.org secret", "[CONTACTADMIN]");
  peer.bad("LOGIN alice@example.org");
  peer.ok("LOGIN {17}\r\nalice@example.org {6+}\r\nsecret", "signed in");
  peer.bad("LOGIN alice@example.org secret", "signed in already");
  peer.ok("SELECT INBOX");
}

TEST_CASE("AUTHENTICATE PLAIN and LOGIN, with and without an initial response") {
  Node node;
  Peer(node).ok("AUTHENTICATE PLAIN " + plain(kAliceResponse), "signed in");

  Peer asked(node);
  auto tag = asked.start("AUTHENTICATE PLAIN");
  CHECK(asked.answer_of(tag) == "+ ");
  asked.client().send_line(plain(kAliceResponse));
  CHECK(asked.answer_of(tag).starts_with("OK "));

  Peer login(node);
  tag = login.start("authenticate login");
  CHECK(login.answer_of(tag) == "+ " + base64("Username:"));
  login.client().send_line(base64(kAlice));
  CHECK(login.answer_of(tag) == "+ " + base64("Password:"));
  login.client().send_line(base64("secret"));
  CHECK(login.answer_of(tag).starts_with("OK "));
}

TEST_CASE("AUTHENTICATE that fails leaves the session as it was") {
  Node node;
  Peer peer(node);
  peer.no("AUTHENTICATE GSSAPI");
  peer.bad("AUTHENTICATE PLAIN !");
  peer.bad("AUTHENTICATE PLAIN ab=c");
  peer.bad("AUTHENTICATE PLAIN " + base64("no separators"));
  peer.no("AUTHENTICATE PLAIN " + base64(std::string_view("\0alice@example.org\0wrong", 24)), "[AUTHENTICATIONFAILED]");
  peer.no("AUTHENTICATE PLAIN " + base64(std::string_view("bob@example.org\0alice@example.org\0secret", 40)),
          "[AUTHORIZATIONFAILED]");

  auto tag = peer.start("AUTHENTICATE PLAIN");
  CHECK(peer.answer_of(tag) == "+ ");
  peer.client().send_line("*");
  CHECK(peer.answer_of(tag).starts_with("BAD "));
  peer.ok("LOGIN alice@example.org secret");
}

TEST_CASE("a response to AUTHENTICATE that never ends is bounded") {
  Node node;
  Peer peer(node);
  const auto tag = peer.start("AUTHENTICATE PLAIN");
  CHECK(peer.answer_of(tag) == "+ ");
  peer.client().send_line(std::string(100'000, 'A'));
  CHECK(peer.answer_of(tag).starts_with("BAD "));
  peer.ok("NOOP");
}

TEST_CASE("a password is refused where it would travel in clear") {
  Node node(postroad::imapd::Options{});
  Peer peer(node);
  CHECK(peer.greeting.contains(" LOGINDISABLED"));
  CHECK_FALSE(peer.greeting.contains("AUTH="));
  peer.no("LOGIN alice@example.org secret", "[PRIVACYREQUIRED]");
  peer.no("AUTHENTICATE PLAIN " + plain(kAliceResponse), "[PRIVACYREQUIRED]");

  peer.ok("STARTTLS");
  REQUIRE(peer.client().start_tls(node.tls));
  peer.ok("CAPABILITY");
  CHECK(peer.told_with(" AUTH=PLAIN"));
  CHECK_FALSE(peer.told_with("LOGINDISABLED"));
  CHECK_FALSE(peer.told_with("STARTTLS"));
  peer.bad("STARTTLS", "TLS is on already");
  peer.ok("LOGIN alice@example.org secret");
}

TEST_CASE("implicit TLS needs no STARTTLS") {
  Node node(postroad::imapd::Options{});
  Peer peer(node, true);
  CHECK(peer.greeting.contains("AUTH=PLAIN"));
  peer.ok("LOGIN alice@example.org secret");
}

TEST_CASE("what comes in clear behind STARTTLS is forgotten") {
  Node node(postroad::imapd::Options{});
  Peer peer(node);
  peer.client().send("x1 STARTTLS\r\nx2 LOGIN alice@example.org secret\r\n");
  CHECK(peer.client().read_line().starts_with("x1 OK"));
  REQUIRE(peer.client().start_tls(node.tls));
  peer.ok("NOOP");
  CHECK(peer.untagged().empty());
  peer.bad("SELECT INBOX", "sign in first");
}

TEST_CASE("too many failures end the session") {
  Node node({.allow_plaintext = true, .sign_in_failures_max = 3});
  Peer peer(node);
  peer.no("LOGIN a b");
  peer.no("LOGIN a b");
  peer.no("LOGIN a b");
  CHECK(peer.told_with("BYE "));
  CHECK(peer.client().at_end());
}

TEST_CASE("who may not use IMAP any more is signed out with the next command") {
  Node node;
  const auto change = [&node](auto&& how) {
    directory::Draft draft(*node.view.now());
    how(draft);
    node.view.set(std::move(draft).finish());
  };
  std::string want;
  Peer peer(node, kAlice, "INBOX");
  Peer other(node, kBob, "INBOX");
  SUBCASE("suspended") {
    want = "* BYE signed out: imap is suspended for this account";
    change([](auto& draft) {
      auto account = directory::testing::account(kAlice);
      account.services.set(directory::Service::Imap, feed::ServiceState::Suspended);
      REQUIRE(draft.put_account(account));
    });
  }
  SUBCASE("deleted") {
    want = "* BYE signed out: the account was just deleted";
    change([](auto& draft) { REQUIRE(draft.delete_account(directory::testing::id('a', kAlice))); });
  }
  SUBCASE("with another password") {
    want = "* BYE signed out: the password was changed";
    change([](auto& draft) { REQUIRE(draft.set_credentials_version(directory::testing::id('a', kAlice), 7)); });
  }
  peer.client().send_line("x NOOP");
  CHECK(peer.client().read_line() == want);
  CHECK(peer.client().at_end());
  other.ok("NOOP");
}

TEST_CASE("an account has a limited number of sessions") {
  Node node({.allow_plaintext = true, .sessions_per_account_max = 2});
  Peer one(node, kAlice);
  {
    Peer two(node, kAlice);
    Peer three(node);
    three.no("LOGIN alice@example.org secret", "[LIMIT]");
    three.ok("LOGIN bob@example.org secret");
    two.ok("LOGOUT");
  }
  Peer(node).ok("LOGIN alice@example.org secret");
}

TEST_CASE("sessions of many accounts each go to the account's loop") {
  Node node;
  Peer alice(node, kAlice, "INBOX");
  Peer bob(node, kBob, "INBOX");
  Peer dave(node, "dave@example.org", "INBOX");
  alice.append(mail("for alice"));
  CHECK(alice.told("1 EXISTS"));
  bob.ok("NOOP");
  CHECK_FALSE(bob.told_with("EXISTS"));
}
