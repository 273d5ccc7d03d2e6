#include <doctest/doctest.h>

#include <algorithm>

#include "control/role_kinds.h"
#include "control/testing.h"

// Every role on random trees: who may do what, and nobody gives what they lack.
namespace postroad::control {
namespace {
using namespace testing;

// Somebody with one role.
struct Actor {
  Caller caller;
  const RoleKind* kind = nullptr;
  std::string path;    // of the company that the role is on, or that the domain is of
  std::string domain;  // where it is on a domain or a workgroup
  bool reaches(const std::string& on_path, const std::string& on_domain) const {
    return kind->on == Reaches::Company ? on_path.starts_with(path) : kind->on == Reaches::Domain && !on_domain.empty() && on_domain == domain;
  }
  bool may(Right right, const std::string& on_path, const std::string& on_domain) const { return kind->gives(right) && reaches(on_path, on_domain); }
};

struct Place {
  Company company;
  std::string domain;
};

struct Tree : Control {
  std::vector<Place> places;
  std::vector<Actor> actors;

  explicit Tree(std::uint64_t seed) : Control(seed) {
    simulated::Random shape(seed);
    for (std::size_t n = 0; n < 4; ++n) {
      const auto parent = places.empty() || shape.once_in(4) ? std::string{} : places[shape.below(places.size())].company.id;
      add(add_reseller(*this, "c" + std::to_string(n), parent), "d" + std::to_string(n) + ".test");
    }
    settle();
    for (const auto& place : places) add_actors(place);
  }

 private:
  void add(Reseller reseller, std::string domain) {
    run(api->domains.create(reseller.caller, {.name = domain, .company = {}, .cluster = "a", .settings = {}})).value();
    for (const auto* const group : {"staff", "others"}) run(api->workgroups.create(reseller.caller, domain, group)).value();
    run(api->users.create(reseller.caller, new_mailbox(domain, "plain"))).value();
    auto other = new_mailbox(domain, "other");
    other.settings.workgroup = "others";
    run(api->users.create(reseller.caller, other)).value();
    places.push_back({std::move(reseller.company), std::move(domain)});
  }

  void add_actors(const Place& place) {
    const auto root = Caller::system();
    for (const auto& kind : role_kinds()) {
      const std::string name(kind.name);
      const auto local = "r-" + name;
      Actor actor{.caller = {}, .kind = &kind, .path = place.company.path, .domain = kind.on == Reaches::Company ? "" : place.domain};
      if (kind.on == Reaches::Company) {
        run(api->administrators.create(root, {place.company.admin_domain, local, name}, "secret")).value();
        actor.caller = as(place.company.admin_domain, local);
      } else {
        run(api->users.create(root, new_mailbox(place.domain, local))).value();
        settle();
        const auto object = kind.on == Reaches::Domain ? place.domain : place.domain + "/staff";
        run(api->roles.add(root, local, place.domain, {name, object})).value();
        actor.caller = as(place.domain, local);
      }
      actors.push_back(std::move(actor));
    }
    settle();
  }

  // By id: not every role signs in by a password.
  Caller as(const std::string& domain, const std::string& local) {
    const auto rows = domain.ends_with(".adm")
                          ? query("SELECT a.id FROM administrators a JOIN companies c ON c.id = a.company WHERE c.admin_domain = $1 AND a.local = $2", {domain, local})
                          : query("SELECT u.id FROM users u JOIN domains d ON d.id = u.domain WHERE d.name = $1 AND u.folded = $2", {domain, local});
    return {.id = rows.at(0)[0].text(), .name = local + "@" + domain, .face = "test", .peer = "192.0.2.1"};
  }
};

template <class T>
bool is_ok(const Result<T>& made) {
  return made.has_value();
}

TEST_CASE("each role gives what the table says, on its object and below, and nothing else") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Tree tree(seed);
    auto& api = *tree.api;
    int made = 0;
    for (const auto& actor : tree.actors) {
      for (const auto& place : tree.places) {
        const auto& path = place.company.path;
        CAPTURE(actor.caller.name);
        CAPTURE(place.domain);
        const auto& me = actor.caller;
        const auto may = [&](Right right) { return actor.may(right, path, place.domain); };
        const bool is_workgroup = actor.kind->on == Reaches::Workgroup && actor.domain == place.domain;
        UserSettings title;
        title.title = "t" + std::to_string(++made);
        CHECK(is_ok(tree.run(api.domains.get(me, place.domain))) == may(Right::See));
        CHECK(is_ok(tree.run(api.users.get(me, place.domain, "plain", kAnyUser))) == (may(Right::See) || is_workgroup));
        CHECK(is_ok(tree.run(api.users.get(me, place.domain, "other", kAnyUser))) == may(Right::See));
        CHECK(is_ok(tree.run(api.users.change(me, place.domain, "plain", kAnyUser, title))) == (may(Right::Users) || is_workgroup));
        CHECK(is_ok(tree.run(api.users.change(me, place.domain, "other", kAnyUser, title))) == may(Right::Users));
        CHECK(is_ok(tree.run(api.domains.change(me, place.domain, {}))) == may(Right::Settings));
        CHECK(is_ok(tree.run(api.domains.set_disabled(me, place.domain, false))) == may(Right::Domains));
        CHECK(is_ok(tree.run(api.companies.get(me, place.company.id))) == actor.may(Right::See, path, ""));
        CHECK(is_ok(tree.run(api.companies.change(me, place.company.id, {}))) == actor.may(Right::Companies, path, ""));
        CHECK(is_ok(tree.run(api.administrators.list(me, place.company.id, {}))) == actor.may(Right::Audit, path, ""));
      }
    }
    tree.settle();
    CHECK(broken_integrity(tree) == "");
  }
}

