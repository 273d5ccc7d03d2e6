#include <doctest/doctest.h>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using Words = std::vector<std::string>;

Welcome some_welcome(std::string subject = "Hi") {
  return {.text = "Good to\nhave you", .subject = std::move(subject), .from_name = {}, .from_address = "hello@one.test", .charset = "utf-8", .mime_type = "text/plain"};
}

struct Fixture {
  Fixture() {
    control.connect();
    north = add_reseller(control, "north");
    DomainSettings settings;
    settings.more.welcome.emplace(some_welcome());
    REQUIRE(outcome(control.run(api().domains.create(me(), {.name = "one.test", .company = {}, .cluster = "a", .settings = settings}))) == "applied");
    REQUIRE(control.run(api().workgroups.create(me(), "one.test", "staff")));
    id = control.run(api().domains.get(me(), "one.test")).value().domain.id;
  }
  Api& api() { return *control.api; }
  const Caller& me() { return north.caller; }
  FakeCluster& cluster() { return control.clusters.at("a"); }
  // What the cluster knows.
  std::string told() {
    const auto found = cluster().settings.find(id);
    if (found == cluster().settings.end() || !found->second.welcome) return "none";
    return found->second.welcome->subject;
  }
  std::string set(std::optional<Welcome> welcome) {
    DomainSettings settings;
    settings.more.welcome.emplace(std::move(welcome));
    const auto done = control.run(api().domains.change(me(), "one.test", settings));
    return done ? outcome(done) : done.error().text;
  }
  // The local parts of accounts that are to be greeted.
  Words greeted() {
    Words made;
    for (const auto& change : cluster().history)
      if (const auto* put = std::get_if<feed::PutAccount>(&change.payload); put != nullptr && put->is_welcome) made.push_back(put->account.local);
    return made;
  }
  Control control;
  Reseller north;
  std::string id;
};

TEST_CASE("a domain's cluster has its welcome mail, as it is set, changed, removed and restored") {
  Fixture f;
  CHECK(f.told() == "Hi");
  CHECK(f.cluster().settings.at(f.id).welcome == feed::WelcomeMail{.text = "Good to\nhave you", .subject = "Hi", .from_name = {}, .from_address = "hello@one.test"});
  CHECK(f.set(some_welcome("Hello")) == "applied");
  CHECK(f.told() == "Hello");
  auto html = some_welcome("Hello");
  html.mime_type = "text/html";
  CHECK(f.set(html) == "applied");
  CHECK(f.cluster().settings.at(f.id).welcome->is_html);
  // What else is set leaves it alone, and nobody inherits it.
  DomainSettings other;
  other.more.notes = "x";
  other.more.block = Words{"*@spam.test"};
  CHECK(outcome(f.control.run(f.api().domains.change(f.me(), "one.test", other))) == "applied");
  CHECK(f.told() == "Hello");
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "joe"))));
  UserSettings more;
  more.more.block = Words{"*@bulk.test"};
  REQUIRE(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, more)));
  for (const auto& [object, settings] : f.cluster().settings) CHECK(settings.welcome.has_value() == (object == f.id));
  CHECK(f.control.run(f.api().domains.get(f.me(), "one.test")).value().own.welcome == html);

  // It goes with the domain to another company, and comes back with it.
  add_reseller(f.control, "south");
  REQUIRE(outcome(f.control.run(f.api().domains.push(Caller::system(), "one.test", "south.adm"))) == "applied");
  CHECK(f.told() == "Hello");
  REQUIRE(outcome(f.control.run(f.api().domains.erase(Caller::system(), "one.test", true))) == "applied");
  CHECK(f.told() == "none");
  REQUIRE(outcome(f.control.run(f.api().domains.restore(Caller::system(), "one.test", ""))) == "applied");
  CHECK(f.told() == "Hello");
  CHECK(f.greeted() == Words{"joe"});
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("a welcome mail that is removed is gone from the cluster") {
  Fixture f;
  CHECK(f.set(std::nullopt) == "applied");
  CHECK(f.told() == "none");
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "joe"))));
  CHECK(f.greeted().empty());
  CHECK(f.set(some_welcome()) == "applied");
  CHECK(f.told() == "Hi");
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "ann"))));
  CHECK(f.greeted() == Words{"ann"});
}

