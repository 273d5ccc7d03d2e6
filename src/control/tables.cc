#include "control/deletion.h"
#include "control/offerings.h"
#include "control/settings.h"
#include "control/table.h"

namespace postroad::control {

Result<const Table*> table_named(std::string_view name) {
  constexpr const Table* kTables[] = {&kCompanies,     &kDomains,       &kWorkgroups, &kUsers,   &kCredentials, &kRoles,
                                      &kAdministrators, &kCompanyLimits, &kSettings,   &kDeleted, &kOfferings,   &kMailboxOfferings};
  for (const auto* const table : kTables)
    if (table->name == name) return table;
  return fail(Fault::Broken, "a row is of an unknown table: " + std::string(name));
}

}  // namespace postroad::control
