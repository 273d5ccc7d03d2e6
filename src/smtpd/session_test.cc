#include "smtpd/testing.h"

using namespace postroad;
using namespace postroad::smtpd;
using namespace postroad::smtpd::testing;

TEST_CASE("a message is taken, with the fields that tell where it came from") {
  Post post;
  Talk talk(post);
  CHECK(talk.send("Subject: hi\r\n\r\n..dot\r\n.\r\n") == "250 2.0.0");
  REQUIRE(post.letterbox.arrivals.size() == 1);
  const auto& arrival = post.letterbox.arrivals[0];
  CHECK(arrival.mail.from.text() == "x@far.example");
  CHECK(is_id(arrival.id, 'm'));
  REQUIRE(arrival.recipients.size() == 1);
  CHECK(arrival.recipients[0].accounts[0]->local == "ann");
  CHECK(arrival.message->starts_with("Return-Path: <x@far.example>\r\nReceived: from client.example ("));
  CHECK(arrival.message->contains(" with ESMTP\r\n\tid " + arrival.id + "\r\n\tfor <ann@example.org>;\r\n\t"));
  CHECK(arrival.message->ends_with(" +0000\r\nSubject: hi\r\n\r\n.dot\r\n"));
  CHECK(talk.say("QUIT") == "221 2.0.0");
  CHECK(talk.client.at_end());
}

TEST_CASE("many messages in one session, each with its own recipients") {
  Post post;
  Talk talk(post);
  CHECK(talk.send("one\r\n.\r\n", {"ann@example.org", "bob@example.org"}) == "250 2.0.0");
  CHECK(talk.send("two\r\n.\r\n", {"bob@example.org"}) == "250 2.0.0");
  REQUIRE(post.letterbox.arrivals.size() == 2);
  CHECK(post.letterbox.arrivals[0].recipients.size() == 2);
  CHECK_FALSE(post.letterbox.arrivals[0].message->contains("for <"));
  CHECK(post.letterbox.arrivals[1].recipients.size() == 1);
  CHECK(post.letterbox.arrivals[0].id != post.letterbox.arrivals[1].id);
}

TEST_CASE("who is refused, and how") {
  Post post;
  Talk talk(post);
  CHECK(talk.say("MAIL FROM:<>") == "250 2.1.0");
  CHECK(talk.say("RCPT TO:<eve@example.org>") == "550 5.1.1");
  CHECK(talk.say("RCPT TO:<eve@far.example>") == "550 5.7.1");
  CHECK(talk.say("RCPT TO:<full@example.org>") == "250 2.1.5");
  CHECK(talk.say("RSET") == "250 2.0.0");
  CHECK(talk.say("MAIL FROM:<> SIZE=200") == "250 2.1.0");
  CHECK(talk.say("RCPT TO:<full@example.org>") == "452 4.2.2");
  CHECK(talk.say("DATA") == "554 5.5.1");
  CHECK(talk.say("RSET") == "250 2.0.0");
  CHECK(talk.say("MAIL FROM:<> SIZE=20001") == "552 5.3.4");
  CHECK(post.letterbox.arrivals.empty());
}

TEST_CASE("what delivery answers is what the client hears") {
  Post post;
  Talk talk(post);
  post.letterbox.answers = {{451, "4.3.0", "not now"}};
  CHECK(talk.send("x\r\n.\r\n") == "451 4.3.0");
  post.letterbox.answers = {};
  CHECK(talk.send("x\r\n.\r\n") == "250 2.0.0");
}

TEST_CASE("LMTP answers for each recipient") {
  Post post(Post::lmtp());
  Talk talk(post, "LHLO client.example");
  talk.open({"ann@example.org", "bob@example.org", "ann@example.org"});
  CHECK(talk.say("DATA") == "354");
  post.letterbox.answers = {{250, "2.0.0", "a"}, {452, "4.2.2", "b"}, {250, "2.0.0", "a"}};
  talk.client.send("x\r\n.\r\n");
  CHECK(talk.reply() == "250 2.0.0");
  CHECK(talk.reply() == "452 4.2.2");
  CHECK(talk.reply() == "250 2.0.0");
  CHECK(post.letterbox.arrivals[0].message->contains(" with LMTP\r\n"));
  CHECK(talk.say("NOOP") == "250 2.0.0");
}