TEST_CASE("new mailboxes are greeted; renamed, changed and restored ones, and what holds no mail, are not") {
  Fixture f;
  auto& users = f.api().users;
  for (const auto* local : {"joe", "ann"}) REQUIRE(f.control.run(users.create(f.me(), new_mailbox("one.test", local))));
  for (const auto type : {UserType::Group, UserType::Forward, UserType::Filter}) {
    NewUser other = type == UserType::Filter ? new_mailbox("one.test", "filter") : NewUser{.domain = "one.test", .local = type == UserType::Group ? "team" : "away", .type = type, .settings = {}};
    other.type = type;
    other.settings.workgroup = "staff";
    if (type != UserType::Filter) other.settings.targets = Words{"x@y.test"};
    REQUIRE(f.control.run(users.create(f.me(), other)));
  }
  REQUIRE(f.control.run(users.create_alias(f.me(), "one.test", "joseph", "joe")));
  UserSettings more;
  more.quota_bytes = 5;
  REQUIRE(f.control.run(users.change(f.me(), "one.test", "joe", kAnyUser, more)));
  UserSettings becomes;
  becomes.becomes_mailbox = true;
  REQUIRE(f.control.run(users.change(f.me(), "one.test", "filter", kAnyUser, becomes)));
  REQUIRE(f.control.run(users.rename(f.me(), "one.test", "joe", kAnyUser, "joey")));
  REQUIRE(f.control.run(users.erase(f.me(), "one.test", "ann", kAnyUser)));
  REQUIRE(f.control.run(users.restore(f.me(), "one.test", "ann")));
  CHECK(f.greeted() == Words{"joe", "ann"});
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("a welcome mail from which no message can be made, or no change of the feed, is refused") {
  Fixture f;
  struct Case {
    const char* name;
    std::string Welcome::* member;
    std::string value;
    const char* text;
  };
  const Case cases[] = {
      {"a field in the subject", &Welcome::subject, "Hi\r\nBcc: x@y.test", "the welcome mail can't be sent: its subject is no line of at most 256 bytes"},
      {"a field in the name", &Welcome::from_name, "x\n", "the welcome mail can't be sent: the name that it is from is no line of at most 256 bytes"},
      {"no UTF-8", &Welcome::subject, "J\xfcrgen", "the welcome mail can't be sent: its subject is no line of at most 256 bytes"},
      {"quotes in the address", &Welcome::from_address, "\"a\"@one.test", "the welcome mail can't be sent: the address that it is from is none, or one that needs quotes"},
      {"ends of lines alone", &Welcome::text, std::string(40'000, '\n'), "the welcome mail can't be sent: its text is longer than 65536 bytes, the end of a line taken as two"},
      {"NUL", &Welcome::text, std::string(1, '\0'), "the welcome mail can't be sent: its text has a control character"},
      {"another type", &Welcome::mime_type, "multipart/mixed", "the welcome mail is text/plain or text/html"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto welcome = some_welcome();
    welcome.*c.member = c.value;
    CHECK(f.set(welcome) == c.text);
  }
  CHECK(f.told() == "Hi");

  // The most that one domain may have set, and what is beyond that in JSON.
  auto large = some_welcome("large");
  large.text = std::string(64UL << 10, '"');
  CHECK(f.set(large) == "applied");
  DomainSettings lists;
  Words senders;
  for (int n = 0; n < 190; ++n) senders.push_back(std::to_string(n) + std::string(240, '\\') + "@x.test");
  lists.more.allow = senders;
  CHECK(f.control.run(f.api().domains.change(f.me(), "one.test", lists)).has_value());
  lists.more.block = senders;
  const auto refused = f.control.run(f.api().domains.change(f.me(), "one.test", lists));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().text == "the lists, the autoresponder and the welcome mail are too large together");
  CHECK(f.told() == "large");
}

}  // namespace
}  // namespace postroad::control
