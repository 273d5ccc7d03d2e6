#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

#include "control/testing.h"

// The limits of companies, on random trees with random requests, refusals by clusters and crashes: nothing passes a limit,
// what is counted equals a recount (broken_integrity), and nothing is refused that has room.
namespace postroad::control {
namespace {
using namespace testing;

using Most = std::optional<std::uint64_t>;

constexpr std::uint64_t kGiB = 1UL << 30;

// Of the whole range from the first case on.
template <class T = int>
T draw(T from, T below) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(from, below));
}

// What is spoken for, by counting all rows: what limits.cc must agree with, made in another way.
struct Recount {
  std::map<std::string, std::pair<std::string, std::array<std::int64_t, 4>>> companies;  // id -> parent, limits
  std::map<std::string, Amounts> own;

  explicit Recount(Control& control) {
    for (const auto& row : control.query("SELECT id, parent FROM companies")) companies[row[0].text()] = {row[1].text(), {-1, -1, -1, -1}};
    for (const auto& row : control.query("SELECT id, domains, mailboxes, storage, messages FROM company_limits"))
      for (std::size_t at = 0; at < 4; ++at) companies.at(row[0].text()).second[at] = row[1 + at].number();
    for (const auto& row : control.query("SELECT company FROM domains WHERE alias_of = ''")) ++own[row[0].text()].of(Resource::Domains);
    for (const auto& row : control.query("SELECT d.company, u.quota_bytes FROM users u JOIN domains d ON d.id = u.domain WHERE u.type = 'mailbox'")) {
      ++own[row[0].text()].of(Resource::Mailboxes);
      own[row[0].text()].of(Resource::Storage) += row[1].number();
    }
  }
  std::int64_t weight(const std::string& id, Resource resource) {
    const auto most = companies.at(id).second[static_cast<std::size_t>(resource)];
    return most >= 0 ? most : spoken_for(id, resource);
  }
  std::int64_t spoken_for(const std::string& id, Resource resource) {
    auto made = own[id].of(resource);
    for (const auto& [child, about] : companies)
      if (about.first == id) made += weight(child, resource);
    return made;
  }
  // How much more fits; the largest number where nothing limits.
  std::int64_t room(std::string id, Resource resource) {
    for (; !id.empty(); id = companies.at(id).first)
      if (const auto most = companies.at(id).second[static_cast<std::size_t>(resource)]; most >= 0) return most - spoken_for(id, resource);
    return INT64_MAX;
  }
};

class World {
 public:
  Control control;
  std::vector<Reseller> resellers;
  std::vector<std::string> domains;

  World() {
    resellers.push_back(add_reseller(control, "root"));
    resellers.push_back(add_reseller(control, "left", resellers[0].company.id));
    resellers.push_back(add_reseller(control, "right", resellers[0].company.id));
    for (std::size_t at = 0; at < 2; ++at) create_domain(resellers[1 + at].company);
    for (const auto& domain : domains)
      for (const auto* const local : {"u0", "u1"}) control.run(control.api->users.create(Caller::system(), new_mailbox(domain, local))).value();
    control.settle();
    for (auto& [name, cluster] : control.clusters)
      cluster.refuses = [](const feed::Change& change) -> std::optional<std::string> {
        return std::hash<std::string>{}(change.id.substr(20)) % 4 == 0 ? std::optional<std::string>("by chance") : std::nullopt;
      };
  }

  void step() {
    auto& api = *control.api;
    const auto root = Caller::system();
    const auto& company = pick(resellers).company;
    const auto domain = domains.empty() ? std::string("none.test") : pick(domains);
    const auto local = "u" + std::to_string(draw(0, 5));
    switch (draw(0, 13)) {
      case 0:
        if (resellers.size() < 6) resellers.push_back(add_reseller(control, "c" + std::to_string(resellers.size()), company.id));
        break;
      case 1: limit(company, Resource::Domains, most(4)); break;
      case 2: limit(company, Resource::Mailboxes, most(12)); break;
      case 3: limit(company, Resource::Storage, most(30, kGiB)); break;
      case 4: limit(company, Resource::Messages, most(5)); break;
      case 5: create_domain(company); break;
      case 6:
      case 7: create_mailbox(domain, local); break;
      case 8: check_room(domain, 0, change_quota(domain, local)); break;
      case 9: control.run(api.users.erase(root, domain, local, kAnyUser)); break;
      case 10: control.run(api.domains.erase(root, domain, true)); break;
      case 11: move(domain, company); break;
      default:
        // Crashes lose what was not committed, and nothing else.
        draw(0, 4) == 0 ? control.crash() : pull();
    }
    const auto broken = broken_integrity(control);
    if (!broken.empty()) RC_FAIL(broken);
  }