TEST_CASE("nobody gives a role that gives what they lack, or on what they don't reach") {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    Tree tree(seed);
    std::size_t given = 0;
    for (const auto& actor : tree.actors) {
      for (const auto& place : tree.places) {
        for (const auto& kind : role_kinds()) {
          const bool on_company = kind.on == Reaches::Company;
          const auto object = on_company ? place.company.admin_domain : kind.on == Reaches::Domain ? place.domain : place.domain + "/staff";
          const auto domain = on_company ? std::string{} : place.domain;
          bool want = actor.may(Right::Roles, place.company.path, domain);
          for (std::size_t right = 0; right < kRights; ++right)
            if (kind.rights[right]) want = want && actor.may(static_cast<Right>(right), place.company.path, domain);
          CAPTURE(actor.caller.name);
          CAPTURE(kind.name);
          CAPTURE(object);
          const auto before = projection(tree);
          const auto made = on_company ? tree.run(tree.api->roles.add(actor.caller, "admin", place.company.admin_domain, {std::string(kind.name), object}))
                                       : tree.run(tree.api->roles.add(actor.caller, "plain", place.domain, {std::string(kind.name), object}));
          CHECK(made.has_value() == want);
          if (!made) CHECK(projection(tree) == before);
          if (!made) continue;
          ++given;
          const auto taken = on_company ? std::string("admin") : std::string("plain");
          if (!(on_company && kind.name == "company"))
            CHECK(tree.run(tree.api->roles.remove(actor.caller, taken, on_company ? place.company.admin_domain : place.domain, {std::string(kind.name), object})));
        }
      }
    }
    CHECK(given > 20);
  }
}

TEST_CASE("nobody sets the password of one who may do more") {
  Tree tree(5);
  UserSettings password;
  password.password = "another secret";
  std::size_t refused = 0;
  std::size_t set = 0;
  for (const auto& actor : tree.actors) {
    for (const auto& other : tree.actors) {
      const auto at = other.caller.name.find('@');
      const auto local = other.caller.name.substr(0, at);
      const auto domain = other.caller.name.substr(at + 1);
      if (other.kind->on == Reaches::Company) continue;
      // The holder's roles are all the actor's to give, or it is itself.
      bool want = actor.may(Right::Users, other.path, domain) || (actor.kind->on == Reaches::Workgroup && actor.domain == domain);
      bool covers = actor.may(Right::Roles, other.path, domain);
      for (std::size_t right = 0; right < kRights; ++right)
        if (other.kind->rights[right]) covers = covers && actor.may(static_cast<Right>(right), other.path, domain);
      want = want && (covers || actor.caller.id == other.caller.id);
      CAPTURE(actor.caller.name);
      CAPTURE(other.caller.name);
      const auto made = tree.run(tree.api->users.change(actor.caller, domain, local, kAnyUser, password));
      CHECK(made.has_value() == want);
      made ? ++set : ++refused;
      if (!want) CHECK_FALSE(tree.run(tree.api->users.erase(actor.caller, domain, local, kAnyUser)));
    }
  }
  CHECK(set > 10);
  CHECK(refused > 10);
}

