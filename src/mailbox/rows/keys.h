#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The keys of an account's rows. Numbers are hexadecimal of fixed width, so their order is the order of the rows.
// docs/formats-mailbox.md.
namespace postroad::mailbox::keys {

inline constexpr std::string_view kMeta = "m";          // what is read when an account is opened
inline constexpr std::string_view kHead = "mh";
inline constexpr std::string_view kKeywords = "mk";
inline constexpr std::string_view kSubscriptions = "ms";
inline constexpr std::string_view kDestroyed = "md";
inline constexpr std::string_view kFolders = "mf";
inline constexpr std::string_view kPlacements = "p";
inline constexpr std::string_view kEmails = "e";
inline constexpr std::string_view kThreads = "t";
inline constexpr std::string_view kShares = "c";
inline constexpr std::string_view kRecoverable = "r";
inline constexpr std::string_view kVanished = "v";
inline constexpr std::string_view kReferences = "i";
inline constexpr std::string_view kAcceptances = "d";
inline constexpr std::string_view kGarbage = "g";
inline constexpr std::string_view kJournal = "j";       // of hours that are over, and of full chunks; statistics/journal.h has all
inline constexpr std::string_view kGone = "xg";         // an extra one, so that a program of before leaves it alone
inline constexpr std::string_view kExtra = "x";         // of those who add rows to a commit

std::string folder(std::uint32_t number);
std::string placements(std::uint32_t folder);           // the prefix of its pages
std::string vanished(std::uint32_t folder);
std::string references(std::uint32_t bucket);
std::string acceptances(std::uint32_t bucket);
std::string garbage(std::string_view email_id);
// A page's key: the greatest number that may be in it, at the end of the table's prefix.
std::string page(std::string_view prefix, std::uint64_t last);
std::uint64_t page_number(std::string_view key);        // that number; 0 where the key is damaged

}  // namespace postroad::mailbox::keys
