#include "smtp/state.h"

#include <doctest/doctest.h>

using namespace postroad;
using namespace postroad::smtp;

namespace {

// A conversation whose recipients at example.org exist and whose senders are all fine, but for `bad@`.
class Talk {
 public:
  explicit Talk(Offer offer = usual()) : state(std::move(offer)) {}

  static Offer usual() { return {.host = "mx.example.org", .size_max = 1000, .has_tls = true}; }

  // Sends a line and gives the reply's code and status, or what the state wants done: DATA, CHUNK, TLS, CLOSE 421.
  std::string say(std::string_view line) { return told(state.command(line)); }

  std::string told(Next next) {
    if (const auto* mail = std::get_if<JudgeSender>(&next)) return told(state.sender(refusal(mail->mail.from)));
    if (const auto* rcpt = std::get_if<JudgeRecipient>(&next)) return told(state.recipient(refusal(rcpt->rcpt.to)));
    if (std::holds_alternative<TakeData>(next)) return "DATA";
    if (const auto* secure = std::get_if<Secure>(&next)) return "TLS " + short_of(secure->reply);
    if (const auto* close = std::get_if<Close>(&next)) return "CLOSE " + short_of(close->reply);
    if (const auto* taken = std::get_if<TakeChunk>(&next)) {
      if (taken->refusal || !taken->chunk.last) return "CHUNK " + told(state.chunk_taken(*taken));
      state.message_ended(true);
      return "CHUNK LAST";
    }
    return short_of(std::get<Answer>(next).reply);
  }

  static std::string short_of(const Reply& reply) {
    return std::to_string(reply.code) + (reply.status.empty() ? "" : " " + reply.status);
  }

  State state;

 private:
  static std::optional<Reply> refusal(const Path& path) {
    if (path.local != "bad") return std::nullopt;
    return Reply{550, "5.1.1", "no such user"};
  }
};

const std::string kMail = "MAIL FROM:<ann@example.org>";
const std::string kRcpt = "RCPT TO:<bob@example.org>";
const std::string kBad = "RCPT TO:<bad@example.org>";

}  // namespace