TEST_CASE("administrators are searched for within the subtree") {
  Tree tree(2);
  for (const auto& actor : tree.actors) {
    const auto found = tree.run(tree.api->roles.search(actor.caller, {.match = {}, .role = {}, .is_descending = false, .range = {0, 1000}})).value();
    CHECK(found.total == found.rows.size());
    std::size_t want = 0;
    for (const auto& other : tree.actors) {
      const bool is_shown = actor.may(Right::Audit, other.path, other.domain);
      want += is_shown ? 1 : 0;
      const auto is_it = [&](const AdminLine& line) { return line.user == other.caller.name && line.role == other.kind->name; };
      CHECK(std::ranges::any_of(found.rows, is_it) == is_shown);
    }
    for (const auto& place : tree.places) want += actor.may(Right::Audit, place.company.path, "") ? 1 : 0;  // `admin`
    CHECK(found.total == want);
  }
  const auto root = Caller::system();
  CHECK(tree.run(tree.api->roles.search(root, {.match = "r-mai?@d0.*", .role = {}, .is_descending = false, .range = {}}))->total == 1);
  const auto page = tree.run(tree.api->roles.search(root, {.match = "r-*", .role = "domain", .is_descending = true, .range = {1, 2}})).value();
  CHECK(page.total == 4);
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[0].user == "r-domain@d2.test");
}

TEST_CASE("companies are searched within the subtree, sorted and in pages") {
  Tree tree(3);
  for (const auto& actor : tree.actors) {
    const auto found = tree.run(tree.api->companies.search(actor.caller, {.under = {}, .match = "c*", .range = {0, 100}})).value();
    std::vector<std::string> want;
    for (const auto& place : tree.places)
      if (actor.may(Right::See, place.company.path, "")) want.push_back(place.company.name);
    std::vector<std::string> got;
    for (const auto& row : found.rows) {
      got.push_back(row.company.name);
      const auto parent = std::ranges::find(tree.places, row.company.parent, [](const Place& place) { return place.company.id; });
      CHECK(row.parent == (parent != tree.places.end() && actor.may(Right::See, parent->company.path, "") ? parent->company.admin_domain : ""));
    }
    CHECK(got == want);
    CHECK(found.total == want.size());
  }
  const auto root = Caller::system();
  const auto page = tree.run(tree.api->companies.search(root, {.match = "C?", .order = CompanyOrder::CreatedAt, .is_descending = true, .range = {1, 2}})).value();
  CHECK(page.total == 4);
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[0].company.name == "c2");
  CHECK(tree.run(tree.api->companies.search(root, {.match = "c_"}))->total == 0);
  CHECK(tree.run(tree.api->companies.search(root, {.match = "%"}))->total == 0);
}

