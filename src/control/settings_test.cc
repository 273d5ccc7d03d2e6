#include "control/settings.h"

#include <doctest/doctest.h>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using Words = std::vector<std::string>;

// A reseller with `one.test` on cluster a, which is there, a workgroup `staff` and a mailbox `joe`.
struct Fixture {
  Fixture() {
    control.connect();
    north = add_reseller(control, "north");
    REQUIRE(control.run(api().domains.create(me(), {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})));
    REQUIRE(control.run(api().workgroups.create(me(), "one.test", "staff")));
    REQUIRE(control.run(api().users.create(me(), new_mailbox("one.test", "joe"))));
  }
  Api& api() { return *control.api; }
  const Caller& me() { return north.caller; }
  FakeCluster& cluster() { return control.clusters.at("a"); }
  std::string id(const std::string& local) { return user(local).user.id; }
  UserView user(const std::string& local) { return control.run(api().users.get(me(), "one.test", local, kAnyUser)).value(); }
  Result<Receipt> change(const std::string& local, const SettingsEdit& edit) {
    UserSettings settings;
    settings.more = edit;
    return control.run(api().users.change(me(), "one.test", local, kAnyUser, settings));
  }
  Result<Receipt> change_domain(const SettingsEdit& edit) {
    DomainSettings settings;
    settings.more = edit;
    return control.run(api().domains.change(me(), "one.test", settings));
  }
  Control control;
  Reseller north;
};

TEST_CASE("what is unset is the workgroup's, then the domain's, then the company's; lists add up") {
  Fixture f;
  SettingsEdit edit;
  edit.timezone = "Europe/Oslo";
  edit.sent_limit = 50;
  edit.block = Words{"*@company.test"};
  edit.rejects_spam = true;
  REQUIRE(outcome(f.control.run(f.api().defaults.change_company(f.me(), "", edit))) == "applied");
  CHECK(f.user("joe").effective.timezone == "Europe/Oslo");
  CHECK(f.user("joe").effective.mail.sent_limit == 50);
  CHECK(f.user("joe").own == Settings{});

  SettingsEdit of_domain;
  of_domain.sent_limit = 40;
  of_domain.block = Words{"domain.test", "*@company.test"};
  REQUIRE(f.change_domain(of_domain));
  SettingsEdit of_group;
  of_group.sent_limit = 30;
  of_group.rejects_spam = false;
  REQUIRE(f.control.run(f.api().defaults.change_workgroup(f.me(), "one.test", "staff", of_group)));
  CHECK(f.user("joe").effective.mail.sent_limit == 30);
  CHECK(f.user("joe").effective.mail.rejects_spam == false);
  SettingsEdit own;
  own.sent_limit = 0;
  own.block = Words{"me@x.test"};
  REQUIRE(f.change("joe", own));
  CHECK(f.user("joe").effective.mail.sent_limit == 0);
  CHECK(f.user("joe").effective.mail.block == Words{"me@x.test", "domain.test", "*@company.test"});
  CHECK(f.user("joe").own.mail.block == Words{"me@x.test"});

  // To unset is to inherit again.
  SettingsEdit unset;
  unset.sent_limit.emplace();
  unset.block = Words{};
  REQUIRE(f.change("joe", unset));
  CHECK(f.user("joe").effective.mail.sent_limit == 30);
  CHECK(f.user("joe").own == Settings{});
  CHECK(broken_integrity(f.control) == "");

  // What the cluster was told comes to the same.
  const auto told = feed::within(feed::within(f.cluster().settings[f.id("joe")], f.cluster().settings[f.user("joe").user.domain]),
                                 f.cluster().settings[f.north.company.id]);
  CHECK(told == f.user("joe").effective.mail);
}

