#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/company_contacts.h"
#include "control/draft.h"
#include "control/settings.h"

// What a company has beside its own row, each within a draft. Who may is looked at before.
namespace postroad::control {

// Its row is control's own change. Each of its clusters is told by one more, which nothing else of the company waits for:
// a cluster that is away holds up none of the others.
Result<> change_company_settings(Draft& draft, const Company& company, const SettingsEdit& edit);
Result<> change_contacts(Draft& draft, const Company& company, const std::optional<std::vector<Contact>>& contacts,
                         const std::optional<std::vector<std::string>>& stats_mailout);

}  // namespace postroad::control
