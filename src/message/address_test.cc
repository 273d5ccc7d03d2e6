#include "message/address.h"

#include <doctest/doctest.h>

using namespace postroad::message;
using namespace std::literals;

namespace {

// As "name|route|mailbox|host", a group as "name{ ... }".
std::string shown(const std::vector<Address>& addresses) {
  std::string made;
  for (const auto& one : addresses) {
    if (!made.empty()) made += ' ';
    if (one.kind == Address::Kind::GroupStart) made += one.name + "{";
    else if (one.kind == Address::Kind::GroupEnd) made += "}";
    else made += one.name + "|" + one.route + "|" + one.mailbox + "|" + one.host;
  }
  return made;
}

}  // namespace

TEST_CASE("address lists") {
  struct Case {
    const char* name;
    std::string value;
    const char* want;
  };
  const Case kCases[] = {
      {"bare", "ann@example.org", "||ann|example.org"},
      {"named", "Ann Lee <ann@example.org>", "Ann Lee||ann|example.org"},
      {"quoted", "\"Lee, Ann \\\"A\\\"\" <ann@example.org>", "Lee, Ann \"A\"||ann|example.org"},
      {"two", "a@b, C <c@d>", "||a|b C||c|d"},
      {"folded", "Ann\r\n Lee\r\n\t<ann@example.org>,\r\n bob@example.org", "Ann Lee||ann|example.org ||bob|example.org"},
      {"empty entries", ", ,a@b,,", "||a|b"},
      {"nothing", "", ""},
      {"only white space", " \r\n ", ""},
      {"a comment for a name", "ann@example.org (Ann (A) Lee)", "Ann (A) Lee||ann|example.org"},
      {"comments anywhere", "Ann (x) <(y)ann(z)@(u)example(v).org(w)> (q)", "Ann||ann|example.org"},
      {"encoded words stay", "=?utf-8?q?J=C3=BCrgen?= <j@example.org>", "=?utf-8?q?J=C3=BCrgen?=||j|example.org"},
      {"a comma in an encoded word", "=?utf-8?q?Lee,_Ann?= <a@b>, c@d", "=?utf-8?q?Lee,_Ann?=||a|b ||c|d"},
      {"UTF-8", "J\xc3\xbcrgen <j\xc3\xbc@ex\xc3\xa4mple.org>", "J\xc3\xbcrgen||j\xc3\xbc|ex\xc3\xa4mple.org"},
      {"Latin-1 stays as it came", "J\xfcrgen <j@b>", "J\xfcrgen||j|b"},
      {"a dot in a name", "John Q. Public <j@b>", "John Q. Public||j|b"},
      {"quoted local part", "\"a b\"@example.org", "||a b|example.org"},
      {"empty quoted local part", "\"\"@example.org", "|||example.org"},
      {"dots and white space, obs", "john . q . public @ example . org", "||john.q.public|example.org"},
      {"route, obs", "<@a.example,@b.example:ann@c.example>", "|@a.example,@b.example|ann|c.example"},
      {"domain literal", "ann@[192.0.2.1], b@[IPv6:2001:db8::1]", "||ann|[192.0.2.1] ||b|[IPv6:2001:db8::1]"},
      {"domain literal not closed", "ann@[192.0.2.1", "||ann|[192.0.2.1]"},
      {"group", "A: a@b, C <c@d>;", "A{ ||a|b C||c|d }"},
      {"empty group", "undisclosed-recipients:;", "undisclosed-recipients{ }"},
      {"group and mailbox", "a@b, G: c@d;, e@f", "||a|b G{ ||c|d } ||e|f"},
      {"group not closed", "G: a@b", "G{ ||a|b }"},
      {"groups don't nest", "A: B: a@b; c@d;", "A{ ||a|b } ||c|d"},
      {"a semicolon for a comma", "a@b; c@d", "||a|b ||c|d"},
      {"no comma between", "<a@b> <c@d>", "||a|b ||c|d"},
      {"no domain", "ann", "||ann|"},
      {"no domain, several words", "Ann Lee, a@b", "||Ann Lee| ||a|b"},
      {"no domain in brackets", "Ann <ann>", "Ann||ann|"},
      {"no local part", "@example.org", "|||example.org"},
      {"empty brackets", "<>", ""},
      {"empty brackets with a name", "Ann <>", "Ann|||"},
      {"brackets missing", "Ann Lee ann@example.org", "Ann Lee||ann|example.org"},
      {"bracket not closed", "Ann <ann@example.org, b@c", "Ann||ann|example.org ||b|c"},
      {"two ats", "a@b@c, d@e", "||a|b |||c ||d|e"},
      {"quote not closed", "\"Ann <ann@example.org>, b@c", "Ann||ann|example.org ||b|c"},
      {"the last quote not closed", "\"A\" <a@b>, \"C <c@d>, E\\\" <e@f>", "A||a|b C||c|d E\\||e|f"},
      {"comment not closed", "a@b (Ann, c@d", "Ann||a|b ||c|d"},
      {"comment not closed at the end", "a@b, c@d (Carol (C", "||a|b Carol (C||c|d"},
      {"comments not closed", "a@b (Ann, c@d (Carol (C), e@f (E); g@h", "Ann||a|b Carol (C)||c|d E||e|f ||g|h"},
      {"closed behind one that isn't", "a@b ((Ann, c@d (Carol), e@f", "(Ann||a|b Carol||c|d ||e|f"},
      {"trailing backslash", "a@b \\", "||a|b ||\\|"},
      {"trailing backslash in a quote", "\"a\\", "||a\\|"},
      {"stray brackets", "> a@b", "||a|b"},
      {"control characters are white space", "a\0b@c"s, "a||b|c"},
      {"controls in half an encoded word", "=?a?q?\0?= <c@d>"s, "=?a?q? ?=||c|d"},
      {"controls in a quote become spaces", "\"a\0b\" <c@d>"s, "a b||c|d"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(shown(parse_addresses(row.value)) == row.want);
  }
}

TEST_CASE("a list ends at its most, and a group is closed within it") {
  CHECK(shown(parse_addresses("a@b, c@d, e@f", 2)) == "||a|b ||c|d");
  CHECK(shown(parse_addresses("G: a@b, c@d, e@f;", 3)) == "G{ ||a|b }");
  CHECK(shown(parse_addresses("a@b, G: c@d;", 2)) == "||a|b ||c|d");
  CHECK(parse_addresses("a@b", 0).empty());
}

TEST_CASE("an address goes there and back") {
  for (const char* text : {"ann@example.org", "\"a b\"@example.org", "\"\"@example.org", "\"a\\\"b\\\\\"@c", "ann",
                           "\".a\"@b", "a@[192.0.2.1]"}) {
    CAPTURE(text);
    const auto got = parse_addresses(text);
    REQUIRE(got.size() == 1);
    CHECK(addr_spec(got[0]) == text);
  }
}

TEST_CASE("addresses for a header") {
  const auto made = [](std::string name) {
    return format_address({Address::Kind::Mailbox, std::move(name), "", "ann", "example.org"});
  };
  CHECK(made("") == "ann@example.org");
  CHECK(made("Lee, Ann") == "\"Lee, Ann\" <ann@example.org>");
  CHECK(made("J\xc3\xbcrgen") == "=?utf-8?B?SsO8cmdlbg==?= <ann@example.org>");
  CHECK(made("a\"b\\") == "\"a\\\"b\\\\\" <ann@example.org>");
  CHECK(made("a\r\nBcc: x").find('\n') == std::string::npos);
}