TEST_CASE("clusters are told what acts on mail, and of nothing else") {
  Fixture f;
  const auto joe = f.id("joe");
  const auto before = f.cluster().history.size();
  SettingsEdit notes;
  notes.notes = "pays late";
  REQUIRE(outcome(f.change("joe", notes)) == "applied");
  CHECK(f.cluster().history.size() == before);

  UserSettings spam;
  spam.spam_level = "Very High";
  spam.timezone = "Asia/Tokyo";
  spam.more.forward_to = Words{"joe@elsewhere.test"};
  spam.more.keeps_copy = true;
  REQUIRE(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, spam)));
  CHECK(f.cluster().settings[joe].spam_level == "Very High");
  CHECK(f.cluster().settings[joe].forwarding->targets == Words{"joe@elsewhere.test"});
  CHECK(f.cluster().settings[joe].forwarding->is_on);
  CHECK(f.cluster().accounts[joe].timezone == "Asia/Tokyo");
  CHECK(f.cluster().history.size() == before + 2);

  // A workgroup's settings come and go with the user.
  REQUIRE(f.control.run(f.api().workgroups.create(f.me(), "one.test", "strict")));
  SettingsEdit strict;
  strict.rejects_spam = true;
  REQUIRE(f.control.run(f.api().defaults.change_workgroup(f.me(), "one.test", "strict", strict)));
  UserSettings moved;
  moved.workgroup = "strict";
  REQUIRE(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, moved)));
  CHECK(f.cluster().settings[joe].rejects_spam == true);
}

TEST_CASE("where the cluster refuses settings, what was set before holds again, and the rest stands") {
  Fixture f;
  f.cluster().refuses = [](const feed::Change& change) -> std::optional<std::string> {
    if (std::holds_alternative<feed::PutSettings>(change.payload)) return "I know no settings";
    return std::nullopt;
  };
  UserSettings settings;
  settings.timezone = "Asia/Tokyo";
  settings.spam_level = "High";
  settings.more.allow = Words{"a@b.test"};
  CHECK(outcome(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, settings))) == code::kClusterRefused);
  CHECK(f.user("joe").user.timezone == "Asia/Tokyo");
  CHECK(f.user("joe").user.spam.level.empty());
  CHECK(f.user("joe").own.mail == feed::Settings{});
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("what can't be set is refused with a sentence, and nothing changes") {
  Fixture f;
  struct Case {
    const char* what;
    void (*set)(SettingsEdit&);
  };
  const Case cases[] = {
      {"an empty sender", [](SettingsEdit& e) { e.allow = Words{""}; }},
      {"a sender with a space", [](SettingsEdit& e) { e.block = Words{"a b"}; }},
      {"a control character", [](SettingsEdit& e) { e.block = Words{"a\x01"}; }},
      {"1001 senders", [](SettingsEdit& e) { e.allow.emplace(); for (int n = 0; n < 1001; ++n) e.allow->push_back("u" + std::to_string(n)); }},
      {"too many bytes of senders", [](SettingsEdit& e) { e.allow.emplace(); for (int n = 0; n < 900; ++n) e.allow->push_back(std::to_string(n) + std::string(100, 'x')); }},
      {"an autoresponder without a text", [](SettingsEdit& e) { e.responds = true; }},
      {"4001 characters", [](SettingsEdit& e) { e.response = std::string(4001, 'x'); }},
      {"a text that is not UTF-8", [](SettingsEdit& e) { e.response = "\xff"; }},
      {"an interval of zero", [](SettingsEdit& e) { e.response = "x"; e.response_interval_hours = 0; }},
      {"an end before time", [](SettingsEdit& e) { e.response = "x"; e.response_ends_at = -1; }},
      {"forwarding to nobody", [](SettingsEdit& e) { e.forwards = true; }},
      {"forwarding to no address", [](SettingsEdit& e) { e.forward_to = Words{"joe"}; }},
      {"10001 recipients a day", [](SettingsEdit& e) { e.sent_limit = 10'001; }},
      {"a delivery of its own", [](SettingsEdit& e) { e.filter_delivery = "bin"; }},
      {"a welcome mail of a mailbox", [](SettingsEdit& e) { e.welcome.emplace(Welcome{}); }},
      {"pushers of a mailbox", [](SettingsEdit& e) { e.push_allowed = Words{"south.adm"}; }},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    SettingsEdit edit;
    c.set(edit);
    CHECK(code_of(f.change("joe", edit)) == code::kBadValue);
  }
  CHECK(f.user("joe").own == Settings{});
  SettingsEdit at_the_limit;
  at_the_limit.response = std::string(4000, 'x');
  at_the_limit.responds = true;
  at_the_limit.allow.emplace();
  for (int n = 0; n < 1000; ++n) at_the_limit.allow->push_back("u" + std::to_string(n) + "@*.test");
  CHECK(outcome(f.change("joe", at_the_limit)) == "applied");
  CHECK(f.cluster().settings[f.id("joe")].allow.size() == 1000);
}

TEST_CASE("a domain's quota for new mailboxes, and the most that one may have") {
  Fixture f;
  SettingsEdit edit;
  edit.quota_bytes = 1000;
  edit.quota_maximum = 2000;
  REQUIRE(f.change_domain(edit));
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "ann"))));
  CHECK(f.user("ann").user.quota_bytes == 1000);
  SettingsEdit of_group;
  of_group.quota_bytes = 500;
  REQUIRE(f.control.run(f.api().defaults.change_workgroup(f.me(), "one.test", "staff", of_group)));
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "eve"))));
  CHECK(f.user("eve").user.quota_bytes == 500);
  UserSettings more;
  more.quota_bytes = 2001;
  CHECK(code_of(f.control.run(f.api().users.change(f.me(), "one.test", "ann", kAnyUser, more))) == code::kOverLimit);
  more.quota_bytes = 0;
  CHECK(code_of(f.control.run(f.api().users.change(f.me(), "one.test", "ann", kAnyUser, more))) == code::kOverLimit);
  more.quota_bytes = 2000;
  CHECK(f.control.run(f.api().users.change(f.me(), "one.test", "ann", kAnyUser, more)));
}

