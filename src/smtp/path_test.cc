#include "smtp/path.h"

#include <vector>

#include <doctest/doctest.h>

using namespace postroad;
using namespace postroad::smtp;

namespace {

struct Case {
  const char* name;
  std::string text;
  const char* want;   // the canonical form
  const char* fault;  // or what is expected instead
};

void check_paths(const std::vector<Case>& cases, Path (*parse)(Scanner& in, Charset charset), Charset charset) {
  for (const auto& row : cases) {
    CAPTURE(row.name);
    CAPTURE(row.text);
    Scanner in(row.text);
    const auto path = parse(in, charset);
    in.end();
    const std::string fault = in.failed() ? in.error().text : "";
    CHECK(fault == row.fault);
    if (fault.empty()) CHECK(path.text() == row.want);
  }
}

std::string times(std::size_t count, const std::string& what) {
  std::string made;
  for (std::size_t i = 0; i < count; ++i) made += what;
  return made;
}

}  // namespace

TEST_CASE("forward-paths") {
  check_paths(
      {
          {"plain", "<ann@example.org>", "ann@example.org", ""},
          {"the domain is lower-case, the local part stays", "<Ann.Lee@Example.ORG>", "Ann.Lee@example.org", ""},
          {"all of atext", "<!#$%&'*+-/=?^_`{|}~@example.org>", "!#$%&'*+-/=?^_`{|}~@example.org", ""},
          {"quoted where it need not be", "<\"ann\"@example.org>", "ann@example.org", ""},
          {"quoted where it must be", "<\"ann lee\"@example.org>", "\"ann lee\"@example.org", ""},
          {"quoted pairs", "<\"a\\\"b\\\\c\"@example.org>", "\"a\\\"b\\\\c\"@example.org", ""},
          {"quoted at sign", "<\"a@b\"@example.org>", "\"a@b\"@example.org", ""},
          {"quoted end of path", "<\"a>b\"@example.org>", "\"a>b\"@example.org", ""},
          {"quoted dots", "<\"a..b\"@example.org>", "\"a..b\"@example.org", ""},
          {"empty quoted", "<\"\"@example.org>", "", "expected a local part"},
          {"quoted control", "<\"a\x01\"@example.org>", "", "expected a closed quoted string"},
          {"quoted line end", "<\"a\\\r\n\"@example.org>", "", "expected a printable quoted character"},
          {"open quote", "<\"ann@example.org>", "", "expected @"},
          {"quote in the middle", "<a\"b\"@example.org>", "", "expected @"},
          {"comment", "<ann(comment)@example.org>", "", "expected @"},
          {"two dots", "<a..b@example.org>", "", "expected a local part"},
          {"dot in front", "<.a@example.org>", "", "expected a local part"},
          {"dot behind", "<a.@example.org>", "", "expected a local part"},
          {"percent hack: an ordinary local part", "<ann%far.example@example.org>", "ann%far.example@example.org", ""},
          {"bang path: an ordinary local part", "<far!ann@example.org>", "far!ann@example.org", ""},
          {"source route", "<@one.example,@two.example:ann@example.org>", "ann@example.org", ""},
          {"source route without colon", "<@one.example,ann@example.org>", "", "expected @"},
          {"source route alone", "<@one.example:>", "", "expected a local part"},
          {"no domain", "<ann>", "", "expected @"},
          {"no domain behind the at", "<ann@>", "", "expected a domain"},
          {"two ats", "<ann@one@two>", "", "expected >"},
          {"empty label", "<ann@a..b>", "", "expected a domain"},
          {"dot at the end", "<ann@example.org.>", "", "expected a domain"},
          {"hyphen in front", "<ann@-example.org>", "", "expected a label without a hyphen at its ends"},
          {"hyphen behind", "<ann@example-.org>", "", "expected a label without a hyphen at its ends"},
          {"underscore", "<ann@my_host.example>", "ann@my_host.example", ""},
          {"label of 63", "<a@" + std::string(63, 'x') + ".example>",
           "a@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example", ""},
          {"label of 64", "<a@" + std::string(64, 'x') + ".example>", "", "expected a label of at most 63 octets"},
          {"domain above 255", "<a@" + times(64, "abc.") + "example>", "", "expected a domain of at most 255 octets"},
          {"local part above 256", "<" + std::string(257, 'x') + "@example.org>", "", "expected a shorter local part"},
          {"IPv4 literal", "<ann@[192.0.2.1]>", "ann@[192.0.2.1]", ""},
          {"IPv6 literal", "<ann@[IPv6:2001:DB8::1]>", "ann@[ipv6:2001:db8::1]", ""},
          {"IPv4 without brackets is a domain", "<ann@192.0.2.1>", "ann@192.0.2.1", ""},
          {"literal of three", "<ann@[192.0.2]>", "", "expected an address literal"},
          {"literal above 255", "<ann@[192.0.2.256]>", "", "expected an address literal"},
          {"IPv6 without its tag", "<ann@[2001:db8::1]>", "", "expected an address literal"},
          {"IPv6 with two gaps", "<ann@[IPv6:1::2::3]>", "", "expected an address literal"},
          {"IPv6 of nine", "<ann@[IPv6:1:2:3:4:5:6:7:8:9]>", "", "expected an address literal"},
          {"IPv6 with an IPv4 tail", "<ann@[IPv6:::ffff:192.0.2.1]>", "ann@[ipv6:::ffff:192.0.2.1]", ""},
          {"another tag", "<ann@[X400:c=de]>", "", "expected an address literal"},
          {"open literal", "<ann@[192.0.2.1>", "", "expected ]"},
          {"Postmaster alone", "<POSTMASTER>", "postmaster", ""},
          {"the null path", "<>", "", "expected a local part"},
          {"no brackets", "ann@example.org", "", "expected <"},
          {"no closing bracket", "<ann@example.org", "", "expected >"},
          {"a display name", "Ann <ann@example.org>", "", "expected <"},
          {"space inside", "<ann @example.org>", "", "expected @"},
          {"something behind", "<ann@example.org>x", "", "expected end of command"},
          {"NUL", std::string("<a\0b@example.org>", 17), "", "expected @"},
      },
      parse_forward_path, Charset::Utf8);
}

