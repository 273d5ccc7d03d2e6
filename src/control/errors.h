#pragma once

#include <string_view>

// What an Error's `code` says where a request to control failed: each face has its own numbers for them.
namespace postroad::control::code {

inline constexpr std::string_view kBadValue = "BAD_VALUE";               // an attribute's value can't be taken
inline constexpr std::string_view kBadPassword = "BAD_PASSWORD";         // a new password that can't be taken
inline constexpr std::string_view kSignInFailed = "SIGN_IN_FAILED";
inline constexpr std::string_view kWrongPassword = "WRONG_PASSWORD";     // VERIFY_PASSWORD
inline constexpr std::string_view kTooManyFailures = "TOO_MANY_FAILURES";
inline constexpr std::string_view kNotAllowed = "NOT_ALLOWED";
inline constexpr std::string_view kNoCompany = "NO_COMPANY";
inline constexpr std::string_view kCompanyExists = "COMPANY_EXISTS";
inline constexpr std::string_view kCompanyNotEmpty = "COMPANY_NOT_EMPTY";
inline constexpr std::string_view kAdministratorExists = "ADMINISTRATOR_EXISTS";
inline constexpr std::string_view kNoToken = "NO_TOKEN";
inline constexpr std::string_view kSecondFactor = "SECOND_FACTOR";       // the password is right, and a code is needed
inline constexpr std::string_view kNoCluster = "NO_CLUSTER";
inline constexpr std::string_view kNoDomain = "NO_DOMAIN";               // or not the caller's to see
inline constexpr std::string_view kDomainExists = "DOMAIN_EXISTS";       // and is the caller's
inline constexpr std::string_view kDomainUnavailable = "DOMAIN_UNAVAILABLE";
inline constexpr std::string_view kDomainNotEmpty = "DOMAIN_NOT_EMPTY";
inline constexpr std::string_view kDomainIsAlias = "DOMAIN_IS_ALIAS";
inline constexpr std::string_view kNoWorkgroup = "NO_WORKGROUP";
inline constexpr std::string_view kWorkgroupExists = "WORKGROUP_EXISTS";
inline constexpr std::string_view kWorkgroupNotEmpty = "WORKGROUP_NOT_EMPTY";
inline constexpr std::string_view kNoUser = "NO_USER";
inline constexpr std::string_view kUserExists = "USER_EXISTS";
inline constexpr std::string_view kWrongType = "WRONG_TYPE";             // the user is of another type
inline constexpr std::string_view kOverLimit = "OVER_LIMIT";
inline constexpr std::string_view kNoOffering = "NO_OFFERING";
inline constexpr std::string_view kNotTaken = "NOT_TAKEN";               // the other company does not take the domain
inline constexpr std::string_view kNoChange = "NO_CHANGE";
inline constexpr std::string_view kClusterRefused = "CLUSTER_REFUSED";   // accepted, and refused by the cluster
inline constexpr std::string_view kClusterUnavailable = "CLUSTER_UNAVAILABLE";  // it can't be asked now
inline constexpr std::string_view kNoFolder = "NO_FOLDER";
inline constexpr std::string_view kNoBrand = "NO_BRAND";
inline constexpr std::string_view kBrandExists = "BRAND_EXISTS";
inline constexpr std::string_view kBrandNotEmpty = "BRAND_NOT_EMPTY";         // somebody bears it
inline constexpr std::string_view kNoBulletin = "NO_BULLETIN";
inline constexpr std::string_view kNoScript = "NO_SCRIPT";
inline constexpr std::string_view kNoMessage = "NO_MESSAGE";
inline constexpr std::string_view kNoContact = "NO_CONTACT";
inline constexpr std::string_view kNoMigration = "NO_MIGRATION";         // or not the caller's to see
inline constexpr std::string_view kNoJob = "NO_JOB";                     // a bulk job; or not the caller's to see
inline constexpr std::string_view kWrongState = "WRONG_STATE";           // the job's state does not allow it
inline constexpr std::string_view kBusy = "BUSY";

}  // namespace postroad::control::code
