// What a hostile or broken client may try: a clear answer each time, and nothing taken that was not meant.
#include "smtpd/testing.h"

using namespace postroad;
using namespace postroad::smtpd;
using namespace postroad::smtpd::testing;

namespace {

// The greeting and EHLO's reply read, all else sent at once; what comes back until the end or silence, by its codes.
std::string codes_after(Talk& talk) {
  std::string codes;
  for (;;) {
    const auto line = talk.client.read_line();
    if (line == Client::kEnd || line == Client::kReset) return codes + "end";
    if (line == Client::kSilence) return codes + "open";
    codes += line.substr(0, 3) + " ";
  }
}

// An LF without its CR.
bool has_bare_lf(const std::string& text) {
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r') return true;
  return false;
}

}  // namespace

// CVE-2023-51764 and its kin: the end that one server sees inside a message must not be an end for us.
TEST_CASE("smuggling: no other end of data than CRLF.CRLF") {
  const std::vector<std::string> ends = {
      "\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\r.\n", "\r.\r\n", "\n.\r", std::string("\r\n\0.\r\n", 6),
      std::string("\r\n.\0\r\n", 6), std::string("\0.\r\n", 4), "\r\r\n.\r\r\n", "\r\n.\r\r\n",
  };
  for (const auto& end : ends) {
    for (const bool splits : {false, true}) {
      Post post;
      Talk talk(post, "EHLO client.example", {.splits = splits});
      talk.client.set_patience(seconds(1));
      CAPTURE(end);
      const auto smuggled =
          "one" + end + "MAIL FROM:<evil@far.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\ntwo\r\n.\r\n";
      const auto reply = talk.send(smuggled);
      CHECK(reply == "550 5.6.0");
      CHECK(post.letterbox.arrivals.empty());
      const auto rest = codes_after(talk);
      // A bare LF ends the session; after a bare CR or a NUL the client may go on.
      CHECK(rest == (has_bare_lf(end) ? "end" : "open"));
    }
  }
}

TEST_CASE("bytes behind STARTTLS are never obeyed") {
  for (const bool splits : {false, true}) {
    Post post;
    Talk talk(post, "EHLO client.example", {.splits = splits});
    talk.client.send("STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@far.example>\r\n");
    // Seen at once they end the session; seen later they are no TLS.
    const auto rest = codes_after(talk);
    CAPTURE(rest);
    CHECK((rest == "554 end" || rest == "220 end"));
  }
}

TEST_CASE("plain text instead of a handshake ends the session") {
  Post post;
  Talk talk(post);
  CHECK(talk.say("STARTTLS") == "220 2.0.0");
  talk.client.send_line("NOOP");
  CHECK(talk.client.at_end());
}

TEST_CASE("a command line with a bare LF ends the session") {
  for (const char* line : {"NOOP\nNOOP\r\n", "NOOP\n", "MAIL FROM:<x@far.example>\n", "\n"}) {
    Post post;
    Talk talk(post);
    CAPTURE(line);
    talk.client.send(line);
    CHECK(codes_after(talk) == "521 end");
  }
}

