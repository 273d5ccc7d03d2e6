#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace postroad::control {

// What a request wants to do, in the words of the rights table (role_kinds.cc).
enum class Right : std::uint8_t {
  See,        // a domain, its users, its changes
  Users,      // make, change and delete users and workgroups
  Settings,   // of a domain
  Roles,      // make administrators, of what the caller has itself
  Domains,    // make and delete domains, disable them, set their limits
  Companies,  // make companies and their administrators
  Audit,      // read who changed what, and who administers
};
inline constexpr std::size_t kRights = 7;

enum class Reaches : std::uint8_t { Company, Domain, Workgroup };

// A role is held on an object, and gives its rights on that and on all below it.
struct RoleKind {
  std::string_view name;
  Reaches on;
  bool by_token_only;  // its holder signs in by tokens, never by a password
  bool rights[kRights];
  bool gives(Right right) const { return rights[static_cast<std::size_t>(right)]; }
};
std::span<const RoleKind> role_kinds();
// Nothing where there is no such role.
const RoleKind* find_role_kind(std::string_view name);

}  // namespace postroad::control