TEST_CASE("a company's settings reach each cluster where it has domains, also one that comes later, and an away cluster holds up no other") {
  Fixture f;
  SettingsEdit edit;
  edit.rejects_spam = true;
  REQUIRE(f.control.run(f.api().defaults.change_company(f.me(), "", edit)));
  CHECK(f.cluster().settings[f.north.company.id].rejects_spam == true);
  CHECK(f.control.clusters.at("b").settings.empty());
  REQUIRE(f.control.run(f.api().queues.pause("a")));
  edit.rejects_spam = false;
  CHECK(outcome(f.control.run(f.api().defaults.change_company(f.me(), "", edit))) == "queued");
  CHECK(outcome(f.control.run(f.api().domains.create(f.me(), {.name = "two.test", .company = {}, .cluster = "b", .settings = {}}))) == "applied");
  CHECK(f.control.clusters.at("b").settings[f.north.company.id].rejects_spam == false);
}

TEST_CASE("offerings are had, renewed, expire and are withdrawn") {
  Fixture f;
  auto& offerings = f.api().offerings;
  REQUIRE(f.control.run(offerings.put(f.me(), "", {.code = "archive", .name = "Archive", .description = "kept for ever", .period_days = 30})));
  REQUIRE(f.control.run(offerings.put(f.me(), "", {.code = "sync", .name = "Sync"})));
  const auto available = f.control.run(offerings.available(f.me(), "one.test", "joe")).value();
  REQUIRE(available.size() == 2);
  REQUIRE(f.control.run(offerings.enable(f.me(), "one.test", "joe", "archive", true)));
  REQUIRE(f.control.run(offerings.enable(f.me(), "one.test", "joe", available[1].id, false)));
  CHECK(code_of(f.control.run(offerings.enable(f.me(), "one.test", "joe", "none", true))) == code::kNoOffering);
  CHECK(f.control.run(offerings.available(f.me(), "one.test", "joe")).value().empty());

  f.control.world.run_for(std::chrono::hours(24 * 45));
  auto owned = f.control.run(offerings.enabled(f.me(), "one.test", "joe")).value();
  REQUIRE(owned.size() == 2);
  CHECK_FALSE(owned[0].is_expired);
  CHECK(*owned[0].expires_at - owned[0].enabled_at == std::chrono::hours(24 * 60));
  CHECK_FALSE(owned[1].expires_at.has_value());
  REQUIRE(f.control.run(offerings.enable(f.me(), "one.test", "joe", "archive", false)));
  CHECK(f.control.run(offerings.enabled(f.me(), "one.test", "joe")).value()[0].is_expired);
  CHECK(f.control.run(offerings.available(f.me(), "one.test", "joe")).value().size() == 1);

  const auto other = add_reseller(f.control, "south");
  CHECK(code_of(f.control.run(offerings.disable(other.caller, owned[1].id))) == code::kNoOffering);
  CHECK(f.control.run(offerings.disable(f.me(), owned[1].id)));
  CHECK(f.control.run(offerings.enabled(f.me(), "one.test", "joe")).value().size() == 1);
  REQUIRE(f.control.run(offerings.put(f.me(), "", {.code = "sync", .name = "Sync", .is_withdrawn = true})));
  CHECK(code_of(f.control.run(offerings.enable(f.me(), "one.test", "joe", "sync", false))) == code::kNoOffering);
  CHECK(broken_integrity(f.control) == "");
}

}  // namespace
}  // namespace postroad::control
