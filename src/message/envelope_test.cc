#include "message/envelope.h"

#include <doctest/doctest.h>

#include "message/index.h"

using namespace postroad;
using namespace postroad::message;
using namespace std::literals;

TEST_CASE("an envelope") {
  const auto got = index(
                       "Date: Mon, 23 Nov 2026\r\n 22:26:05 +0100\r\n"
                       "Subject: =?utf-8?q?x?= y\r\n"
                       "From: Ann <ann@example.org>\r\n"
                       "Sender:\r\n"
                       "To: a@b\r\n"
                       "to: c@d, e@f\r\n"
                       "Cc: G: g@h;\r\n"
                       "Message-ID: <1@example.org>\r\n"
                       "In-Reply-To: <0@example.org> <9@example.org>\r\n"
                       "\r\n")
                       .summary;
  const auto& envelope = got.envelope();
  CHECK(envelope.date == "Mon, 23 Nov 2026 22:26:05 +0100");
  CHECK(envelope.subject == "=?utf-8?q?x?= y");
  REQUIRE(envelope.from.size() == 1);
  CHECK(envelope.from[0].name == "Ann");
  CHECK(envelope.sender.empty());
  CHECK(envelope.reply_to.empty());
  CHECK(envelope.to.size() == 3);
  CHECK(envelope.cc.size() == 3);
  CHECK(envelope.bcc.empty());
  CHECK(envelope.message_id == "<1@example.org>");
  CHECK(envelope.in_reply_to == "<0@example.org> <9@example.org>");

  CHECK(got.message_id == "1@example.org");
  CHECK(got.references == std::vector<std::string>{"0@example.org"});
  CHECK(got.sent->zone_minutes == 60);
}

TEST_CASE("absent is not empty") {
  const auto got = index("Subject:\r\n\r\n").summary;
  CHECK(got.envelope().subject == "");
  CHECK_FALSE(got.envelope().date);
  CHECK_FALSE(got.sent);
  CHECK(got.message_id.empty());
}

TEST_CASE("References count before In-Reply-To") {
  const auto references = [](const char* fields) { return index(fields).summary.references; };
  CHECK(references("References: <1@x> <2@x>\r\nIn-Reply-To: <3@x>\r\n\r\n") == std::vector<std::string>{"1@x", "2@x"});
  CHECK(references("References:\r\nIn-Reply-To: <3@x>\r\n\r\n") == std::vector<std::string>{"3@x"});
  CHECK(references("\r\n").empty());
}

TEST_CASE("a part that is no message has no envelope, and a message in it its own") {
  const auto got = index(
      "Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nSubject: not a message\r\n\r\nx\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n--b--\r\n");
  const auto& children = got.summary.root.children;
  REQUIRE(children.size() == 2);
  CHECK(got.summary.envelope().subject == "outer");
  CHECK(children[0].envelope == nullptr);
  CHECK(children[1].envelope == nullptr);
  REQUIRE(children[1].children.size() == 1);
  CHECK(children[1].children[0].envelope->subject == "inner");
}

TEST_CASE("no text of an envelope holds NUL, CR or LF") {
  const auto got = index("Subject: a\0b\r\n c\rd\r\nFrom: \"x\0\r\n y\" <a@b>\r\n\r\n"s).summary;
  CHECK(got.envelope().subject == "a b c d");
  CHECK(got.envelope().from[0].name == "x  y");
}

TEST_CASE("a preview is of the first text that has one") {
  const auto preview = [](const char* parts) {
    return index("Content-Type: multipart/alternative; boundary=b\r\n\r\n" + std::string(parts) + "--b--\r\n").summary.preview;
  };
  CHECK(preview("--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>html\r\n") == "plain");
  CHECK(preview("--b\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\n\r\n<p>html\r\n") == "html");
  CHECK(preview("--b\r\nContent-Type: text/html\r\n\r\n<p>html\r\n--b\r\n\r\nplain\r\n") == "plain");
  CHECK(preview("--b\r\nContent-Disposition: attachment\r\n\r\nfile\r\n--b\r\n\r\nplain\r\n") == "plain");
  CHECK(preview("--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninner\r\n").empty());
  CHECK(preview("--b\r\nContent-Transfer-Encoding: base64\r\n\r\ncGxhaW4=\r\n") == "plain");
}
