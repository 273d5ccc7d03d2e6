#include "feed/change.h"

#include <doctest/doctest.h>

#include <string>

namespace postroad::feed {
namespace {

const std::string kD = "d22222222222222222222222222";
const std::string kD2 = "d22222222222222222222222223";
const std::string kO = "o22222222222222222222222222";
const std::string kA = "a22222222222222222222222222";

// `@d`, `@e`, `@a` stand for the ids above, and ' for ".
std::string written(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '@' && at + 1 < text.size() && (text[at + 1] == 'd' || text[at + 1] == 'e' || text[at + 1] == 'a' || text[at + 1] == 'o')) {
      const char which = text[++at];
      made += which == 'd' ? kD : which == 'e' ? kD2 : which == 'o' ? kO : kA;
    } else {
      made += text[at] == '\'' ? '"' : text[at];
    }
  }
  return made;
}

TEST_CASE("each kind of change is written in one way and read back the same") {
  Domain domain{.id = kD, .name = "a.example"};
  Domain full{kD, "b.example", kD2, true, kA, kA, "mx.example:25", "Europe/Berlin", "de", kO};
  Account mailbox{.id = kA, .domain = kD, .local = "Ann"};
  Account group{kA, kD, "team", AccountType::Group, 1UL << 40, {}, {"x@y.example"}, "UTC", "en"};
  group.services.set(Service::Imap, ServiceState::Suspended);
  group.services.set(Service::Pop, ServiceState::Disabled);

  Settings whole{.spam_tag = "[spam]", .rejects_spam = false, .sent_limit = 0, .webmail_relay = ServiceState::Disabled, .allow = {"*@x.example"}};
  whole.autoresponder = Autoresponder{true, "away\n", 12, 5};
  whole.forwarding = Forwarding{.is_on = true, .keeps_copy = true, .targets = {"x@y.example"}};

  Settings welcome;
  welcome.welcome = WelcomeMail{.text = "Hi\r\nthere\n", .subject = "Hi", .from_name = "Ann", .from_address = "a@b.c", .is_html = true};

  struct Case {
    Payload payload;
    const char* json;
  };
  const Case cases[] = {
      {PutDomain{domain}, "{'domain':{'id':'@d','name':'a.example'},'kind':'domain.put'}"},
      {PutDomain{full},
       "{'domain':{'id':'@d','name':'b.example','alias_of':'@e','disabled':true,'catch_all':'@a','postmaster':'@a',"
       "'filter_mx':'mx.example:25','timezone':'Europe/Berlin','language':'de','company':'@o'},'kind':'domain.put'}"},
      {DeleteDomain{kD}, "{'domain':'@d','kind':'domain.delete'}"},
      {SetDomainDisabled{kD, true}, "{'domain':'@d','disabled':true,'kind':'domain.disabled'}"},
      {PutAccount{mailbox, {}}, "{'account':{'id':'@a','domain':'@d','local':'Ann','type':'mailbox'},'kind':'account.put'}"},
      {PutAccount{group, "{SHA}x"},
       "{'account':{'id':'@a','domain':'@d','local':'team','type':'group','quota':1099511627776,"
       "'services':{'imap':'suspended','pop':'disabled'},'targets':['x@y.example'],'timezone':'UTC','language':'en'},"
       "'password_hash':'{SHA}x','kind':'account.put'}"},
      {PutAccount{mailbox, {}, true}, "{'account':{'id':'@a','domain':'@d','local':'Ann','type':'mailbox'},'welcome':true,'kind':'account.put'}"},
      {DeleteAccount{kA}, "{'account':'@a','kind':'account.delete'}"},
      {PutAlias{{kD, "anna", kA}}, "{'alias':{'domain':'@d','local':'anna','account':'@a'},'kind':'alias.put'}"},
      {DeleteAlias{kD, "anna"}, "{'domain':'@d','local':'anna','kind':'alias.delete'}"},
      {AlterAliases{kA, kD, {"anna"}, {"Annie", "a.n"}}, "{'account':'@a','domain':'@d','removed':['anna'],'added':['Annie','a.n'],'kind':'aliases.alter'}"},
      {AlterAliases{kA, kD, {}, {"a"}}, "{'account':'@a','domain':'@d','added':['a'],'kind':'aliases.alter'}"},
      {SetPassword{kA, "h"}, "{'account':'@a','password_hash':'h','kind':'password.set'}"},
      {SetPassword{kA, ""}, "{'account':'@a','kind':'password.set'}"},
      {SetServices{kA, {{Service::SmtpIn, ServiceState::Suspended}, {Service::Webmail, ServiceState::Enabled}}},
       "{'account':'@a','services':{'smtpin':'suspended','webmail':'enabled'},'kind':'services.set'}"},
      {RestoreAccount{mailbox, "h"}, "{'account':{'id':'@a','domain':'@d','local':'Ann','type':'mailbox'},'password_hash':'h','kind':'account.restore'}"},
      {SetAppPasswords{kA, {}}, "{'account':'@a','hashes':[],'kind':'app_passwords.set'}"},
      {SetAppPasswords{kA, {"{SHA256}x", "{SHA256}y"}}, "{'account':'@a','hashes':['{SHA256}x','{SHA256}y'],'kind':'app_passwords.set'}"},
      {PutSettings{kO, {}}, "{'object':'@o','settings':{},'kind':'settings.put'}"},
      {PutSettings{kA, whole}, "{'object':'@a','settings':{'spam_tag':'[spam]','rejects_spam':false,'sent_limit':0,'webmail_relay':'disabled',"
                               "'allow':['*@x.example'],'autoresponder':{'on':true,'text':'away\\n','interval':12,'ends_at':5},"
                               "'forwarding':{'on':true,'copy':true,'targets':['x@y.example']}},'kind':'settings.put'}"},
      {PutSettings{kD, welcome}, "{'object':'@d','settings':{'welcome':{'from_address':'a@b.c','from_name':'Ann','subject':'Hi','text':'Hi\\r\\nthere\\n','html':true}},"
                                 "'kind':'settings.put'}"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.json);
    CHECK(encode(c.payload) == written(c.json));
    const auto read = decode_payload(written(c.json));
    REQUIRE(read.has_value());
    CHECK(*read == c.payload);
  }
}

