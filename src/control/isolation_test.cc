#include <doctest/doctest.h>

#include <algorithm>

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
  Caller domain_administrator;
};

struct Tree : Control {
  std::vector<Member> members;

  explicit Tree(std::uint64_t seed) : Control(seed) {
    simulated::Random shape(seed);
    for (std::size_t n = 0; n < 6; ++n) {
      const auto parent = members.empty() || shape.once_in(3) ? std::string{} : members[shape.below(members.size())].reseller.company.id;
      Member member{.reseller = add_reseller(*this, "c" + std::to_string(n), parent), .domain = "d" + std::to_string(n) + ".test", .change = {}, .domain_administrator = {}};
      const auto& admin = member.reseller.caller;
      run(api->domains.create(admin, {.name = member.domain, .company = {}, .cluster = {}, .settings = {}})).value();
      run(api->workgroups.create(admin, member.domain, "staff")).value();
      member.change = run(api->users.create(admin, new_mailbox(member.domain, "joe"))).value().change;
      run(api->domains.set_administrator(admin, member.domain, "joe", true)).value();
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
          auto missing = ask_all(tree, caller, "dX.test");
          for (auto& answer : missing) replace_all(answer, "dX.test", other.domain);
          CHECK(foreign == missing);
          CHECK(std::ranges::find(foreign, "ok") == foreign.end());
          CHECK(code_of(tree.run(tree.api->changes.get(caller, other.change))) == code::kNoChange);
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
