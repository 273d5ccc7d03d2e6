#include "control/app_passwords.h"
#include "control/brands.h"
#include "control/bulletins.h"
#include "control/company_contacts.h"
#include "control/deletion.h"
#include "control/offerings.h"
#include "control/settings.h"
#include "control/sieve_scripts.h"
#include "control/table.h"

namespace postroad::control {

Result<const Table*> table_named(std::string_view name) {
  constexpr const Table* kTables[] = {&kCompanies,     &kDomains,       &kWorkgroups, &kUsers,   &kCredentials, &kRoles,
                                      &kAdministrators, &kCompanyLimits, &kSettings,   &kDeleted, &kOfferings,   &kMailboxOfferings,
                                      &kBrands,         &kBulletins,     &kSieveScripts, &kCompanyContacts, &kAppPasswords};
  for (const auto* const table : kTables)
    if (table->name == name) return table;
  return fail(Fault::Broken, "a row is of an unknown table: " + std::string(name));
}

}  // namespace postroad::control
