#include "mailbox/folder.h"

#include "base/chars.h"
#include "base/text.h"

namespace postroad::mailbox {
namespace {

constexpr std::string_view kInbox = "INBOX";

Error cannot(std::string text) { return {Fault::Refused, std::move(text), "CANNOT"}; }

// C1 controls and the separators of lines and paragraphs, which would let a name look like two.
bool has_hidden(std::string_view name) {
  for (std::size_t at = 0; at + 1 < name.size(); ++at) {
    const auto first = static_cast<std::uint8_t>(name[at]);
    const auto second = static_cast<std::uint8_t>(name[at + 1]);
    if (first == 0xc2 && second < 0xa0) return true;
    const auto third = at + 2 < name.size() ? static_cast<std::uint8_t>(name[at + 2]) : std::uint8_t{0};
    if (first == 0xe2 && second == 0x80 && (third == 0xa8 || third == 0xa9)) return true;
  }
  return false;
}

constexpr CharClass kForbidden = kControl | CharClass("*%");

Result<> check_part(std::string_view part) {
  if (part.empty()) return std::unexpected(cannot("a mailbox name has an empty part"));
  if (part.size() > kFolderPartBytes) return std::unexpected(cannot("a part of the mailbox name is too long"));
  if (part == "." || part == "..") return std::unexpected(cannot("a part of the mailbox name is a dot or two"));
  for (const char c : part)
    if (kForbidden.has(c)) return std::unexpected(cannot("a mailbox name has no controls, * or %"));
  return {};
}

}  // namespace

std::string_view role_attribute(Role role) {
  switch (role) {
    case Role::Sent: return "\\Sent";
    case Role::Drafts: return "\\Drafts";
    case Role::Trash: return "\\Trash";
    case Role::Junk: return "\\Junk";
    case Role::Archive: return "\\Archive";
    case Role::None:
    case Role::Inbox: break;
  }
  return {};
}

Result<std::string> canonical_name(std::string_view name) {
  if (name.empty()) return std::unexpected(cannot("the mailbox name is empty"));
  if (name.size() > kFolderNameBytes) return std::unexpected(cannot("the mailbox name is too long"));
  if (!is_utf8(name) || has_hidden(name)) return std::unexpected(cannot("the mailbox name is not plain UTF-8"));
  const auto parts = split(name, kSeparator);
  if (parts.size() > kFolderDepth) return std::unexpected(cannot("the mailbox name has too many parts"));
  for (const auto part : parts) TRY_OK(check_part(part));

  std::string canonical(name);
  if (equal_nocase(parts.front(), kInbox)) canonical.replace(0, kInbox.size(), kInbox);
  return canonical;
}

}  // namespace postroad::mailbox
