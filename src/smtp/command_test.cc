#include "smtp/command.h"

#include <vector>

#include <doctest/doctest.h>

#include "smtp/reply.h"

using namespace postroad;
using namespace postroad::smtp;

namespace {

struct Case {
  const char* name;
  std::string line;
  const char* want;  // "" where it is accepted; else how the reply begins
};

void check_lines(const std::vector<Case>& cases, Dialect dialect = Dialect::Smtp) {
  for (const auto& row : cases) {
    CAPTURE(row.name);
    CAPTURE(row.line);
    const auto command = parse_command(row.line, dialect);
    const auto reply = command ? "" : format(reply_to(command.error()));
    CAPTURE(reply);
    CHECK(reply.substr(0, std::string_view(row.want).size()) == row.want);
    CHECK(command.has_value() == std::string_view(row.want).empty());
  }
}

template <class T>
T parsed(std::string_view line) {
  auto command = parse_command(line, Dialect::Smtp);
  REQUIRE(command);
  REQUIRE(std::holds_alternative<T>(*command));
  return std::get<T>(std::move(*command));
}

}  // namespace

TEST_CASE("verbs and their arguments") {
  check_lines({
      {"any case", "eHlO mx.example.org", ""},
      {"trailing white space", "RSET \t ", ""},
      {"leading white space", " RSET", "500 5.5.1"},
      {"nothing", "", "500 5.5.1"},
      {"unknown", "XYZZY", "500 5.5.1"},
      {"verb glued to what follows", "RSETX", "500 5.5.1"},
      {"tab for a space", "MAIL\tFROM:<>", "501 5.5.2"},
      {"NUL", std::string("RSET\0", 5), "501 5.5.2"},
      {"bare CR", "RSET\rQUIT", "501 5.5.2"},
      {"8-bit verb", "\xd0\x9c" "AIL FROM:<>", "500 5.5.1"},
      {"EHLO without a name", "EHLO", "501 5.5.4"},
      {"EHLO with two words", "EHLO a b", "501 5.5.4"},
      {"EHLO with an endless name", "EHLO " + std::string(256, 'a'), "501 5.5.4"},
      {"EHLO with a literal", "EHLO [192.0.2.1]", ""},
      {"EHLO with what no grammar allows", "EHLO my_pc:(", ""},
      {"HELO", "HELO mx.example.org", ""},
      {"LHLO is not of SMTP", "LHLO mx.example.org", "500 5.5.1"},
      {"DATA with an argument", "DATA now", "501 5.5.4"},
      {"RSET with an argument", "RSET now", "501 5.5.4"},
      {"QUIT with an argument", "QUIT now", "501 5.5.4"},
      {"STARTTLS with an argument", "STARTTLS now", "501 5.5.4"},
      {"NOOP with an argument", "NOOP are you there", ""},
      {"HELP with an argument", "HELP MAIL", ""},
      {"VRFY", "VRFY ann", ""},
      {"VRFY of UTF-8", "VRFY j\xc3\xbcrgen SMTPUTF8", ""},
      {"VRFY of nobody", "VRFY", "501 5.5.4"},
      {"BDAT", "BDAT 0", ""},
      {"BDAT LAST", "BDAT 10 last", ""},
      {"BDAT without a size", "BDAT", "501 5.5.4"},
      {"BDAT with a sign", "BDAT -1", "501 5.5.4"},
      {"BDAT that overflows", "BDAT 18446744073709551616", "501 5.5.4"},
      {"BDAT above the most", "BDAT 9223372036854775808", "501 5.5.4"},
      {"BDAT LAST twice", "BDAT 1 LAST LAST", "501 5.5.4"},
      {"BDAT with another word", "BDAT 1 FIRST", "501 5.5.4"},
      {"EXPN is known", "EXPN staff", ""},
      {"a browser", "GET / HTTP/1.1", ""},
  });
}

TEST_CASE("LMTP has LHLO instead of EHLO and HELO") {
  check_lines(
      {
          {"LHLO", "LHLO mx.example.org", ""},
          {"EHLO", "EHLO mx.example.org", "500 5.5.1"},
          {"HELO", "HELO mx.example.org", "500 5.5.1"},
      },
      Dialect::Lmtp);
}