TEST_CASE("a company that is not empty stays; one that is goes with its administrators") {
  Control control;
  const auto north = add_reseller(control, "north");
  const auto child = add_reseller(control, "child", north.company.id);
  auto& api = *control.api;
  CHECK(code_of(control.run(api.companies.erase(Caller::system(), "north.adm"))) == code::kCompanyNotEmpty);
  CHECK(code_of(control.run(api.companies.erase(child.caller, "child.adm"))) == code::kNotAllowed);
  control.run(api.domains.create(child.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  control.settle();
  CHECK(code_of(control.run(api.companies.erase(north.caller, "child.adm"))) == code::kCompanyNotEmpty);
  control.run(api.domains.erase(child.caller, "one.test", false)).value();
  // It goes after its domain.
  CHECK(outcome(control.run(api.companies.erase(north.caller, "child.adm"))) == "queued");
  CHECK(code_of(control.run(api.sign_in.verify("admin", "child.adm", "secret-child", "test", ""))) == code::kSignInFailed);
  control.clusters.at("a").refuses = [](const feed::Change&) { return "not now"; };
  control.settle();
  CHECK(control.run(api.sign_in.verify("admin", "child.adm", "secret-child", "test", "")));
  control.clusters.at("a").refuses = [](const feed::Change&) { return std::nullopt; };
  control.run(api.domains.erase(child.caller, "one.test", false)).value();
  control.run(api.companies.erase(north.caller, "child.adm")).value();
  control.settle();
  CHECK(code_of(control.run(api.companies.find(north.caller, "child.adm"))) == code::kNoCompany);
  CHECK(control.query("SELECT count(*) FROM administrators WHERE company = $1", {child.company.id})[0][0].number() == 0);
  CHECK(broken_integrity(control) == "");
}

TEST_CASE("administrators: made once, password changed, listed, deleted by others only") {
  Control control;
  const auto north = add_reseller(control, "north");
  auto& api = *control.api;
  CHECK(control.run(api.administrators.create(north.caller, {"north.adm", "Ann", "company_ro"}, "secret-ann")));
  CHECK(code_of(control.run(api.administrators.create(north.caller, {"north.adm", "ann", "company"}, "x-secret"))) == code::kAdministratorExists);
  CHECK(code_of(control.run(api.administrators.create(north.caller, {"north.adm", "bob", "domain"}, "x-secret"))) == code::kBadValue);
  const auto ann = control.run(api.sign_in.verify("ann", "north.adm", "secret-ann", "test", "")).value();
  CHECK(control.run(api.administrators.set_password(ann, "north.adm", "ann", "new-secret")));
  CHECK(code_of(control.run(api.administrators.set_password(ann, "north.adm", "admin", "new-secret"))) == code::kNotAllowed);
  CHECK(code_of(control.run(api.administrators.set_password(ann, "north.adm", "nobody", "new-secret"))) == code::kNotAllowed);
  CHECK(code_of(control.run(api.administrators.create(ann, {"north.adm", "bob"}, "x-secret"))) == code::kNotAllowed);
  CHECK(control.run(api.sign_in.verify("ann", "north.adm", "new-secret", "test", "")));
  const auto page = control.run(api.administrators.list(ann, "north.adm", {})).value();
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[1].local == "ann");
  CHECK(page.rows[1].roles == std::vector<std::string>{"company_ro"});
  const auto shown = control.run(api.administrators.list(north.caller, "ANN@north.adm", {})).value();
  REQUIRE(shown.rows.size() == 1);
  CHECK(shown.rows[0].local == "ann");
  CHECK(shown.rows[0].roles == std::vector<std::string>{"company_ro"});
  CHECK_FALSE(shown.rows[0].has_second_factor);
  CHECK(code_of(control.run(api.administrators.list(north.caller, "nobody@north.adm", {}))) == code::kNoUser);
  CHECK(code_of(control.run(api.administrators.erase(north.caller, "north.adm", "admin"))) == code::kNotAllowed);
  CHECK(control.run(api.administrators.erase(north.caller, "north.adm", "ann")));
  CHECK(code_of(control.run(api.sign_in.verify("ann", "north.adm", "new-secret", "test", ""))) == code::kSignInFailed);
}

// Who holds a role on a domain alone, and does not see its own company, has its own password all the same.
TEST_CASE("an administrator without a role is let in by nobody; with one on a domain, it changes its own password and no other") {
  Control control;
  const auto north = add_reseller(control, "north");
  auto& api = *control.api;
  REQUIRE(control.run(api.domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = {}, .settings = {}})));
  const auto enter = [&](const std::string& password) { return control.run(api.sign_in.verify("dora", "north.adm", password, "test", "")); };
  CHECK(control.run(api.administrators.create(north.caller, {"north.adm", "dora", ""}, "secret-dora")));
  CHECK(code_of(enter("secret-dora")) == code::kSignInFailed);
  CHECK(control.run(api.administrators.list(north.caller, "dora@north.adm", {})).value().rows[0].roles.empty());
  CHECK(control.run(api.roles.set(north.caller, "dora", "north.adm", {{"domain", "one.test"}})));
  const auto dora = enter("secret-dora").value();
  CHECK(control.run(api.administrators.list(dora, "dora@north.adm", {})).value().rows[0].local == "dora");
  CHECK(code_of(control.run(api.administrators.list(dora, "admin@north.adm", {}))) == code_of(control.run(api.administrators.list(dora, "admin@ghost.adm", {}))));
  CHECK(code_of(control.run(api.administrators.set_password(dora, "north.adm", "admin", "new-secret"))) == code::kNoCompany);
  CHECK(control.run(api.administrators.set_password(dora, "north.adm", "Dora", "new-secret")));
  CHECK(enter("new-secret"));
  // By what gives less than it holds, not even its own.
  const auto narrow = control.run(api.tokens.make(dora, {.role = "mail", .object = "one.test", .reason = "x"})).value();
  const auto by_token = control.run(api.sign_in.verify_token(narrow.text, "test", "")).value();
  CHECK(code_of(control.run(api.administrators.set_password(by_token, "north.adm", "dora", "other-secret"))) == code::kNotAllowed);
}

}  // namespace
}  // namespace postroad::control
