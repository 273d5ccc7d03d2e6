#include "control/demo.h"

#include <algorithm>

#include "control/errors.h"

namespace postroad::control {
namespace {

using io::Task;

constexpr std::string_view kResellers[] = {"north", "south"};
constexpr std::string_view kPeople[] = {"anna", "ben", "carla", "david", "emma", "felix", "greta", "henry", "ida", "jonas"};

// 16 characters without look-alikes: 80 bits.
std::string new_password(io::Random& random) {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  std::string made;
  while (made.size() < 16) made += kLetters[random.below(kLetters.size())];
  return made;
}

// What is there already is as good as what is made now.
template <class T>
Result<> made_or_there(const Result<T>& made, std::string_view already) {
  if (made || made.error().code == already) return {};
  return std::unexpected(made.error());
}

struct Setup {
  Api& api;
  io::Random& random;
  Caller caller = Caller::system();
  Demo known;
  Demo made;
};

Task<Result<Company>> company(Setup& setup, std::string name, std::string parent) {
  const auto admin_domain = name + ".adm";
  auto there = co_await setup.api.companies.find(setup.caller, admin_domain);
  if (there) co_return there;
  co_return co_await setup.api.companies.create(setup.caller, {.parent = std::move(parent), .name = name, .admin_domain = admin_domain, .cluster = {}});
}

// The administrator's password: the known one, or a new one that is set now.
Task<Result<std::string>> administrator(Setup& setup, std::string admin_domain, std::string known) {
  if (!known.empty()) co_return known;
  auto password = new_password(setup.random);
  CO_TRY_OK(co_await setup.api.companies.put_administrator(setup.caller, admin_domain, "admin", password));
  co_return password;
}

Task<Result<>> domain(Setup& setup, std::string name, std::string company_id, std::string cluster) {
  const auto created = co_await setup.api.domains.create(setup.caller, {.name = name, .company = company_id, .cluster = cluster, .settings = {}});
  CO_TRY_OK(made_or_there(created, code::kDomainExists));
  const auto grouped = co_await setup.api.workgroups.create(setup.caller, name, "staff");
  co_return made_or_there(grouped, code::kWorkgroupExists);
}

Task<Result<>> mailbox(Setup& setup, std::string local, std::string domain_name, std::string cluster) {
  const auto address = local + "@" + domain_name;
  const auto known = std::ranges::find(setup.known.accounts, address, &DemoAccount::address);
  if (known != setup.known.accounts.end()) {
    setup.made.accounts.push_back(*known);
    co_return Result<>{};
  }
  auto password = new_password(setup.random);
  NewUser spec{.domain = domain_name, .local = local, .type = UserType::Mailbox, .settings = {}};
  spec.settings.workgroup = "staff";
  spec.settings.password = password;
  auto created = co_await setup.api.users.create(setup.caller, spec);
  if (!created && created.error().code == code::kUserExists) {
    UserSettings settings;
    settings.password = password;
    created = co_await setup.api.users.change(setup.caller, domain_name, local, {UserType::Mailbox}, settings);
  }
  if (!created) co_return std::unexpected(created.error());
  setup.made.accounts.push_back({address, password, cluster});
  co_return Result<>{};
}

Task<Result<>> resellers(Setup& setup, std::vector<Company>& into) {
  for (const auto name : kResellers) {
    CO_TRY(auto made, co_await company(setup, std::string(name), {}));
    const auto known = std::ranges::find(setup.known.administrators, made.admin_domain, &DemoAdministrator::domain);
    CO_TRY(auto password, co_await administrator(setup, made.admin_domain, known != setup.known.administrators.end() ? known->password : ""));
    setup.made.administrators.push_back({"admin", made.admin_domain, std::move(password)});
    into.push_back(std::move(made));
  }
  co_return Result<>{};
}

Task<Result<>> cluster_domains(Setup& setup, std::string cluster, const DemoOptions& options, const std::vector<Company>& owners) {
  std::vector<std::string> names;
  for (std::size_t n = 0; n < options.domains; ++n) {
    const auto& owner = owners[n % owners.size()];
    names.push_back(owner.name + (n >= owners.size() ? std::to_string(n / owners.size() + 1) : "") + "-" + cluster + ".test");
    CO_TRY_OK(co_await domain(setup, names.back(), owner.id, cluster));
  }
  for (std::size_t n = 0; n < options.mailboxes; ++n) {
    const auto round = n / names.size() / std::size(kPeople);
    auto local = std::string(kPeople[n / names.size() % std::size(kPeople)]) + (round > 0 ? std::to_string(round + 1) : "");
    CO_TRY_OK(co_await mailbox(setup, std::move(local), names[n % names.size()], cluster));
  }
  // Every domain has a postmaster.  rfc5321 4.5.1
  for (std::size_t n = 0; n < std::min(names.size(), options.mailboxes); ++n) {
    const auto made = co_await setup.api.users.create_alias(setup.caller, names[n], "postmaster", std::string(kPeople[0]));
    CO_TRY_OK(made_or_there(made, code::kUserExists));
  }
  co_return Result<>{};
}

Task<Result<>> probes(Setup& setup, const DemoOptions& options) {
  CO_TRY(const auto owner, co_await company(setup, "probe", {}));
  const auto known = setup.known.probes.empty() ? std::string{} : setup.known.probes.front().password;
  CO_TRY(const auto password, co_await administrator(setup, owner.admin_domain, known));
  for (const auto& cluster : options.clusters) {
    const auto name = "probe-" + cluster + ".test";
    CO_TRY_OK(co_await domain(setup, name, owner.id, cluster));
    setup.made.probes.push_back({cluster, name, "admin", owner.admin_domain, password});
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<Demo>> set_up_demo(Api& api, io::Random& random, DemoOptions options, Demo known) {
  Setup setup{.api = api, .random = random, .known = std::move(known), .made = {}};
  setup.caller.face = "demo";
  std::vector<Company> owners;
  CO_TRY_OK(co_await resellers(setup, owners));
  for (const auto& cluster : options.clusters) CO_TRY_OK(co_await cluster_domains(setup, cluster, options, owners));
  CO_TRY_OK(co_await probes(setup, options));
  co_return std::move(setup.made);
}

}  // namespace postroad::control
