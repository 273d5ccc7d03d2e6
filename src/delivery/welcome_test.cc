#include "delivery/welcome.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "message/header.h"
#include "message/index.h"
#include "message/text.h"

using namespace postroad;
using namespace postroad::delivery;

namespace {

const Time kNow(std::chrono::seconds(1'700'000'000));

std::string letter_of(const feed::WelcomeMail& mail, std::string_view recipient = "joe@example.com") {
  REQUIRE(feed::flaw_of(mail).empty());
  return welcome_letter(mail, recipient, "welcome-c1", kNow);
}

std::string body_of(const std::string& letter) {
  std::string encoded;
  for (const char c : letter.substr(letter.find("\r\n\r\n")))
    if (c != '\r' && c != '\n') encoded += c;
  return parse_base64(encoded).value();
}

}  // namespace

TEST_CASE("a welcome mail is a message of its own") {
  CHECK(letter_of({.text = "Good to\nhave you", .subject = "Welcome", .from_name = "The \"Team\"", .from_address = "hello@example.com"}) ==
        "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
        "From: \"The \\\"Team\\\"\" <hello@example.com>\r\n"
        "To: <joe@example.com>\r\n"
        "Subject: Welcome\r\n"
        "Message-ID: <welcome-c1@example.com>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "R29vZCB0bw0KaGF2ZSB5b3U=\r\n");
}

TEST_CASE("whatever is in a welcome mail, it is short lines of ASCII, of the same fields, and reads the same") {
  std::string umlauts;
  for (int n = 0; n < 128; ++n) umlauts += "\u00fc";
  struct Case {
    const char* name;
    feed::WelcomeMail mail;
  };
  const Case cases[] = {
      {"nothing", {.text = "", .subject = "", .from_name = "", .from_address = "a@b.example"}},
      {"beyond ASCII", {.text = std::string(feed::kWelcomeBytes, 'x'), .subject = umlauts, .from_name = umlauts, .from_address = "a@b.example", .is_html = true}},
      {"one long word", {.text = "x", .subject = std::string(256, 'x'), .from_name = std::string(256, '"'), .from_address = "a@b.example"}},
      {"what looks like an encoded word", {.text = "x", .subject = "=?utf-8?q?a=0D=0ABcc:_x=40y?=", .from_name = "=?utf-8?q?x?= <b@c.example>,", .from_address = "a@b.example"}},
      {"many words", {.text = "\t.\r\n.\r\n", .subject = "a   b " + std::string(200, 'c') + " d", .from_name = "a, b; (c) <d@e.example> \\", .from_address = "a@b.example"}},
      {"ends of lines", {.text = std::string(feed::kWelcomeBytes / 2, '\n'), .subject = "x", .from_name = "x", .from_address = "a@b.example"}},
      {"the longest address", {.text = "x", .subject = "x", .from_name = "x", .from_address = std::string(64, 'a') + "@" + std::string(180, 'b') + ".example"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto letter = letter_of(c.mail);
    CHECK(letter.size() <= kWelcomeLetterBytes);
    CHECK(std::ranges::all_of(letter, [](char at) { return at == '\r' || at == '\n' || at == '\t' || (at >= ' ' && at < 127); }));
    std::size_t longest = 0;
    for (const auto line : split(letter, '\n')) longest = std::max(longest, line.size());
    CHECK(longest <= 998);  // one word of a name that can't be folded.  rfc5322 2.1.1
    CHECK(message::fields(letter).size() == 9);
    CHECK(message::decode_text(message::field_value(letter, "Subject")) == c.mail.subject);
    const auto summary = message::index(letter).summary;
    REQUIRE(summary.envelope().from.size() == 1);
    const auto& from = summary.envelope().from[0];
    CHECK(from.mailbox + "@" + from.host == c.mail.from_address);
  }
}

TEST_CASE("each end of a line of a welcome mail becomes CRLF") {
  const auto text = [](std::string of) { return body_of(letter_of({.text = std::move(of), .subject = "x", .from_name = "", .from_address = "a@b.example"})); };
  CHECK(text("a\nb\r\nc\rd\n\n") == "a\r\nb\r\nc\r\nd\r\n\r\n");
  CHECK(text("\r\r\n\r") == "\r\n\r\n\r\n");
}