TEST_CASE("MAIL") {
  check_lines({
      {"plain", "MAIL FROM:<ann@example.org>", ""},
      {"any case", "mail from:<ann@example.org>", ""},
      {"null", "MAIL FROM:<>", ""},
      {"a space behind the colon", "MAIL FROM: <ann@example.org>", ""},
      {"two spaces in front", "MAIL  FROM:<ann@example.org>", "501 5.5.4"},
      {"a space before the colon", "MAIL FROM :<ann@example.org>", "501 5.5.4"},
      {"no path", "MAIL FROM:", "501 5.1.7"},
      {"nothing", "MAIL", "501 5.5.4"},
      {"no brackets", "MAIL FROM:ann@example.org", "501 5.1.7"},
      {"all parameters",
       "MAIL FROM:<ann@example.org> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159", ""},
      {"parameters in any case", "MAIL FROM:<ann@example.org> size=1 body=8bitmime ret=full", ""},
      {"no space before a parameter", "MAIL FROM:<ann@example.org>SIZE=1", "501 5.5.4"},
      {"two spaces before a parameter", "MAIL FROM:<ann@example.org>  SIZE=1", "501 5.5.4"},
      {"unknown parameter", "MAIL FROM:<ann@example.org> XYZZY=1", "555 5.5.4"},
      {"AUTH= is not offered", "MAIL FROM:<ann@example.org> AUTH=<>", "555 5.5.4"},
      {"HOLDFOR is not offered", "MAIL FROM:<ann@example.org> HOLDFOR=60", "555 5.5.4"},
      {"BY is not offered", "MAIL FROM:<ann@example.org> BY=120;R", "555 5.5.4"},
      {"MT-PRIORITY is not offered", "MAIL FROM:<ann@example.org> MT-PRIORITY=9", "555 5.5.4"},
      {"NOTIFY is of RCPT", "MAIL FROM:<ann@example.org> NOTIFY=NEVER", "555 5.5.4"},
      {"a parameter twice", "MAIL FROM:<ann@example.org> SIZE=1 SIZE=2", "501 5.5.4"},
      {"a hyphen in front", "MAIL FROM:<ann@example.org> -SIZE=1", "501 5.5.4"},
      {"an empty value", "MAIL FROM:<ann@example.org> SIZE=", "501 5.5.4"},
      {"SIZE without a value", "MAIL FROM:<ann@example.org> SIZE", "501 5.5.4"},
      {"SIZE negative", "MAIL FROM:<ann@example.org> SIZE=-1", "501 5.5.4"},
      {"SIZE overflows", "MAIL FROM:<ann@example.org> SIZE=99999999999999999999", "501 5.5.4"},
      {"BODY=BINARYMIME is not offered", "MAIL FROM:<ann@example.org> BODY=BINARYMIME", "501 5.5.4"},
      {"SMTPUTF8 with a value", "MAIL FROM:<ann@example.org> SMTPUTF8=1", "501 5.5.4"},
      {"RET of something else", "MAIL FROM:<ann@example.org> RET=BODY", "501 5.5.4"},
      {"ENVID with CR LF", "MAIL FROM:<ann@example.org> ENVID=a+0D+0AQUIT", "501 5.5.4"},
      {"ENVID with NUL", "MAIL FROM:<ann@example.org> ENVID=a+00", "501 5.5.4"},
      {"ENVID with lower-case digits", "MAIL FROM:<ann@example.org> ENVID=a+0d", "501 5.5.4"},
      {"ENVID cut", "MAIL FROM:<ann@example.org> ENVID=a+4", "501 5.5.4"},
      {"ENVID too long", "MAIL FROM:<ann@example.org> ENVID=" + std::string(101, 'x'), "501 5.5.4"},
      {"UTF-8 with SMTPUTF8", "MAIL FROM:<j\xc3\xbcrgen@example.org> SMTPUTF8", ""},
      {"UTF-8 without SMTPUTF8", "MAIL FROM:<j\xc3\xbcrgen@example.org>", "553 5.6.7"},
      {"invalid UTF-8", "MAIL FROM:<j\xc3@example.org> SMTPUTF8", "501 5.1.7"},
      {"too many parameters",
       "MAIL FROM:<> A=1 B=1 C=1 D=1 E=1 F=1 G=1 H=1 I=1 J=1 K=1 L=1 M=1 N=1 O=1 P=1 Q=1", "501 5.5.4"},
  });
  const auto mail = parsed<Mail>("MAIL FROM:<A@B.example> SIZE=1000 BODY=8BITMIME RET=HDRS ENVID=a+2Bb+20c");
  CHECK(mail.from == Path{"A", "b.example"});
  CHECK(mail.size_bytes == 1000);
  CHECK(mail.is_eight_bit);
  CHECK_FALSE(mail.is_utf8);
  CHECK(mail.ret == Return::Headers);
  CHECK(mail.envid == "a+b c");
}

