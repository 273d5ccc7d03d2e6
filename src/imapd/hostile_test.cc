#include "imapd/testing.h"

using namespace postroad::imapd::testing;

namespace {

// Lines that broke servers, or could: each is sent in every state.
std::vector<std::string> hostile_lines() {
  const auto repeated = [](std::string_view text, int times) {
    std::string made;
    for (int i = 0; i < times; ++i) made += text;
    return made;
  };
  return {
      "",
      " ",
      "\t",
      std::string("\0", 1),
      std::string("NOOP\0", 5),
      "\xff\xfe\xfd",
      "{",
      "}",
      "{}",
      "{-1}",
      "{1",
      "\"",
      "\"\\",
      "(",
      repeated("(", 5000),
      repeated(")", 5000),
      "LOGIN {0+}\r\n {0+}\r\n",
      "LOGIN \"a",
      "AUTHENTICATE",
      "AUTHENTICATE PLAIN =",
      "SELECT",
      "SELECT \"a",
      "SELECT &",
      "SELECT {1+}\r\n&",
      "SELECT INBOX (CONDSTORE",
      "LIST " + repeated("*", 300) + " " + repeated("%*", 150),
      "LIST \"\" \"" + repeated("%/", 200) + "*\"",
      "STATUS INBOX (" + repeated("MESSAGES ", 500) + "UNSEEN)",
      "CREATE " + repeated("a/", 400) + "a",
      "RENAME INBOX INBOX",
      "RENAME INBOX INBOX/a",
      "RENAME Sent Sent/Sent",
      "DELETE INBOX",
      "FETCH 1:*,1:*," + repeated("1:*,", 2000) + "1 FLAGS",
      "FETCH *:4294967295 FLAGS",
      "FETCH 4294967295:1 FLAGS",
      "FETCH 4294967296 FLAGS",
      "FETCH 1 (BODY[]<4294967295.4294967295> BODY[]<0.1>)",
      "FETCH 1 BODY[" + repeated("1.", 60) + "1]",
      "FETCH 1 BODY[" + repeated("1.", 5000) + "1]",
      "FETCH 1 BODY[4294967295.4294967295.MIME]",
      "FETCH 1 BODY[HEADER.FIELDS (" + repeated("A ", 200) + "A)]",
      "FETCH 1 (" + repeated("ENVELOPE ", 200) + "ENVELOPE)",
      "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 9223372036854775807)",
      "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 99999999999999999999)",
      "STORE 1 FLAGS (" + repeated("k ", 200) + "k)",
      "STORE 1 FLAGS (" + repeated("k", 5000) + ")",
      "STORE 1 FLAGS.SILENT \\",
      "STORE 1 (UNCHANGEDSINCE 18446744073709551615) FLAGS ()",
      "SEARCH " + repeated("NOT ", 5000) + "ALL",
      "SEARCH " + repeated("OR ALL ", 5000) + "ALL",
      "SEARCH " + repeated("(", 20) + "ALL" + repeated(")", 20),
      "SEARCH " + repeated("ALL ", 600) + "ALL",
      "SEARCH HEADER {0+}\r\n {0+}\r\n",
      "SEARCH CHARSET " + repeated("x", 500) + " ALL",
      "SEARCH CHARSET UTF-7 TEXT +",
      "SEARCH LARGER 18446744073709551616",
      "SEARCH SINCE 99-Jan-2026",
      "SEARCH SINCE 1-Jan-99999",
      "COPY 1 INBOX/../../etc/passwd",
      "COPY 1:* {5+}\r\nINBOX",
      "UID MOVE 1:* Sent",
      "UID EXPUNGE *:*",
      "APPEND INBOX {18446744073709551615}",
      "APPEND INBOX () () {1+}\r\nx",
      "APPEND {5+}\r\nINBOX {3+}\r\nabc",
      "ENABLE " + repeated("A ", 31) + "A",
      "ID (" + repeated("\"a\" \"b\" ", 40) + ")",
      "ID (\"name\" {3+}\r\n\r\n\x01)",
      "IDLE\r\nNOT DONE",
      "IDLE\r\nDONE",
      "UID UID UID FETCH 1 FLAGS",
      "STARTTLS x",
      "LOGOUT x",
  };
}

constexpr std::string_view kStates[] = {"", "LOGIN alice@example.org secret", "SELECT INBOX", "EXAMINE INBOX"};

}  // namespace

TEST_CASE("hostile lines, each in every state: there is an answer, and the session goes on or says goodbye") {
  Node node({.allow_plaintext = true, .errors_max = 1'000'000, .sign_in_failures_max = 1'000'000});
  for (std::size_t state = 0; state < std::size(kStates); ++state) {
    for (const auto& line : hostile_lines()) {
      INFO("state ", state, ", line: ", line.substr(0, 100));
      Peer peer(node);
      peer.client().set_patience(20s);
      for (std::size_t i = 1; i <= state; ++i) peer.ok(kStates[i]);
      peer.client().send("x " + line + "\r\ny NOOP\r\n");
      std::string last;
      do {
        last = peer.response();
        CHECK(last != simulated::Client::kSilence);
        if (last == simulated::Client::kSilence) break;
      } while (!last.starts_with("y ") && !last.starts_with("* BYE"));
      CHECK_FALSE(last.starts_with("* BYE"));
    }
  }
  node.world.run_for(1h);
  CHECK(node.server->sessions() == 0);
}