TEST_CASE("reverse-paths: the null path, and no Postmaster") {
  check_paths(
      {
          {"null", "<>", "", ""},
          {"plain", "<ann@example.org>", "ann@example.org", ""},
          {"Postmaster alone", "<Postmaster>", "", "expected @"},
          {"null with a space", "< >", "", "expected a local part"},
      },
      parse_reverse_path, Charset::Ascii);
}

TEST_CASE("UTF-8 in paths: only where it is asked for, and only well-formed") {
  check_paths(
      {
          {"local part", "<j\xc3\xbcrgen@example.org>", "j\xc3\xbcrgen@example.org", ""},
          {"U-label", "<ann@b\xc3\xbc" "cher.example>", "ann@b\xc3\xbc" "cher.example", ""},
          {"quoted", "<\"j\xc3\xbc r\"@example.org>", "\"j\xc3\xbc r\"@example.org", ""},
          {"cut sequence", "<j\xc3@example.org>", "", "expected well-formed UTF-8"},
          {"overlong at sign", "<a\xc1\x80@example.org>", "", "expected well-formed UTF-8"},
          {"bad U-label", "<ann@b\xff.example>", "", "expected well-formed UTF-8"},
      },
      parse_forward_path, Charset::Utf8);
  check_paths(
      {
          {"local part", "<j\xc3\xbcrgen@example.org>", "", "expected @"},
          {"U-label", "<ann@b\xc3\xbc" "cher.example>", "", "expected >"},
      },
      parse_forward_path, Charset::Ascii);
}

TEST_CASE("a path is ASCII or it isn't") {
  CHECK(Path{"ann", "example.org"}.is_ascii());
  CHECK_FALSE(Path{"ann", "b\xc3\xbc" "cher.example"}.is_ascii());
  CHECK(Path{}.is_null());
  CHECK(parse_mailbox("ann@[192.0.2.1]", Charset::Ascii)->is_literal());
  CHECK_FALSE(parse_mailbox("ann@example.org>", Charset::Ascii));
  CHECK(is_domain("mx.example.org", Charset::Ascii));
  CHECK_FALSE(is_domain("mx example", Charset::Ascii));
}