TEST_CASE("RCPT") {
  const std::string to = "RCPT TO:<ann@example.org>";
  check_lines({
      {"plain", to, ""},
      {"a space behind the colon", "RCPT TO: <ann@example.org>", ""},
      {"null", "RCPT TO:<>", "501 5.1.3"},
      {"Postmaster", "RCPT TO:<Postmaster>", ""},
      {"nothing", "RCPT", "501 5.5.4"},
      {"NOTIFY", to + " NOTIFY=SUCCESS,DELAY,FAILURE", ""},
      {"NOTIFY=NEVER", to + " NOTIFY=never", ""},
      {"NEVER with another", to + " NOTIFY=NEVER,DELAY", "501 5.5.4"},
      {"a word twice", to + " NOTIFY=DELAY,DELAY", "501 5.5.4"},
      {"an empty word", to + " NOTIFY=DELAY,", "501 5.5.4"},
      {"ORCPT", to + " ORCPT=rfc822;Bob+2Bx@example.com", ""},
      {"ORCPT of an unknown type", to + " ORCPT=x400;c+3Dde", ""},
      {"ORCPT without a type", to + " ORCPT=;bob@example.com", "501 5.5.4"},
      {"ORCPT without an address", to + " ORCPT=rfc822;", "501 5.5.4"},
      {"ORCPT without a semicolon", to + " ORCPT=bob@example.com", "501 5.5.4"},
      {"ORCPT with CR LF", to + " ORCPT=rfc822;a+0D+0Ab", "501 5.5.4"},
      {"ORCPT with 8 bits hidden", to + " ORCPT=rfc822;a+FF", "501 5.5.4"},
      {"ORCPT too long", to + " ORCPT=rfc822;" + std::string(500, 'x'), "501 5.5.4"},
      {"ORCPT in UTF-8", to + " ORCPT=utf-8;j\\x{FC}rgen@example.org", ""},
      {"ORCPT in raw UTF-8", to + " ORCPT=utf-8;j\xc3\xbcrgen@example.org", ""},
      {"ORCPT with a hidden control", to + " ORCPT=utf-8;a\\x{0A}", "501 5.5.4"},
      {"ORCPT with a surrogate", to + " ORCPT=utf-8;a\\x{D800}", "501 5.5.4"},
      {"SIZE is of MAIL", to + " SIZE=1", "555 5.5.4"},
      {"RRVS is not offered", to + " RRVS=2014-04-03T23:01:00Z", "555 5.5.4"},
  });
  const auto rcpt = parsed<Rcpt>(to + " NOTIFY=SUCCESS,DELAY ORCPT=RFC822;Bob+2Bx@example.com");
  CHECK(rcpt.notify == Notify{.is_set = true, .success = true, .failure = false, .delay = true});
  CHECK(rcpt.orcpt_type == "rfc822");
  CHECK(rcpt.orcpt == "Bob+x@example.com");
  CHECK(parsed<Rcpt>(to + " ORCPT=utf-8;j\\x{FC}rgen@example.org").orcpt == "j\xc3\xbcrgen@example.org");
}

TEST_CASE("BDAT") {
  CHECK(parsed<Chunk>("BDAT 86 LAST").last);
  CHECK(parsed<Chunk>("bdat 86").size_bytes == 86);
  CHECK(is_bdat("BDAT\t5"));
  CHECK(is_bdat("bdat five"));
  CHECK_FALSE(is_bdat("DATA"));
}
