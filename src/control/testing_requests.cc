#include "control/testing.h"

namespace postroad::control::testing {

Result<Receipt> ask_something(Control& control, const Caller& caller, simulated::Random& random) {
  auto& api = *control.api;
  const auto domain = "d" + std::to_string(random.below(2)) + ".test";
  const auto local = "u" + std::to_string(random.below(5));
  const auto other = "u" + std::to_string(random.below(5));
  UserSettings settings;
  switch (random.below(17)) {
    case 0: return control.run(api.domains.create(caller, {.name = domain, .company = {}, .cluster = {}, .settings = {}}));
    case 1:
    case 2: return control.run(api.workgroups.create(caller, domain, "staff"));
    case 3: return control.run(api.domains.erase(caller, domain, random.once_in(4)));
    case 4: return control.run(api.users.erase(caller, domain, local, kAnyUser));
    case 5: return control.run(api.users.create_alias(caller, domain, local, other));
    case 6: return control.run(api.users.rename(caller, domain, local, kAnyUser, other));
    case 7: return control.run(api.domains.set_catch_all(caller, domain, local));
    case 8:
      settings.timezone = random.once_in(2) ? "Asia/Tokyo" : "Europe/Rome";
      settings.first_name = "n" + std::to_string(random.below(9));
      return control.run(api.users.change(caller, domain, local, kAnyUser, settings));
    case 9: {
      const auto state = random.once_in(2) ? ServiceState::Suspended : ServiceState::Enabled;
      return control.run(api.users.set_services(caller, domain, local, kAnyUser, {{Service::Imap, state}}));
    }
    case 12: return control.run(api.users.restore(caller, domain, local, random.once_in(2) ? other : "", random.once_in(2) ? "staff" : ""));
    case 13: return control.run(api.domains.restore(caller, domain));
    case 14: {
      DomainSettings of_domain;
      of_domain.spam_level = random.once_in(2) ? "High" : "";
      of_domain.timezone = random.once_in(2) ? "Asia/Tokyo" : "";
      of_domain.more.block = std::vector<std::string>{"*@b" + std::to_string(random.below(3)) + ".test"};
      of_domain.is_disabled = random.once_in(4);
      of_domain.limits = {{UserType::Alias, random.below(3) + 2}};
      if (random.once_in(2)) of_domain.catch_all = random.once_in(2) ? local : "";
      if (random.once_in(2)) of_domain.aliases = std::vector<std::string>{"x" + std::to_string(random.below(3)) + ".test", "x" + std::to_string(random.below(3)) + ".test"};
      return control.run(api.domains.change(caller, domain, of_domain));
    }
    case 15:
      settings.spam_level = random.once_in(2) ? "High" : "";
      if (random.once_in(2)) settings.timezone = random.once_in(2) ? "Asia/Tokyo" : "Europe/Rome";
      settings.more.responds = random.once_in(2);
      settings.more.response = "away " + std::to_string(random.below(3));
      return control.run(api.users.change(caller, domain, local, kAnyUser, settings));
    case 16: {
      SettingsEdit edit;
      edit.sent_limit = random.below(5);
      if (random.once_in(2)) return control.run(api.defaults.change_workgroup(caller, domain, "staff", edit));
      return control.run(api.defaults.change_company(caller, "", edit));
    }
    default: return control.run(api.users.create(caller, new_mailbox(domain, local)));
  }
}

}  // namespace postroad::control::testing