  void finish() {
    control.settle();
    RC_ASSERT(broken_integrity(control) == "");
    RC_ASSERT(control.query("SELECT count(*) FROM reservations")[0][0].number() == 0);
    Recount recount(control);
    for (const auto& row : control.query("SELECT company, domains_used, mailboxes_used, storage_used, messages_used FROM allotments"))
      for (const auto resource : kResources)
        RC_ASSERT(row[1 + static_cast<std::size_t>(resource)].number() == recount.spoken_for(row[0].text(), resource));
  }

 private:
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[draw<std::size_t>(0, from.size())];
  }
  static Most most(std::uint64_t below, std::uint64_t unit = 1) {
    const auto n = draw<std::uint64_t>(0, below + 2);
    return n > below ? Most{} : Most{n * unit};
  }
  bool is_quiet() { return control.query("SELECT count(*) FROM queue")[0][0].number() == 0; }

  void limit(const Company& company, Resource resource, Most value) {
    const auto room = Recount(control).room(company.parent, resource);
    const auto before = Recount(control).weight(company.id, resource);
    const auto spoken_for = Recount(control).spoken_for(company.id, resource);
    const bool quiet = is_quiet();
    const auto made = control.run(control.api->companies.set_limits(Caller::system(), company.id, {{resource, value}}));
    const auto after = value ? static_cast<std::int64_t>(*value) : spoken_for;
    const bool has_room = after >= spoken_for && (after <= before || after - before <= room);
    if (quiet && resource != Resource::Storage) RC_ASSERT(made.has_value() == has_room);
    if (!made) RC_ASSERT(made.error().code == code::kOverLimit);
  }

  void create_domain(const Company& company) {
    const auto name = "d" + std::to_string(domains.size()) + ".test";
    const auto room = Recount(control).room(company.id, Resource::Domains);
    const bool quiet = is_quiet();
    const auto made = control.run(control.api->domains.create(Caller::system(), {.name = name, .company = company.id, .cluster = "a", .settings = {}}));
    if (quiet) RC_ASSERT(made.has_value() == (room >= 1));
    if (!made) return;
    domains.push_back(name);
    control.run(control.api->workgroups.create(Caller::system(), name, "staff"));
  }

  void create_mailbox(const std::string& domain, const std::string& local) {
    auto spec = new_mailbox(domain, local);
    spec.settings.quota_bytes = draw<std::uint64_t>(0, 6) * kGiB;
    const auto quota = static_cast<std::int64_t>(**spec.settings.quota_bytes);
    const auto there = control.query("SELECT company FROM domains WHERE name = $1", {domain});
    const bool quiet = is_quiet();
    bool has_room = false;
    if (!there.empty()) {
      Recount recount(control);
      const auto company = there[0][0].text();
      has_room = recount.room(company, Resource::Mailboxes) >= 1 &&
                 (quota > 0 ? recount.room(company, Resource::Storage) >= quota : recount.room(company, Resource::Storage) == INT64_MAX);
    }
    const auto made = control.run(control.api->users.create(Caller::system(), spec));
    if (!quiet || there.empty()) return;
    if (!made && made.error().code == code::kOverLimit) RC_ASSERT(!has_room);
    if (made) RC_ASSERT(has_room);
  }

  Result<Receipt> change_quota(const std::string& domain, const std::string& local) {
    UserSettings settings;
    settings.quota_bytes = draw<std::uint64_t>(0, 8) * kGiB;
    return control.run(control.api->users.change(Caller::system(), domain, local, kAnyUser, settings));
  }
  void check_room(const std::string&, std::int64_t, const Result<Receipt>& made) {
    if (!made) RC_ASSERT(made.error().code == code::kOverLimit || made.error().code == code::kNoUser || made.error().code == code::kNoDomain);
  }

  // Its cluster may refuse.
  void move(const std::string& name, const Company& to) {
    const auto made = control.run(control.api->domains.push(Caller::system(), name, to.admin_domain));
    if (!made) RC_ASSERT(made.error().code == code::kOverLimit || made.error().code == code::kNoDomain || made.error().code == code::kBadValue);
  }

  void pull() {
    auto& cluster = control.clusters.at("a");
    static_cast<void>(control.run(cluster.pull(control.api->source(), draw<std::size_t>(1, 6))));
  }
};