TEST_CASE("what a newer control adds is passed over, or refused where it was meant to matter") {
  const auto domain = decode_payload(written("{'kind':'domain.put','domain':{'id':'@d','name':'a.b','colour':[1]},'x':1}"));
  REQUIRE(domain.has_value());
  CHECK(std::get<PutDomain>(*domain).domain.name == "a.b");

  const auto account = decode_payload(
      written("{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','services':{'fax':'enabled'}}}"));
  CHECK(account.has_value());

  const auto kind = decode_payload("{\"kind\":\"moon.put\"}");
  REQUIRE(kind.has_value());
  CHECK(std::get<UnknownChange>(*kind).reason ==
        "this cluster does not know changes of kind 'moon.put': it must be upgraded first");
  CHECK_FALSE(decode_payload(written("{'kind':'services.set','account':'@a','services':{'fax':'enabled'}}")).has_value());
}

TEST_CASE("what is no change is refused with the member's name") {
  struct Case {
    const char* json;
    const char* want;
  };
  const Case cases[] = {
      {"", "not JSON: incomplete JSON"},
      {"{", "not JSON: incomplete JSON"},
      {"{} x", "not JSON: extra data"},
      {"[]", "change: expected an object"},
      {"{}", "change: 'kind' is missing"},
      {"{'kind':7}", "change: 'kind' is no text"},
      {"{'kind':'domain.put'}", "domain: expected an object"},
      {"{'kind':'domain.put','domain':{}}", "domain: 'id' is missing"},
      {"{'kind':'domain.put','domain':{'id':'@a','name':'x'}}", "domain: 'id' is no id of type d"},
      {"{'kind':'domain.put','domain':{'id':'@d'}}", "domain: 'name' is missing"},
      {"{'kind':'domain.put','domain':{'id':'@d','name':'a\\u0000b'}}", "domain: 'name' holds a control character"},
      {"{'kind':'domain.put','domain':{'id':'@d','name':'x','disabled':1}}", "domain: 'disabled' is neither true nor false"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','type':'moon'}}",
       "account: 'type' is 'moon', which is no word known here"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','quota':-1}}", "account: 'quota' is no whole number"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','quota':1e3}}", "account: 'quota' is no whole number"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','quota':9223372036854775808}}",
       "account: 'quota' is more than 9223372036854775807"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','services':{'imap':'maybe'}}}",
       "account: 'services' holds a state that is none"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','targets':[1]}}",
       "account: 'targets' holds what is no address"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x','targets':{}}}", "account: 'targets' is no list"},
      {"{'kind':'services.set','account':'@a','services':[]}", "services.set: 'services' is no object"},
      {"{'kind':'settings.put','object':'x','settings':{}}", "settings.put: 'object' is no id of what has settings"},
      {"{'kind':'settings.put','object':'@a','settings':{'allow':[7]}}", "settings: 'allow' holds what is no address"},
      {"{'kind':'settings.put','object':'@a','settings':{'autoresponder':{'text':7}}}", "settings: 'autoresponder' is none"},
      {"{'kind':'account.put','account':{'id':'@a','domain':'@d','local':'x'},'welcome':'Hi'}", "account.put: 'welcome' is neither true nor false"},
      {"{'kind':'settings.put','object':'@d','settings':{'welcome':{'from_address':'a@b.c','text':7}}}", "settings: 'welcome' is none"},
      {"{'kind':'settings.put','object':'@d','settings':{'welcome':{'from_address':'a@b.c','subject':'a\\r\\nBcc: x@y.z'}}}", "settings: 'welcome' is none"},
      {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "not JSON: too deep"},
      {"{'kind':'\xff'}", "not JSON: syntax error"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.json);
    const auto read = decode_payload(written(c.json));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().fault == Fault::Syntax);
    CHECK(read.error().text == c.want);
  }
}

