#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "control/testing.h"

// Random trees of companies: what a caller asks for outside its subtree is answered in the same words as what does
// not exist, and changes nothing.
namespace postroad::control {
namespace {
using namespace testing;

struct Member {
  Reseller reseller;
  std::string domain;
  std::string change;          // one of its changes
  std::string request;         // by which that was made
  std::string token;           // its administrator's, by id
  Caller domain_administrator;
};

struct Tree : Control {
  std::vector<Member> members;

  explicit Tree(std::uint64_t seed) : Control(seed) {
    simulated::Random shape(seed);
    for (std::size_t n = 0; n < 6; ++n) {
      const auto parent = members.empty() || shape.once_in(3) ? std::string{} : members[shape.below(members.size())].reseller.company.id;
      Member member{.reseller = add_reseller(*this, "c" + std::to_string(n), parent), .domain = "d" + std::to_string(n) + ".test", .change = {}, .request = {}, .token = {}, .domain_administrator = {}};
      auto& admin = member.reseller.caller;
      admin.request = member.request = api->audit.new_request();
      run(api->domains.create(admin, {.name = member.domain, .company = {}, .cluster = {}, .settings = {}})).value();
      run(api->workgroups.create(admin, member.domain, "staff")).value();
      member.change = run(api->users.create(admin, new_mailbox(member.domain, "joe"))).value().change;
      run(api->domains.set_administrator(admin, member.domain, "joe", true)).value();
      member.token = run(api->tokens.make(admin, {.reason = "billing"})).value().id;
      settle();
      member.domain_administrator = run(api->sign_in.verify("joe", member.domain, "pass-joe", "test", "192.0.2.2")).value();
      members.push_back(std::move(member));
    }
  }
};

// Every request that names a domain, and what it was answered.
std::vector<std::string> ask_all(Tree& tree, const Caller& caller, const std::string& domain) {
  std::vector<std::string> answers;
  const auto note = [&](const auto& made) { answers.push_back(made ? "ok" : std::string(fault_name(made.error().fault)) + "|" + made.error().code + "|" + made.error().text); };
  auto& api = *tree.api;
  UserSettings title;
  title.title = "Dr";
  UserSettings password;
  password.password = "another";
  note(tree.run(api.domains.get(caller, domain)));
  note(tree.run(api.domains.count(caller, domain)));
  note(tree.run(api.users.list(caller, domain, {})));
  note(tree.run(api.workgroups.list(caller, domain)));
  note(tree.run(api.users.get(caller, domain, "joe", kAnyUser)));
  note(tree.run(api.users.taken(caller, domain, {"joe"})));
  note(tree.run(api.users.verify_password(caller, domain, "joe", "wrong")));
  note(tree.run(api.domains.change(caller, domain, {})));
  note(tree.run(api.domains.erase(caller, domain, false)));
  note(tree.run(api.domains.create_alias(caller, domain, "alias.test")));
  note(tree.run(api.domains.erase_alias(caller, domain)));
  note(tree.run(api.domains.set_disabled(caller, domain, true)));
  note(tree.run(api.domains.set_catch_all(caller, domain, "joe")));
  note(tree.run(api.domains.set_limits(caller, domain, {{UserType::Mailbox, 1}})));
  note(tree.run(api.domains.set_administrator(caller, domain, "joe", true)));
  note(tree.run(api.workgroups.create(caller, domain, "staff")));
  note(tree.run(api.workgroups.erase(caller, domain, "staff", false)));
  note(tree.run(api.users.create(caller, new_mailbox(domain, "joe"))));
  note(tree.run(api.users.create_alias(caller, domain, "x y", "joe")));
  note(tree.run(api.users.change(caller, domain, "joe", kAnyUser, title)));
  note(tree.run(api.users.change(caller, domain, "joe", kAnyUser, password)));
  note(tree.run(api.users.erase(caller, domain, "nobody", kAnyUser)));
  note(tree.run(api.users.rename(caller, domain, "joe", kAnyUser, "a b")));
  note(tree.run(api.users.set_services(caller, domain, "nobody", kAnyUser, {})));
  note(tree.run(api.users.deleted(caller, domain, {})));
  note(tree.run(api.users.restore(caller, domain, "joe")));
  note(tree.run(api.tokens.make(caller, {.user = "joe", .domain = domain})));
  note(tree.run(api.tokens.make(caller, {.role = "domain", .object = domain})));
  note(tree.run(api.tokens.list(caller, "joe", domain, {})));
  note(tree.run(api.tokens.revoke_all(caller, "joe", domain)));
  note(tree.run(api.tokens.end_sessions(caller, "joe", domain)));
  note(tree.run(api.second_factors.remove(caller, "joe", domain)));
  note(tree.run(api.sign_in.unlock(caller, "joe", domain)));
  note(tree.run(api.roles.of(caller, "joe", domain)));
  note(tree.run(api.roles.add(caller, "joe", domain, {"domain", domain})));
  note(tree.run(api.roles.add(caller, caller.name.substr(0, caller.name.find('@')), caller.name.substr(caller.name.find('@') + 1), {"domain", domain})));
  note(tree.run(api.audit.search(caller, {.domain = domain}, {})));
  note(tree.run(api.audit.search(caller, {.user = "joe@" + domain}, {})));
  note(tree.run(api.mailboxes.sign_out(caller, domain, "joe")));
  return answers;
}

// Every request that names a company by its administrators' domain.
std::vector<std::string> ask_about_company(Tree& tree, const Caller& caller, const std::string& name) {
  std::vector<std::string> answers;
  const auto note = [&](const auto& made) { answers.push_back(made ? "ok" : std::string(fault_name(made.error().fault)) + "|" + made.error().code + "|" + made.error().text); };
  auto& api = *tree.api;
  note(tree.run(api.companies.get(caller, name)));
  note(tree.run(api.companies.find(caller, name)));
  note(tree.run(api.companies.change(caller, name, {})));
  note(tree.run(api.companies.set_limits(caller, name, {{Resource::Domains, 1}})));
  note(tree.run(api.companies.erase(caller, name)));
  note(tree.run(api.companies.search(caller, {.under = name})));
  note(tree.run(api.companies.create(caller, {.parent = name, .name = "x", .admin_domain = "x.adm", .cluster = {}})));
  note(tree.run(api.administrators.list(caller, name, {})));
  note(tree.run(api.administrators.create(caller, {name, "ann"}, "a very long word")));
  note(tree.run(api.administrators.set_password(caller, name, "admin", "a very long word")));
  note(tree.run(api.administrators.erase(caller, name, "admin")));
  note(tree.run(api.domains.create(caller, {.name = "new.test", .company = name, .cluster = {}, .settings = {}})));
  note(tree.run(api.tokens.make(caller, {.user = "admin", .domain = name})));
  note(tree.run(api.tokens.make(caller, {.role = "company", .object = name})));
  note(tree.run(api.tokens.list(caller, "admin", name, {})));
  note(tree.run(api.tokens.revoke_all(caller, "admin", name)));
  note(tree.run(api.second_factors.remove(caller, "admin", name)));
  note(tree.run(api.sign_in.unlock(caller, "admin", name)));
  note(tree.run(api.roles.of(caller, "admin", name)));
  note(tree.run(api.roles.add(caller, "admin", name, {"company", name})));
  note(tree.run(api.audit.search(caller, {.company = name}, {})));
  note(tree.run(api.audit.search(caller, {.user = "admin@" + name}, {})));
  return answers;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
}

TEST_CASE("what lies outside the subtree is as if it did not exist") {
  std::size_t outside = 0;
  const std::uint64_t trees = sql::testing::server().empty() ? 4 : 1;  // a server takes longer
  for (std::uint64_t seed = 1; seed <= trees; ++seed) {
    Tree tree(seed);
    for (const auto& one : tree.members) {
      for (const auto& other : tree.members) {
        const bool is_inside = other.reseller.company.path.starts_with(one.reseller.company.path);
        CAPTURE(one.domain);
        CAPTURE(other.domain);
        CHECK((code_of(tree.run(tree.api->domains.get(one.reseller.caller, other.domain))) == "ok") == is_inside);
        CHECK((code_of(tree.run(tree.api->changes.get(one.reseller.caller, other.change))) == "ok") == is_inside);
        if (is_inside) continue;
        const auto before = projection(tree);
        for (const auto& caller : {one.reseller.caller, one.domain_administrator}) {
          const auto foreign = ask_all(tree, caller, other.domain);
          auto missing = ask_all(tree, caller, "dx.test");
          for (auto& answer : missing) replace_all(answer, "dx.test", other.domain);
          CHECK(foreign == missing);
          CHECK(std::ranges::find(foreign, "ok") == foreign.end());
          CHECK(code_of(tree.run(tree.api->changes.get(caller, other.change))) == code::kNoChange);
          CHECK(code_of(tree.run(tree.api->tokens.revoke(caller, other.token))) == code::kNoToken);
          const auto& name = other.reseller.company.admin_domain;
          // Who sees a company above or below it is not meant.
          const bool is_seen = code_of(tree.run(tree.api->companies.get(caller, name))) == "ok";
          CHECK_FALSE(is_seen);
          const auto about = ask_about_company(tree, caller, name);
          auto of_none = ask_about_company(tree, caller, "cx.adm");
          for (auto& answer : of_none) replace_all(answer, "cx.adm", name);
          CHECK(about == of_none);
          CHECK(std::ranges::find(about, "ok") == about.end());
          CHECK(tree.run(tree.api->audit.of_request(caller, other.request)).value().empty());
        }
        CHECK(projection(tree) == before);
        ++outside;
      }
    }
    CHECK(broken_integrity(tree) == "");
  }
  CHECK(outside > 10 * trees);
}

// Read in pages of `most`.
std::vector<std::string> all_domains(Tree& tree, const Caller& caller, std::uint64_t most) {
  std::vector<std::string> made;
  From from{.place = {}, .most = most};
  do {
    auto page = tree.run(tree.api->domains.list(caller, from)).value();
    made.insert(made.end(), page.rows.begin(), page.rows.end());
    from.place = page.next;
  } while (!from.place.empty());
  return made;
}

TEST_CASE("lists hold what is inside, and nothing else") {
  Tree tree(9);
  for (const auto& one : tree.members) {
    std::vector<std::string> want;
    for (const auto& other : tree.members)
      if (other.reseller.company.path.starts_with(one.reseller.company.path)) want.push_back(other.domain);
    std::ranges::sort(want);
    for (const std::uint64_t most : {1, 2, 3, 1000}) {
      auto got = all_domains(tree, one.reseller.caller, most);
      std::ranges::sort(got);
      CHECK(got == want);
      CHECK(all_domains(tree, one.domain_administrator, most) == std::vector<std::string>{one.domain});
    }
  }
}

// What a search finds has a subject, an actor and a company of the caller's own, and nothing is counted besides.
TEST_CASE("searches find what is inside, and count nothing else") {
  Tree tree(9);
  for (const auto& one : tree.members) {
    CAPTURE(one.domain);
    std::size_t inside = 0;
    std::set<std::string> outside;
    for (const auto& other : tree.members) {
      const bool is_inside = other.reseller.company.path.starts_with(one.reseller.company.path);
      inside += is_inside;
      if (is_inside) continue;
      outside.insert(other.reseller.company.admin_domain);
      outside.insert(other.domain);
    }
    const auto& caller = one.reseller.caller;
    const auto companies = tree.run(tree.api->companies.search(caller, {})).value();
    CHECK(companies.total == inside);
    const auto admins = tree.run(tree.api->roles.search(caller, {})).value();
    CHECK(admins.total == 2 * inside);
    std::string shown;
    for (const auto& view : companies.rows) shown += view.company.admin_domain + " " + view.parent + " ";
    for (const auto& line : admins.rows) {
      shown += line.user + " ";
      for (const auto& on : line.objects) shown += on + " ";
    }
    for (const auto& entry : tree.run(tree.api->audit.search(caller, {}, {})).value().rows) shown += entry.subject + " " + entry.actor + " " + entry.text() + " ";
    for (const auto& name : outside) CHECK_FALSE(shown.contains(name));
  }
}

TEST_CASE("a place in a list that was made up shows nothing from outside") {
  Tree tree(9);
  for (const auto& one : tree.members) {
    for (const auto& other : tree.members) {
      const auto& own = one.reseller.company.path;
      if (other.reseller.company.path.starts_with(own)) continue;
      for (const auto& place : {other.reseller.company.path + " ", own + other.reseller.company.id + "/ ", other.reseller.company.path + " a", std::string("/ ")}) {
        const auto page = tree.run(tree.api->domains.list(one.reseller.caller, {.place = place, .most = 100})).value();
        CHECK(std::ranges::find(page.rows, other.domain) == page.rows.end());
      }
    }
  }
}

TEST_CASE("a domain's administrator manages its users and no more") {
  Tree tree(3);
  const auto& own = tree.members[0];
  const auto& joe = own.domain_administrator;
  auto& api = *tree.api;
  CHECK(tree.run(api.users.create(joe, new_mailbox(own.domain, "ann"))));
  CHECK(tree.run(api.domains.set_catch_all(joe, own.domain, "ann")));
  CHECK(tree.run(api.domains.set_administrator(joe, own.domain, "ann", true)));
  CHECK(code_of(tree.run(api.domains.erase(joe, own.domain, true))) == code::kNotAllowed);
  CHECK(code_of(tree.run(api.domains.set_disabled(joe, own.domain, true))) == code::kNotAllowed);
  CHECK(code_of(tree.run(api.domains.set_limits(joe, own.domain, {}))) == code::kNotAllowed);
  CHECK(code_of(tree.run(api.domains.create_alias(joe, own.domain, "alias.test"))) == code::kNotAllowed);
  CHECK(code_of(tree.run(api.domains.create(joe, {.name = "new.test", .company = {}, .cluster = {}, .settings = {}}))) == code::kNotAllowed);
  CHECK(code_of(tree.run(api.domains.create(joe, {.name = "new.test", .company = own.reseller.company.id, .cluster = {}, .settings = {}}))) == code::kNoCompany);
  CHECK(code_of(tree.run(api.companies.create(joe, {.parent = {}, .name = "x", .admin_domain = "x.adm", .cluster = {}}))) == code::kNotAllowed);
}

TEST_CASE("a right that is taken away is gone at once") {
  Tree tree(3);
  const auto& own = tree.members[0];
  CHECK(tree.run(tree.api->users.list(own.domain_administrator, own.domain, {})));
  CHECK(tree.run(tree.api->domains.set_administrator(own.reseller.caller, own.domain, "joe", false)));
  CHECK(code_of(tree.run(tree.api->users.list(own.domain_administrator, own.domain, {}))) == code::kNoDomain);
  CHECK(code_of(tree.run(tree.api->sign_in.verify("joe", own.domain, "pass-joe", "test", "192.0.2.2"))) == code::kSignInFailed);
}

TEST_CASE("a domain name that somebody else has is not available, as a reserved one") {
  Tree tree(5);
  const auto& one = tree.members.back();
  const auto create = [&](const std::string& name) {
    auto made = tree.run(tree.api->domains.create(one.reseller.caller, {.name = name, .company = {}, .cluster = {}, .settings = {}}));
    auto text = made ? "ok" : made.error().code + " " + made.error().text;
    replace_all(text, name, "NAME");
    return text;
  };
  const auto foreign = std::ranges::find_if(tree.members, [&](const Member& other) { return !other.reseller.company.path.starts_with(one.reseller.company.path); });
  REQUIRE(foreign != tree.members.end());
  CHECK(create(foreign->domain) == create("some.adm"));
  CHECK(create(one.domain).starts_with(code::kDomainExists));
}

}  // namespace
}  // namespace postroad::control
