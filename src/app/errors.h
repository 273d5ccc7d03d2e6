#pragma once

#include <string_view>

#include "base/result.h"

namespace postroad::app {

// One number, one meaning, never used again for another. docs/app.md lists them, and a test holds it to this table.
struct ErrorNumber {
  int number;
  std::string_view code;     // what Error::code says; empty: no request fails so
  std::string_view meaning;  // for docs/app.md
};

// Codes of the protocol's own.
namespace code {
inline constexpr std::string_view kMalformed = "MALFORMED";
inline constexpr std::string_view kUnknownCommand = "UNKNOWN_COMMAND";
inline constexpr std::string_view kMissingAttribute = "MISSING_ATTRIBUTE";
inline constexpr std::string_view kSignInFirst = "SIGN_IN_FIRST";
inline constexpr std::string_view kUnknownVersion = "UNKNOWN_VERSION";
inline constexpr std::string_view kNotAvailable = "NOT_AVAILABLE";
inline constexpr std::string_view kTooLarge = "TOO_LARGE";
inline constexpr std::string_view kTooManySessions = "TOO_MANY_SESSIONS";
}  // namespace code

// Those that no request failed for.
inline constexpr int kServerError = 30;
inline constexpr int kTooManySessions = 33;
inline constexpr int kTimedOut = 34;
inline constexpr int kGoingDown = 35;

inline constexpr ErrorNumber kErrorNumbers[] = {
    {1, code::kMalformed, "the request is malformed"},
    {2, code::kUnknownCommand, "there is no such command"},
    {3, code::kMissingAttribute, "a required attribute is missing"},
    {5, "BAD_VALUE", "an attribute's value can't be taken"},
    {6, code::kSignInFirst, "LOGIN comes first"},
    {7, "SIGN_IN_FAILED", "unknown administrator, or wrong password"},
    {8, "NOT_ALLOWED", "the administrator may not do this"},
    {9, "TOO_MANY_FAILURES", "too many wrong passwords from this address for this name; wait"},
    {10, code::kUnknownVersion, "the protocol version is not known"},
    {11, "DOMAIN_EXISTS", "domain already exists"},
    {12, "NO_DOMAIN", "domain does not exist, or is not the administrator's"},
    {13, "DOMAIN_UNAVAILABLE", "the domain's name can't be had"},
    {14, "DOMAIN_NOT_EMPTY", "the domain holds users or aliases; use cascade"},
    {15, "DOMAIN_IS_ALIAS", "the domain is an alias of another"},
    {16, "USER_EXISTS", "mailbox already exists"},
    {17, "NO_USER", "mailbox does not exist"},
    {18, "WORKGROUP_EXISTS", "workgroup already exists"},
    {19, "NO_WORKGROUP", "workgroup does not exist"},
    {20, "WORKGROUP_NOT_EMPTY", "the workgroup holds users; use cascade"},
    {21, "WRONG_TYPE", "the mailbox is of another type"},
    {22, "OVER_LIMIT", "a limit is reached"},
    {23, "NO_CHANGE", "change does not exist"},
    {24, "CLUSTER_REFUSED", "accepted, and then refused by the cluster"},
    {25, "BUSY", "too much to do; try again later"},
    {26, code::kNotAvailable, "the command is not available yet"},
    {27, code::kTooLarge, "the request is over 1 MiB"},
    {28, "WRONG_PASSWORD", "the password is wrong"},
    {29, "BAD_PASSWORD", "the new password can't be taken"},
    {kServerError, "", "the server failed"},
    {31, "NO_COMPANY", "company does not exist, or is not the administrator's"},
    {32, "COMPANY_EXISTS", "company already exists"},
    {kTooManySessions, code::kTooManySessions, "too many sessions"},
    {kTimedOut, "", "connection timed out"},
    {kGoingDown, "", "the server is going down; come again soon"},
    {36, "NO_CLUSTER", "cluster does not exist"},
    {37, "NO_OFFERING", "offering does not exist, or is not to be had"},
    {38, "NOT_TAKEN", "company does not exist, or does not take the domain"},
    {39, "SECOND_FACTOR", "the password is right, and a code of the second factor is missing, wrong or used"},
};

// The number of a failed request: by its code, else by its fault.
int number_of(const Error& error);

}  // namespace postroad::app