TEST_CASE("lines without end, and lines of junk") {
  Post post;
  Talk talk(post);
  CHECK(talk.say("MAIL FROM:<" + std::string(100'000, 'x') + "@far.example>") == "500 5.5.2");
  CHECK(talk.say(std::string("NO\0OP", 5)) == "501 5.5.2");
  CHECK(talk.say("NO\rOP") == "501 5.5.2");
  CHECK(talk.say("\xff\xfe\xfd") == "500 5.5.1");
  CHECK(talk.say("") == "500 5.5.1");
  CHECK(talk.say("NOOP") == "250 2.0.0");
}

TEST_CASE("floods end with 421") {
  struct Case {
    const char* name;
    std::string line;
    int most;
  };
  const Case kCases[] = {
      {"NOOP", "NOOP", 121},   {"RSET", "RSET", 121},
      {"VRFY", "VRFY ann", 121}, {"EHLO", "HELO again", 121},
      {"unknown verbs", "XYZZY", 20}, {"MAIL without EHLO's grammar", "MAIL", 20},
      {"unknown users", "RCPT TO:<eve@example.org>", 100},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    Post post;
    Talk talk(post);
    talk.say("MAIL FROM:<x@far.example>");
    int said = 0;
    std::string reply;
    for (; said < 1000; ++said) {
      reply = talk.say(row.line);
      if (reply.starts_with("421")) break;
    }
    CHECK(reply == "421 4.7.0");
    CHECK(said <= row.most);
    CHECK(talk.client.at_end());
  }
}

TEST_CASE("a thousand recipients, and no more") {
  auto options = Post::usual();
  options.recipients_max = 1000;
  Post post(options);
  Talk talk(post);
  CHECK(talk.say("MAIL FROM:<x@far.example>") == "250 2.1.0");
  std::string lines;
  for (int i = 0; i < 1001; ++i) lines += "RCPT TO:<ann@example.org>\r\n";
  talk.client.send(lines);
  for (int i = 0; i < 1000; ++i) REQUIRE(talk.reply() == "250 2.1.5");
  CHECK(talk.reply() == "452 4.5.3");
  CHECK(talk.say("DATA") == "354");
}

TEST_CASE("who says nothing is sent away after the time-out") {
  Post post;
  Talk talk(post);
  talk.client.set_patience(seconds(400));
  CHECK(talk.reply() == "421 4.4.2");
  CHECK(talk.client.at_end());
}

TEST_CASE("a byte a second does not keep a command open for ever") {
  Post post;
  Talk talk(post);
  const auto start = post.world.now();
  while (post.server.sessions() > 0 && post.world.now() - start < seconds(2000)) {
    talk.client.send("x");
    post.world.run_for(seconds(1));
  }
  CHECK(post.world.now() - start < seconds(310));
}

TEST_CASE("a byte a second does not keep a message open for ever") {
  auto options = Post::usual();
  options.message_time_max = seconds(600);
  Post post(options);
  Talk talk(post);
  talk.open();
  CHECK(talk.say("DATA") == "354");
  const auto start = post.world.now();
  while (post.server.sessions() > 0 && post.world.now() - start < seconds(2000)) {
    talk.client.send("x");
    post.world.run_for(seconds(1));
  }
  CHECK(post.world.now() - start < seconds(610));
  CHECK(post.budget.used() == 0);
}

TEST_CASE("who never reads is cut off") {
  Post post;
  Talk talk(post, "EHLO client.example", {.window_bytes = 1000});
  std::string lines;
  for (int i = 0; i < 90; ++i) lines += "HELP\r\n";
  talk.client.send(lines);
  post.world.run_for(seconds(400));
  CHECK(post.server.sessions() == 0);
}

TEST_CASE("a client that ends its half, or breaks off, leaves nothing behind") {
  Post post;
  {
    Talk talk(post);
    talk.open();
    CHECK(talk.say("DATA") == "354");
    talk.client.send("half a message\r\n.");
    talk.client.finish();
    CHECK(talk.client.at_end());
  }
  {
    Talk talk(post);
    talk.open();
    talk.client.send("BDAT 100 LAST\r\nhalf a chunk");
    talk.client.finish();
    CHECK(talk.client.at_end());
  }
  post.world.run_for(seconds(1));
  CHECK(post.letterbox.arrivals.empty());
  CHECK(post.budget.used() == 0);
  CHECK(post.server.sessions() == 0);
}

TEST_CASE("too large: read to its end and refused, and the session goes on") {
  Post post;
  Talk talk(post);
  const std::string line(98, 'x');
  std::string data;
  for (int i = 0; i < 250; ++i) data += line + "\r\n";
  CHECK(talk.send(data + ".\r\n") == "552 5.3.4");
  CHECK(post.letterbox.arrivals.empty());
  CHECK(talk.send("small\r\n.\r\n") == "250 2.0.0");
}

TEST_CASE("a message without end is cut off") {
  Post post;
  Talk talk(post);
  talk.open();
  CHECK(talk.say("DATA") == "354");
  talk.client.send(std::string(2'000'000, 'x'));
  CHECK(talk.reply() == "552 5.3.4");
  CHECK(talk.client.at_end());
}

TEST_CASE("a chunk that nobody could mean is not waited for") {
  Post post;
  Talk talk(post);
  talk.open();
  talk.client.send("BDAT 9223372036854775807 LAST\r\nxxx");
  CHECK(talk.reply() == "552 5.3.4");
  CHECK(talk.client.at_end());
}

TEST_CASE("a chunk whose size can't be read ends the session") {
  for (const char* line : {"BDAT", "BDAT -1", "BDAT 18446744073709551616 LAST", "BDAT 1 LAST LAST", "BDAT\t1"}) {
    Post post;
    Talk talk(post);
    talk.open();
    CAPTURE(line);
    talk.client.send(std::string(line) + "\r\nMAIL FROM:<evil@far.example>\r\n");
    CHECK(codes_after(talk) == "501 end");
  }
}

TEST_CASE("line ends in chunks are checked like those of DATA") {
  for (const auto& text : {std::string("a\nb\r\n"), std::string("a\rb\r\n"), std::string("a\0b\r\n", 5), std::string("ab\r")}) {
    Post post;
    Talk talk(post);
    talk.open();
    CAPTURE(text);
    // Cut in the middle, where a CR and its LF may part.
    talk.client.send("BDAT 2\r\n" + text.substr(0, 2));
    CHECK(talk.reply() == "250 2.0.0");
    talk.client.send("BDAT " + std::to_string(text.size() - 2) + " LAST\r\n" + text.substr(2));
    CHECK(talk.reply() == "550 5.6.0");
    CHECK(post.letterbox.arrivals.empty());
  }
}

TEST_CASE("a loop of hosts is broken") {
  std::string header;
  for (int i = 0; i < 100; ++i) header += "Received: from a by b; now\r\n";
  Post post;
  Talk talk(post);
  CHECK(talk.send(header + "\r\nbody\r\n.\r\n") == "250 2.0.0");
  CHECK(talk.send("Received: from a by b; now\r\n" + header + "\r\nbody\r\n.\r\n") == "554 5.4.6");
}

TEST_CASE("what a client calls itself can't forge a header") {
  Post post;
  Talk talk(post, "EHLO a(b);c@d<e>\\\"");
  CHECK(talk.send("x\r\n.\r\n") == "250 2.0.0");
  CHECK(post.letterbox.arrivals[0].message->contains("(helo=a?b?" "?c?d?e?" "?" "?)\r\n"));
}

TEST_CASE("other protocols' clients are sent away") {
  for (const char* line : {"GET / HTTP/1.1", "POST /x HTTP/1.0", "CONNECT mx.example.org:25 HTTP/1.1"}) {
    Post post;
    Talk talk(post);
    talk.client.send(std::string(line) + "\r\nHost: x\r\nMAIL FROM:<evil@far.example>\r\n");
    CHECK(codes_after(talk) == "554 end");
  }
}

TEST_CASE("UTF-8 without SMTPUTF8") {
  Post post;
  Talk talk(post);
  CHECK(talk.say("MAIL FROM:<j\xc3\xbcrgen@far.example>") == "553 5.6.7");
  CHECK(talk.say("MAIL FROM:<j\xc3\xbcrgen@far.example> SMTPUTF8") == "250 2.1.0");
  CHECK(talk.say("RCPT TO:<j\xc3\xbcrgen@example.org>") == "550 5.1.1");
  CHECK(talk.say("RSET") == "250 2.0.0");
  CHECK(talk.say("MAIL FROM:<x@far.example>") == "250 2.1.0");
  CHECK(talk.say("RCPT TO:<j\xc3\xbcrgen@example.org>") == "553 5.6.7");
  CHECK(talk.say("RCPT TO:<j\xc3@example.org>") == "501 5.1.3");
}
