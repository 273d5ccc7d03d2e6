#include <algorithm>

#include "pop3d/testing.h"

using namespace postroad::pop3d::testing;

namespace {

// Lines that broke servers, or could: each is sent in every state.
std::vector<std::string> hostile_lines() {
  return {
      "",
      " ",
      "\t",
      std::string("\0", 1),
      std::string("NOOP\0", 5),
      "\xff\xfe\xfd",
      "\r",
      "NOOP\rSTAT",
      ".",
      "..",
      std::string(400, 'A'),
      std::string(100'000, 'A'),
      "RETR",
      "RETR 0",
      "RETR -1",
      "RETR +1",
      "RETR 1 1",
      "RETR 4294967295",
      "RETR 4294967296",
      "RETR 99999999999999999999999999",
      "RETR 1x",
      "RETR \xd9\xa1",
      "TOP 1",
      "TOP 1 -1",
      "TOP 1 4294967295",
      "TOP 1 4294967296",
      "TOP 0 0",
      "LIST 0",
      "LIST 4294967296",
      "UIDL 0",
      "UIDL x",
      "DELE 4294967295",
      "DELE 1\r\nDELE 1",
      "RSET 1",
      "STAT x",
      "USER",
      "USER ",
      "USER " + std::string(400, 'u'),
      "USER %s%n../../etc/passwd",
      "USER a\r\nUSER b\r\nPASS c",
      "PASS",
      "PASS  ",
      "AUTH =",
      "AUTH PLAIN =",
      "AUTH PLAIN !",
      "AUTH PLAIN " + std::string(400, 'A'),
      "AUTH PLAIN\r\n*",
      "AUTH PLAIN\r\n" + std::string(20'000, 'A'),
      "AUTH LOGIN\r\n\xff\r\n*",
      "AUTH GSSAPI",
      "AUTH PLAIN = =",
      "STLS x",
      "CAPA x",
      "QUIT x",
      "XTND XMIT",
      "APOP a b",
  };
}

constexpr std::string_view kStates[] = {"", "USER ann@example.org", "PASS secret word", "DELE 1"};

}  // namespace

TEST_CASE("hostile lines, each in every state: there is an answer, and the session goes on") {
  Node node({.allow_plaintext = true, .errors_max = 1'000'000, .sign_in_failures_max = 1'000'000});
  node.deliver(kFirst);
  node.deliver(kSecond);
  for (std::size_t state = 0; state < std::size(kStates); ++state) {
    for (const auto& line : hostile_lines()) {
      INFO("state ", state, ", line: ", line.substr(0, 100));
      Peer peer(node);
      peer.raw().set_patience(20s);
      for (std::size_t i = 1; i <= state; ++i) peer.ok(kStates[i]);
      // What nobody takes for another command's answer ends it.
      peer.raw().send(line + "\r\nCAPA\r\n");
      std::string last;
      do {
        last = peer.raw().read_line();
        CHECK(last != simulated::Client::kSilence);
        CHECK(last != simulated::Client::kEnd);
        if (last == simulated::Client::kSilence || last == simulated::Client::kEnd) break;
      } while (last != "IMPLEMENTATION Postroad");
    }
  }
  node.world.run_for(1h);
  CHECK(node.server->sessions() == 0);
  CHECK(node.messages() == 2);
}

TEST_CASE("a client that does not read holds its session up, not the server") {
  Node node({.allow_plaintext = true, .peer_timeout = 60s});
  std::string large = kFirst;
  while (large.size() < 900'000) large += "line\r\n";
  node.deliver(large);
  Peer slow(node, kAnn);
  slow.raw().send("RETR 1\r\n");
  node.world.run_for(10s);
  Peer other(node);
  other.ok("QUIT");
  node.world.run_for(60s);
  CHECK(node.server->sessions() == 0);
  Peer again(node, kAnn);
  CHECK(again.ok("STAT").starts_with("+OK 1 "));
  CHECK(again.body("RETR 1").size() == large.size() - std::ranges::count(large, '\r') + 1);  // a dot was doubled
}