TEST_CASE("what is answered in each state") {
  struct Case {
    const char* name;
    std::vector<std::string> before;
    std::string line;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"EHLO", {}, "EHLO a", "250"},
      {"HELO", {}, "HELO a", "250"},
      {"MAIL before EHLO", {}, kMail, "503 5.5.1"},
      {"STARTTLS before EHLO", {}, "STARTTLS", "503 5.5.1"},
      {"NOOP before EHLO", {}, "NOOP", "250 2.0.0"},
      {"RSET before EHLO", {}, "RSET", "250 2.0.0"},
      {"MAIL after a RSET before EHLO", {"RSET"}, kMail, "503 5.5.1"},
      {"QUIT before EHLO", {}, "QUIT", "CLOSE 221 2.0.0"},
      {"MAIL", {"EHLO a"}, kMail, "250 2.1.0"},
      {"MAIL after HELO", {"HELO a"}, kMail, "250 2.1.0"},
      {"MAIL refused", {"EHLO a"}, "MAIL FROM:<bad@example.org>", "550 5.1.1"},
      {"MAIL after one refused", {"EHLO a", "MAIL FROM:<bad@example.org>"}, kMail, "250 2.1.0"},
      {"MAIL nested", {"EHLO a", kMail}, kMail, "503 5.5.1"},
      {"MAIL too large", {"EHLO a"}, kMail + " SIZE=1001", "552 5.3.4"},
      {"MAIL as large as may be", {"EHLO a"}, kMail + " SIZE=1000", "250 2.1.0"},
      {"RCPT before MAIL", {"EHLO a"}, kRcpt, "503 5.5.1"},
      {"RCPT", {"EHLO a", kMail}, kRcpt, "250 2.1.5"},
      {"RCPT refused", {"EHLO a", kMail}, kBad, "550 5.1.1"},
      {"RCPT after one refused", {"EHLO a", kMail, kBad}, kRcpt, "250 2.1.5"},
      {"RCPT in UTF-8 without SMTPUTF8", {"EHLO a", kMail}, "RCPT TO:<j\xc3\xbcrgen@example.org>", "553 5.6.7"},
      {"RCPT in UTF-8", {"EHLO a", kMail + " SMTPUTF8"}, "RCPT TO:<j\xc3\xbcrgen@example.org>", "250 2.1.5"},
      {"DATA before MAIL", {"EHLO a"}, "DATA", "503 5.5.1"},
      {"DATA before RCPT", {"EHLO a", kMail}, "DATA", "503 5.5.1"},
      {"DATA with refused recipients alone", {"EHLO a", kMail, kBad}, "DATA", "554 5.5.1"},
      {"DATA after another transaction's refusals", {"EHLO a", kMail, kBad, "RSET", kMail}, "DATA", "503 5.5.1"},
      {"DATA", {"EHLO a", kMail, kRcpt}, "DATA", "DATA"},
      {"DATA after a recipient was refused", {"EHLO a", kMail, kRcpt, kBad}, "DATA", "DATA"},
      {"EHLO resets", {"EHLO a", kMail, kRcpt, "EHLO b"}, "DATA", "503 5.5.1"},
      {"RSET resets", {"EHLO a", kMail, kRcpt, "RSET"}, "DATA", "503 5.5.1"},
      {"RSET keeps EHLO", {"EHLO a", kMail, "RSET"}, kMail, "250 2.1.0"},
      {"NOOP resets nothing", {"EHLO a", kMail, kRcpt, "NOOP"}, "DATA", "DATA"},
      {"VRFY resets nothing", {"EHLO a", kMail, kRcpt, "VRFY bob"}, "DATA", "DATA"},
      {"VRFY", {"EHLO a"}, "VRFY bob", "252 2.5.0"},
      {"EXPN", {"EHLO a"}, "EXPN staff", "502 5.5.1"},
      {"HELP", {}, "HELP", "214 2.0.0"},
      {"AUTH", {"EHLO a"}, "AUTH PLAIN AGEAYg==", "502 5.5.1"},
      {"a browser", {}, "GET / HTTP/1.1", "CLOSE 554 5.7.0"},
      {"STARTTLS", {"EHLO a"}, "STARTTLS", "TLS 220 2.0.0"},
      {"STARTTLS in a transaction", {"EHLO a", kMail}, "STARTTLS", "503 5.5.1"},
      {"BDAT before RCPT", {"EHLO a", kMail}, "BDAT 5", "CHUNK 503 5.5.1"},
      {"BDAT before MAIL", {"EHLO a"}, "BDAT 5 LAST", "CHUNK 503 5.5.1"},
      {"BDAT with refused recipients alone", {"EHLO a", kMail, kBad}, "BDAT 5 LAST", "CHUNK 554 5.5.1"},
      {"BDAT", {"EHLO a", kMail, kRcpt}, "BDAT 5", "CHUNK 250 2.0.0"},
      {"BDAT of nothing", {"EHLO a", kMail, kRcpt, "BDAT 5"}, "BDAT 0", "CHUNK 250 2.0.0"},
      {"BDAT LAST", {"EHLO a", kMail, kRcpt, "BDAT 5"}, "BDAT 0 LAST", "CHUNK LAST"},
      {"BDAT LAST twice", {"EHLO a", kMail, kRcpt, "BDAT 5 LAST"}, "BDAT 5 LAST", "CHUNK 503 5.5.1"},
      {"BDAT too large", {"EHLO a", kMail, kRcpt}, "BDAT 1001", "CHUNK 552 5.3.4"},
      {"BDAT too large in sum", {"EHLO a", kMail, kRcpt, "BDAT 600"}, "BDAT 401", "CHUNK 552 5.3.4"},
      {"BDAT as large as may be", {"EHLO a", kMail, kRcpt, "BDAT 600"}, "BDAT 400 LAST", "CHUNK LAST"},
      {"BDAT that would wrap", {"EHLO a", kMail, kRcpt, "BDAT 600"}, "BDAT 9223372036854775807", "CHUNK 552 5.3.4"},
      {"BDAT after a refused one", {"EHLO a", kMail, kRcpt, "BDAT 600", "BDAT 401"}, "BDAT 1", "CHUNK 503 5.5.1"},
      {"RSET after a refused one", {"EHLO a", kMail, kRcpt, "BDAT 600", "BDAT 401", "RSET"}, kMail, "250 2.1.0"},
      {"a refused LAST ends it", {"EHLO a", kMail, kRcpt, "BDAT 600", "BDAT 401 LAST"}, kMail, "250 2.1.0"},
      {"DATA after BDAT", {"EHLO a", kMail, kRcpt, "BDAT 5"}, "DATA", "503 5.5.1"},
      {"MAIL after BDAT", {"EHLO a", kMail, kRcpt, "BDAT 5"}, kMail, "503 5.5.1"},
      {"RCPT after BDAT", {"EHLO a", kMail, kRcpt, "BDAT 5"}, kRcpt, "503 5.5.1"},
      {"BDAT that can't be parsed", {"EHLO a", kMail, kRcpt}, "BDAT five", "CLOSE 501 5.5.4"},
  };
  for (const auto& row : cases) {
    Talk talk;
    for (const auto& line : row.before) talk.say(line);
    CAPTURE(row.name);
    CHECK(talk.say(row.line) == row.want);
  }
}

