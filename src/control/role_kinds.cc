#include "control/role_kinds.h"

#include <algorithm>

namespace postroad::control {
namespace {

constexpr RoleKind kKinds[] = {
    // role                 on                  tokens   See   Users Settings Roles Domains Companies Audit
    {"company",            Reaches::Company,   false, {true, true,  true,  true,  true,  true,  true}},
    {"company_token_only", Reaches::Company,   true,  {true, true,  true,  true,  true,  true,  true}},
    {"company_mail",       Reaches::Company,   false, {true, true,  false, false, false, false, false}},
    {"company_ro",         Reaches::Company,   false, {true, false, false, false, false, false, true}},
    {"company_view",       Reaches::Company,   false, {true, false, false, false, false, false, false}},
    {"domain",             Reaches::Domain,    false, {true, true,  true,  true,  false, false, true}},
    {"mail",               Reaches::Domain,    false, {true, true,  false, false, false, false, false}},
    {"workgroup",          Reaches::Workgroup, false, {true, true,  false, false, false, false, false}},
};

}  // namespace

std::span<const RoleKind> role_kinds() { return kKinds; }

const RoleKind* find_role_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kKinds, name, &RoleKind::name);
  return found == std::end(kKinds) ? nullptr : found;
}

}  // namespace postroad::control
