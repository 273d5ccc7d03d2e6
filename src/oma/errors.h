#pragma once

#include <string_view>

#include "base/result.h"

namespace postroad::oma {

// What `error_number` says. One number, one meaning, never used again for another; docs/oma.md lists them, and a test holds
// it to this table.
struct ErrorNumber {
  int number;
  std::string_view code;     // what Error::code says, empty: by its fault alone; several codes may share a number
  std::string_view meaning;  // for docs/oma.md; told once for each number
};

// Codes of the protocol's own.
namespace code {
inline constexpr std::string_view kBadRequest = "BAD_REQUEST";
inline constexpr std::string_view kBadAttribute = "BAD_ATTRIBUTE";
}  // namespace code

inline constexpr ErrorNumber kErrorNumbers[] = {
    {0, "", "the server failed"},
    {1, "SIGN_IN_FAILED", "invalid credentials"},
    {1, "SECOND_FACTOR", ""},
    {2, "NO_USER", "no such object"},
    {2, "NO_WORKGROUP", ""},
    {2, "NO_CHANGE", ""},
    {2, "NO_CLUSTER", ""},
    {2, "NO_OFFERING", ""},
    {2, "NO_TOKEN", ""},
    {2, "NO_BRAND", ""},
    {2, "NO_BULLETIN", ""},
    {2, "NO_SCRIPT", ""},
    {2, "NO_FOLDER", ""},
    {2, "NO_MESSAGE", ""},
    {2, "NO_CONTACT", ""},
    {2, "NO_MIGRATION", ""},
    {3, "DOMAIN_IS_ALIAS", "the object is an alias"},
    {3, "WRONG_TYPE", ""},
    {4, "NOT_ALLOWED", "not allowed"},
    {5, code::kBadRequest, "badly formatted request"},
    {6, code::kBadAttribute, "badly formatted or unknown attribute"},
    {6, "BAD_VALUE", ""},
    {6, "BAD_PASSWORD", ""},
    {7, "USER_EXISTS", "name exists"},
    {7, "DOMAIN_EXISTS", ""},
    {7, "DOMAIN_UNAVAILABLE", ""},
    {7, "WORKGROUP_EXISTS", ""},
    {7, "COMPANY_EXISTS", ""},
    {7, "BRAND_EXISTS", ""},
    {7, "ADMINISTRATOR_EXISTS", ""},
    {7, "TAG_EXISTS", ""},
    {9, "NO_COMPANY", "unknown company, or a domain that is not the caller's"},
    {9, "NO_DOMAIN", ""},
    {20, "OVER_LIMIT", "a limit is reached"},
    {21, "DOMAIN_NOT_EMPTY", "it is not empty"},
    {21, "WORKGROUP_NOT_EMPTY", ""},
    {21, "COMPANY_NOT_EMPTY", ""},
    {21, "BRAND_NOT_EMPTY", ""},
    {22, "BUSY", "too much to do; try again later"},
    {23, "TOO_MANY_FAILURES", "too many wrong passwords from this address; wait"},
    {24, "CLUSTER_REFUSED", "accepted, and then refused by the cluster"},
    {25, "CLUSTER_UNAVAILABLE", "the cluster can't be reached now"},
    {27, "", "the object's state does not allow it"},
};

// The number of a failed request: by its code, else by its fault.
int number_of(const Error& error);

}  // namespace postroad::oma