TEST_CASE("EHLO tells what is offered") {
  Talk talk;
  auto next = talk.state.command("EHLO a");
  CHECK(std::get<Answer>(next).reply.text ==
        "mx.example.org\nPIPELINING\nSIZE 1000\n8BITMIME\nSMTPUTF8\nCHUNKING\nENHANCEDSTATUSCODES\nDSN\nSTARTTLS");
  next = talk.state.command("HELO a");
  CHECK(std::get<Answer>(next).reply.text == "mx.example.org");
  CHECK_FALSE(talk.state.is_extended());
}

TEST_CASE("STARTTLS: all of before is forgotten, and there is no second one") {
  Talk talk;
  talk.say("EHLO a");
  CHECK(talk.say("STARTTLS") == "TLS 220 2.0.0");
  talk.state.secured();
  CHECK(talk.state.client_name().empty());
  CHECK(talk.say(kMail) == "503 5.5.1");
  auto next = talk.state.command("EHLO a");
  CHECK_FALSE(std::get<Answer>(next).reply.text.contains("STARTTLS"));
  CHECK(talk.say("STARTTLS") == "503 5.5.1");
  CHECK(talk.say(kMail) == "250 2.1.0");
}

TEST_CASE("STARTTLS where there is no certificate") {
  auto offer = Talk::usual();
  offer.has_tls = false;
  Talk talk(offer);
  talk.say("EHLO a");
  CHECK(talk.say("STARTTLS") == "502 5.5.1");
}

TEST_CASE("the envelope holds accepted recipients alone, and is gone after the message") {
  Talk talk;
  for (const auto& line : {std::string("EHLO a"), kMail, kRcpt, kBad, std::string("RCPT TO:<eve@example.org>")}) talk.say(line);
  REQUIRE(talk.state.envelope().recipients.size() == 2);
  CHECK(talk.state.envelope().recipients[1].to.local == "eve");
  talk.state.message_ended(true);
  CHECK(talk.state.envelope().recipients.empty());
  CHECK(talk.say(kMail) == "250 2.1.0");
}

TEST_CASE("recipients have a limit, and the transaction goes on") {
  auto offer = Talk::usual();
  offer.recipients_max = 2;
  Talk talk(offer);
  for (const auto& line : {std::string("EHLO a"), kMail, kRcpt, kRcpt}) talk.say(line);
  CHECK(talk.say(kRcpt) == "452 4.5.3");
  CHECK(talk.say("DATA") == "DATA");
}

TEST_CASE("errors have a limit, and so have commands that lead nowhere") {
  auto offer = Talk::usual();
  offer.errors_max = 3;
  offer.refusals_max = 4;
  offer.idle_commands_max = 5;
  Talk errors(offer);
  CHECK(errors.say("XYZZY") == "500 5.5.1");
  CHECK(errors.say("DATA") == "503 5.5.1");
  CHECK(errors.say("MAIL") == "CLOSE 421 4.7.0");

  Talk refusals(offer);
  refusals.say("EHLO a");
  refusals.say(kMail);
  for (int i = 0; i < 3; ++i) CHECK(refusals.say(kBad) == "550 5.1.1");
  CHECK(refusals.say(kBad) == "CLOSE 421 4.7.0");

  Talk noops(offer);
  for (int i = 0; i < 7; ++i) CHECK(noops.say("NOOP") == "250 2.0.0");
  CHECK(noops.say("NOOP") == "CLOSE 421 4.7.0");
}

TEST_CASE("an accepted message forgives") {
  auto offer = Talk::usual();
  offer.errors_max = 3;
  Talk talk(offer);
  talk.say("XYZZY");
  talk.say("XYZZY");
  talk.state.message_ended(true);
  CHECK(talk.say("XYZZY") == "500 5.5.1");
}

TEST_CASE("LMTP: LHLO, and 503 where nobody was accepted") {
  auto offer = Talk::usual();
  offer.dialect = Dialect::Lmtp;
  Talk talk(offer);
  CHECK(talk.state.greeting().text.contains("LMTP"));
  CHECK(talk.say("EHLO a") == "500 5.5.1");
  CHECK(talk.say("LHLO a") == "250");
  CHECK(talk.say(kMail) == "250 2.1.0");
  CHECK(talk.say(kBad) == "550 5.1.1");
  CHECK(talk.say("DATA") == "503 5.5.1");
}