TEST_CASE("sizes are bounded") {
  const auto account = [](const std::string& member) {
    return written("{'kind':'account.put','account':{'id':'@a','domain':'@d',") + member + "}}";
  };
  const auto list = [](std::size_t count) {
    std::string made = R"("local":"x","targets":[")";
    for (std::size_t n = 0; n < count; ++n) made += n == 0 ? "a@b\"" : ",\"a@b\"";
    return made + "]";
  };
  CHECK(decode_payload(account("\"local\":\"" + std::string(256, 'x') + "\"")).has_value());
  CHECK_FALSE(decode_payload(account("\"local\":\"" + std::string(257, 'x') + "\"")).has_value());
  CHECK(decode_payload(account(list(1000))).has_value());
  CHECK_FALSE(decode_payload(account(list(1001))).has_value());
}

TEST_CASE("a welcome mail is such that a message can be made of it") {
  struct Case {
    const char* name;
    WelcomeMail welcome;
    const char* flaw;
  };
  const WelcomeMail good{.text = "Hi", .subject = "Hi", .from_name = {}, .from_address = "a@b.c"};
  const auto with = [&](auto member, std::string value) {
    auto made = good;
    made.*member = std::move(value);
    return made;
  };
  constexpr const char* kAddress = "the address that it is from is none, or one that needs quotes";
  constexpr const char* kName = "the name that it is from is no line of at most 256 bytes";
  constexpr const char* kSubject = "its subject is no line of at most 256 bytes";
  constexpr const char* kLong = "its text is longer than 65536 bytes, the end of a line taken as two";
  const Case cases[] = {
      {"good", good, ""},
      {"no address", with(&WelcomeMail::from_address, ""), kAddress},
      {"no domain", with(&WelcomeMail::from_address, "a@"), kAddress},
      {"a second address", with(&WelcomeMail::from_address, "a@b.c,d@e.f"), kAddress},
      {"brackets", with(&WelcomeMail::from_address, "a>b@c.d"), kAddress},
      {"a quoted local part", with(&WelcomeMail::from_address, "\"a b\"@c.d"), kAddress},
      {"another field", with(&WelcomeMail::from_address, "a@b.c\r\nBcc:x@y.z"), kAddress},
      {"a name with a line's end", with(&WelcomeMail::from_name, "Ann\nBcc: x@y.z"), kName},
      {"a name that is no UTF-8", with(&WelcomeMail::from_name, "J\xfcrgen"), kName},
      {"a long name", with(&WelcomeMail::from_name, std::string(257, 'x')), kName},
      {"a subject with a line's end", with(&WelcomeMail::subject, "Hi\r\nBcc: x@y.z"), kSubject},
      {"a subject that is no UTF-8", with(&WelcomeMail::subject, "\xff"), kSubject},
      {"a text with NUL", with(&WelcomeMail::text, std::string("a\0b", 3)), "its text has a control character"},
      {"a text that is no UTF-8", with(&WelcomeMail::text, "\xc0\x80"), "its text is not UTF-8"},
      {"the longest text", with(&WelcomeMail::text, std::string(65'536, 'x')), ""},
      {"a longer one", with(&WelcomeMail::text, std::string(65'537, 'x')), kLong},
      {"ends of lines alone", with(&WelcomeMail::text, std::string(32'768, '\n')), ""},
      {"more of them", with(&WelcomeMail::text, std::string(32'768, '\n') + "\r"), kLong},
      {"pairs of them", with(&WelcomeMail::text, [] { std::string made; for (int n = 0; n < 32'768; ++n) made += "\r\n"; return made; }()), ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(flaw_of(c.welcome) == c.flaw);
  }
}

TEST_CASE("objects alone are read back as they were written") {
  const Domain domain{.id = kD, .name = "a.example", .language = "de"};
  const Account account{.id = kA, .domain = kD, .local = "\xc3\xa4", .targets = {"a@b.c"}};
  const Alias alias{kD, "anna", kA};
  CHECK(decode_domain(encode(domain)) == domain);
  CHECK(decode_account(encode(account)) == account);
  CHECK(decode_alias(encode(alias)) == alias);
}

TEST_CASE("words are told apart") {
  for (const auto service : kServices) CHECK(parse_service(service_name(service)) == service);
  CHECK(parse_service("IMAP") == std::nullopt);
  CHECK(parse_service_state("suspended") == ServiceState::Suspended);
  CHECK(parse_account_type("forward") == AccountType::ForwardOnly);
  CHECK(parse_account_type("") == std::nullopt);
}

}  // namespace
}  // namespace postroad::feed