TEST_CASE("LMTP refuses a whole message for each recipient") {
  Post post(Post::lmtp());
  Talk talk(post, "LHLO client.example");
  talk.open({"ann@example.org", "bob@example.org"});
  CHECK(talk.say("DATA") == "354");
  talk.client.send("a\rb\r\n.\r\n");
  CHECK(talk.reply() == "550 5.6.0");
  CHECK(talk.reply() == "550 5.6.0");
  talk.open({"ann@example.org", "bob@example.org"});
  talk.client.send_line("BDAT 30000 LAST");
  talk.client.send(std::string(30'000, 'x'));
  CHECK(talk.reply() == "552 5.3.4");
  CHECK(talk.reply() == "552 5.3.4");
  CHECK(talk.say("NOOP") == "250 2.0.0");
}

TEST_CASE("LMTP: recipients of a transaction that is over are owed nothing") {
  for (const char* over : {"RSET", "LHLO again.example", "DATA"}) {
    Post post(Post::lmtp());
    Talk talk(post, "LHLO client.example");
    talk.open({"ann@example.org", "bob@example.org"});
    CAPTURE(over);
    talk.client.send_line(over);
    if (std::string(over) == "DATA") {
      CHECK(talk.reply() == "354");
      talk.client.send("a\rb\r\n.\r\n");
      CHECK(talk.reply() == "550 5.6.0");
      CHECK(talk.reply() == "550 5.6.0");
    } else {
      talk.client.read_to("250 ");
    }
    talk.client.send("BDAT 5 LAST\r\nabcde");
    CHECK(talk.reply() == "503 5.5.1");
    CHECK(talk.say("NOOP") == "250 2.0.0");
  }
}

TEST_CASE("a pipelined session is answered in order") {
  Post post;
  Talk talk(post);
  talk.client.send(
      "MAIL FROM:<x@far.example>\r\nRCPT TO:<ann@example.org>\r\nRCPT TO:<eve@example.org>\r\nDATA\r\n");
  CHECK(talk.reply() == "250 2.1.0");
  CHECK(talk.reply() == "250 2.1.5");
  CHECK(talk.reply() == "550 5.1.1");
  CHECK(talk.reply() == "354");
  talk.client.send(
      "one\r\n.\r\nMAIL FROM:<x@far.example>\r\nRCPT TO:<bob@example.org>\r\nBDAT 5\r\ntwo\r\nBDAT 0 LAST\r\nRSET\r\nQUIT\r\n");
  for (const char* want : {"250 2.0.0", "250 2.1.0", "250 2.1.5", "250 2.0.0", "250 2.0.0", "250 2.0.0", "221 2.0.0"})
    CHECK(talk.reply() == want);
  REQUIRE(post.letterbox.arrivals.size() == 2);
  CHECK(post.letterbox.arrivals[0].message->ends_with("\r\none\r\n"));
  CHECK(post.letterbox.arrivals[1].message->ends_with("\r\ntwo\r\n"));
}

TEST_CASE("nothing behind a refused DATA is read as commands") {
  Post post;
  Talk talk(post);
  talk.client.send("MAIL FROM:<x@far.example>\r\nRCPT TO:<eve@example.org>\r\nDATA\r\nSubject: x\r\nRSET\r\n.\r\n");
  CHECK(talk.reply() == "250 2.1.0");
  CHECK(talk.reply() == "550 5.1.1");
  CHECK(talk.reply() == "554 5.5.1");
  CHECK(talk.client.at_end());
}

TEST_CASE("chunks make a message, and dots in them mean nothing") {
  Post post;
  Talk talk(post);
  talk.open();
  talk.client.send("BDAT 7\r\na\r\n.\r\nb");
  CHECK(talk.reply() == "250 2.0.0");
  talk.client.send("BDAT 5 LAST\r\n\r\nc\r\n");
  CHECK(talk.reply() == "250 2.0.0");
  REQUIRE(post.letterbox.arrivals.size() == 1);
  CHECK(post.letterbox.arrivals[0].message->ends_with("\r\na\r\n.\r\nb\r\nc\r\n"));
}

TEST_CASE("a refused chunk is read, so that what follows is commands again") {
  Post post;
  Talk talk(post);
  talk.client.send("BDAT 11 LAST\r\nMAIL FROM:<NOOP\r\n");
  CHECK(talk.reply() == "503 5.5.1");
  CHECK(talk.reply() == "250 2.0.0");
  talk.open();
  talk.client.send("BDAT 5\r\nabcde");
  CHECK(talk.reply() == "250 2.0.0");
  talk.client.send("BDAT 30000\r\n" + std::string(30'000, 'x') + "BDAT 1 LAST\r\nx");
  CHECK(talk.reply() == "552 5.3.4");
  CHECK(talk.reply() == "503 5.5.1");
  CHECK(talk.send("fresh\r\n.\r\n") == "250 2.0.0");
  REQUIRE(post.letterbox.arrivals.size() == 1);
  CHECK(post.letterbox.arrivals[0].message->ends_with(" +0000\r\nfresh\r\n"));
}

TEST_CASE("RSET forgets chunks") {
  Post post;
  Talk talk(post);
  talk.open();
  talk.client.send("BDAT 5\r\nabcdeRSET\r\n");
  CHECK(talk.reply() == "250 2.0.0");
  CHECK(talk.reply() == "250 2.0.0");
  CHECK(post.budget.used() == 0);
  talk.open();
  talk.client.send("BDAT 3 LAST\r\nx\r\n");
  CHECK(talk.reply() == "250 2.0.0");
  CHECK(post.letterbox.arrivals[0].message->ends_with(" +0000\r\nx\r\n"));
}

TEST_CASE("STARTTLS") {
  Post post;
  Talk talk(post);
  CHECK(talk.say("STARTTLS") == "220 2.0.0");
  REQUIRE(talk.client.start_tls(post.tls, "mx.example.org"));
  CHECK(talk.say("MAIL FROM:<>") == "503 5.5.1");
  talk.greet("EHLO again.example");
  CHECK(talk.say("STARTTLS") == "503 5.5.1");
  CHECK(talk.send("x\r\n.\r\n") == "250 2.0.0");
  CHECK(post.letterbox.arrivals[0].message->contains("from again.example ("));
  CHECK(post.letterbox.arrivals[0].message->contains(" with ESMTPS\r\n\t(TLSv1.3 SIMULATED)\r\n"));
}

TEST_CASE("too many sessions are turned away") {
  auto options = Post::usual();
  options.sessions_per_network_max = 2;
  Post post(options);
  Talk first(post);
  {
    Talk second(post);
    auto third = post.connect();
    CHECK(third.read_line().starts_with("421 4.3.2"));
    CHECK(third.at_end());
  }
  post.world.run_for(seconds(1));
  Talk fourth(post);
  CHECK(fourth.say("NOOP") == "250 2.0.0");
}

TEST_CASE("draining: whoever waits is sent away, a message under way is finished") {
  Post post;
  Talk idle(post);
  Talk busy(post);
  Talk slow(post);
  busy.open();
  CHECK(busy.say("DATA") == "354");
  slow.open();
  CHECK(slow.say("DATA") == "354");
  post.server_loop.post([&post] { post.server.drain(); });
  CHECK(idle.reply() == "421 4.3.2");
  CHECK(idle.client.at_end());
  busy.client.send("x\r\n.\r\n");
  CHECK(busy.reply() == "250 2.0.0");
  CHECK(busy.reply() == "421 4.3.2");
  auto late = post.connect();
  CHECK(late.read_line().starts_with("421 4.3.2"));

  CHECK(post.server.sessions() == 1);
  post.world.run(post.server_loop, post.server.drained(post.world.now() + seconds(10)));
  CHECK(post.server.sessions() == 0);
  CHECK(post.letterbox.arrivals.size() == 1);
}

TEST_CASE("what is counted") {
  Post post;
  Talk talk(post);
  talk.send("12345678\r\n.\r\n");
  talk.say("MAIL FROM:<>");
  talk.say("RCPT TO:<eve@example.org>");
  const auto text = post.metrics.text();
  for (const char* want : {"postroad_smtpd_sessions_total{dialect=\"smtp\"} 1", "postroad_smtpd_sessions{dialect=\"smtp\"} 1",
                           "postroad_smtpd_messages_total{dialect=\"smtp\"} 1", "postroad_smtpd_bytes_total{dialect=\"smtp\"} 10",
                           "postroad_smtpd_refusals_total{dialect=\"smtp\",reason=\"unknown_user\"} 1"}) {
    CAPTURE(want);
    CHECK(text.contains(want));
  }
}