TEST_CASE("limits nest: nothing passes one, and what is counted equals a recount") {
  const bool holds = rc::check("limits nest", [] {
    World world;
    const auto steps = draw(1, 60);
    for (int step = 0; step < steps; ++step) world.step();
    world.finish();
  });
  CHECK(holds);
}

TEST_CASE("what a child gets comes out of its parent's") {
  Control control;
  const auto north = add_reseller(control, "north");
  const auto child = add_reseller(control, "child", north.company.id);
  auto& api = *control.api;
  const auto root = Caller::system();
  CHECK(control.run(api.companies.set_limits(root, "north.adm", {{Resource::Mailboxes, 10}})));
  CHECK(control.run(api.companies.set_limits(north.caller, "child.adm", {{Resource::Mailboxes, 6}})));
  CHECK(control.run(api.companies.get(north.caller, ""))->spoken_for.of(Resource::Mailboxes) == 6);
  CHECK(code_of(control.run(api.companies.set_limits(north.caller, "child.adm", {{Resource::Mailboxes, 11}}))) == code::kOverLimit);
  CHECK(code_of(control.run(api.companies.set_limits(north.caller, "north.adm", {{Resource::Mailboxes, 100}}))) == code::kNotAllowed);
  CHECK(code_of(control.run(api.companies.set_limits(child.caller, "child.adm", {{Resource::Mailboxes, 100}}))) == code::kNotAllowed);
  CHECK(code_of(control.run(api.companies.set_limits(root, "north.adm", {{Resource::Mailboxes, 5}}))) == code::kOverLimit);
  CHECK(code_of(control.run(api.companies.set_limits(root, "north.adm", {{Resource::Mailboxes, UINT64_MAX}}))) == code::kBadValue);
  CHECK(control.run(api.companies.set_limits(north.caller, "child.adm", {{Resource::Mailboxes, std::nullopt}})));
  CHECK(control.run(api.companies.get(north.caller, ""))->spoken_for.of(Resource::Mailboxes) == 0);
}

TEST_CASE("whose limit it is that is reached is told only to those who see it") {
  Control control;
  const auto north = add_reseller(control, "north");
  const auto child = add_reseller(control, "child", north.company.id);
  auto& api = *control.api;
  control.run(api.companies.set_limits(Caller::system(), "north.adm", {{Resource::Domains, 0}})).value();
  const auto create = [&](const Caller& caller) {
    return control.run(api.domains.create(caller, {.name = "one.test", .company = child.company.id, .cluster = {}, .settings = {}})).error().text;
  };
  CHECK(create(north.caller) == "the limit of domains of the company north is reached");
  CHECK(create(child.caller) == "the limit of domains is reached");
}

TEST_CASE("a place is free once a deletion is applied, and not before") {
  Control control;
  const auto north = add_reseller(control, "north");
  auto& api = *control.api;
  control.run(api.domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  control.run(api.workgroups.create(north.caller, "one.test", "staff")).value();
  control.run(api.users.create(north.caller, new_mailbox("one.test", "joe"))).value();
  control.settle();
  control.run(api.companies.set_limits(Caller::system(), "north.adm", {{Resource::Mailboxes, 1}})).value();
  control.run(api.users.erase(north.caller, "one.test", "joe", kAnyUser)).value();
  CHECK(code_of(control.run(api.users.create(north.caller, new_mailbox("one.test", "ann")))) == code::kOverLimit);
  // Had it gone to another, a refusal would leave two in the place of one.
  control.clusters.at("a").refuses = [](const feed::Change&) { return "not now"; };
  control.settle();
  CHECK(control.run(api.users.get(north.caller, "one.test", "joe", kAnyUser)));
  CHECK(broken_integrity(control) == "");
  control.clusters.at("a").refuses = [](const feed::Change&) { return std::nullopt; };
  control.run(api.users.erase(north.caller, "one.test", "joe", kAnyUser)).value();
  control.settle();
  CHECK(control.run(api.users.create(north.caller, new_mailbox("one.test", "ann"))));
}

}  // namespace
}  // namespace postroad::control
