#include "mailbox/rows/keys.h"

#include "base/text.h"

namespace postroad::mailbox::keys {
namespace {

constexpr int kPageDigits = 10;

std::string joined(std::string_view prefix, std::string_view rest) { return std::string(prefix).append(rest); }

}  // namespace

std::string folder(std::uint32_t number) { return joined(kFolders, hex(number, 8)); }
std::string placements(std::uint32_t folder) { return joined(kPlacements, hex(folder, 8)) + "/"; }
std::string vanished(std::uint32_t folder) { return joined(kVanished, hex(folder, 8)); }
std::string references(std::uint32_t bucket) { return joined(kReferences, hex(bucket, 8)); }
std::string acceptances(std::uint32_t bucket) { return joined(kAcceptances, hex(bucket, 8)); }
std::string garbage(std::string_view email_id) { return joined(kGarbage, email_id); }
std::string page(std::string_view prefix, std::uint64_t last) { return joined(prefix, hex(last, kPageDigits)); }
std::uint64_t page_number(std::string_view key) {
  return key.size() < kPageDigits ? 0 : parse_hex(key.substr(key.size() - kPageDigits)).value_or(0);
}

}  // namespace postroad::mailbox::keys
