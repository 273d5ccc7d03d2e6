#include "sasl/exchange.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace postroad::sasl {
namespace {

using namespace std::string_literals;

// A step in words: `challenge TEXT`, `password AUTHZID|AUTHCID|PASSWORD`, `syntax TEXT`, `refused TEXT`.
std::string words(const Step& step) {
  if (const auto* challenge = std::get_if<Challenge>(&step)) return "challenge " + *parse_base64(challenge->base64());
  if (const auto* given = std::get_if<PasswordGiven>(&step))
    return "password " + given->authorization + "|" + given->authentication + "|" + given->password;
  const auto& error = std::get<Error>(step);
  return std::string(fault_name(error.fault)) + " " + error.text;
}

// `-`: no initial response. Lines follow each other as long as the exchange runs; the last step in words.
std::string talk(std::string_view mechanism, std::string_view initial, std::vector<std::string> lines = {}) {
  Exchange exchange;
  auto step = exchange.start(mechanism, initial == "-" ? std::nullopt : std::optional(initial));
  for (const auto& line : lines) {
    if (!exchange.is_running()) return "over before " + line;
    step = exchange.line(line);
  }
  CHECK(exchange.is_running() == std::holds_alternative<Challenge>(step));
  return words(step);
}

std::string b64(std::string_view text) { return base64(text); }

TEST_CASE("PLAIN takes three parts") {
  struct Case {
    const char* name;
    std::string message;
    const char* want;
  };
  const Case cases[] = {
      {"name and password", "\0ann@a.example\0secret"s, "password |ann@a.example|secret"},
      {"with an authorization identity", "bob\0ann\0secret"s, "password bob|ann|secret"},
      {"UTF-8", "\0\xc3\xa4\0\xe2\x82\xac"s, "password |\xc3\xa4|\xe2\x82\xac"},
      {"no password", "\0ann"s, "syntax expected authorization, name and password"},
      {"four parts", "\0ann\0a\0b"s, "syntax expected authorization, name and password"},
      {"empty password", "\0ann\0"s, "syntax the password is empty"},
      {"empty name", "\0\0secret"s, "syntax the name is empty"},
      {"empty message", ""s, "syntax expected authorization, name and password"},
      {"not UTF-8", "\0ann\0\xff"s, "syntax the response is not UTF-8"},
      {"overlong name", "\0"s + std::string(321, 'n') + "\0p"s, "syntax the name is too long"},
      {"overlong password", "\0ann\0"s + std::string(1025, 'p'), "syntax the password is too long"},
      {"overlong authorization", std::string(321, 'n') + "\0ann\0p"s, "syntax the authorization identity is too long"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(talk("plain", "-", {b64(c.message)}) == c.want);
    if (!c.message.empty()) CHECK(talk("PLAIN", b64(c.message)) == c.want);
  }
}

TEST_CASE("LOGIN asks for the name and for the password") {
  CHECK(talk("LOGIN", "-") == "challenge Username:");
  CHECK(talk("login", "-", {b64("ann")}) == "challenge Password:");
  CHECK(talk("LOGIN", "-", {b64("ann"), b64("secret")}) == "password |ann|secret");
  CHECK(talk("LOGIN", b64("ann")) == "challenge Password:");
  CHECK(talk("LOGIN", b64("ann"), {b64("secret")}) == "password |ann|secret");
}

TEST_CASE("LOGIN refuses names and passwords that are none") {
  CHECK(talk("LOGIN", "-", {"", b64("secret")}) == "syntax the name is empty");
  CHECK(talk("LOGIN", "-", {b64("ann"), ""}) == "syntax the password is empty");
  CHECK(talk("LOGIN", "-", {b64("a\0n"s)}) == "syntax the response is not UTF-8 text");
  CHECK(talk("LOGIN", "-", {b64(std::string(321, 'n'))}) == "syntax the name is too long");
}

TEST_CASE("what is not an exchange is an error") {
  CHECK(talk("CRAM-MD5", "-") == "refused unknown authentication mechanism");
  CHECK(talk("", "-") == "refused unknown authentication mechanism");
  CHECK(talk("PLAIN", "-", {"*"}) == "refused authentication cancelled");
  CHECK(talk("LOGIN", "-", {b64("ann"), "*"}) == "refused authentication cancelled");
  CHECK(talk("PLAIN", "") == "syntax an empty initial response is written =");
  CHECK(talk("PLAIN", "=") == "syntax expected authorization, name and password");
  CHECK(talk("LOGIN", "=", {b64("p")}) == "syntax the name is empty");
  for (const char* junk : {"!", "AAA", "AA=A", "\xff\xff\xff\xff", "AAAA AAAA", "====", "A", "AGFubgBz\r"})
    CHECK(talk("PLAIN", "-", {junk}) == "syntax the response is not base64");
  CHECK(talk("PLAIN", "-", {std::string(kLineBytes + 4, 'A')}) == "syntax the response is too long");
}

TEST_CASE("the code tells a client that gave up from one that was wrong") {
  Exchange exchange;
  exchange.start("PLAIN", std::nullopt);
  CHECK(std::get<Error>(exchange.line("*")).code == "CANCELLED");
}

TEST_CASE("passwords don't travel in clear unless that is allowed") {
  using Names = std::vector<std::string_view>;
  CHECK(mechanisms(true, false) == Names{"PLAIN", "LOGIN"});
  CHECK(mechanisms(false, false).empty());
  CHECK(mechanisms(false, true) == Names{"PLAIN", "LOGIN"});
}

}  // namespace
}  // namespace postroad::sasl
