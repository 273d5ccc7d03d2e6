// What a server lists, as folders.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "imap/mutf7.h"
#include "migration/folders.h"

namespace postroad::migration {
namespace {

using mailbox::Role;

struct Attribute {
  std::string_view name;
  Role role;
};
constexpr Attribute kRoles[] = {{"\\Sent", Role::Sent},       {"\\Drafts", Role::Drafts}, {"\\Trash", Role::Trash},
                                {"\\Junk", Role::Junk},       {"\\Spam", Role::Junk},     {"\\Archive", Role::Archive}};
constexpr std::string_view kVirtual[] = {"\\All", "\\AllMail", "\\Flagged", "\\Starred", "\\Important"};
constexpr std::string_view kClosed[] = {"\\Noselect", "\\NonExistent"};

bool has(const imap::Listed& listed, std::string_view attribute) {
  return std::ranges::any_of(listed.attributes, [attribute](const auto& each) { return equal_nocase(each, attribute); });
}
template <class Names>
bool has_any(const imap::Listed& listed, const Names& names) {
  return std::ranges::any_of(names, [&listed](std::string_view name) { return has(listed, name); });
}

// Modified UTF-7; else UTF-8, which some servers send; else whatever of it is ASCII.  rfc3501 5.1.3
std::string decoded(std::string_view wire) {
  if (auto name = postroad::imap::from_mutf7(wire)) return *name;
  if (is_utf8(wire)) return std::string(wire);
  std::string made(wire);
  for (char& c : made)
    if (static_cast<unsigned char>(c) >= 0x80) c = '_';
  return made;
}

bool is_within(const std::vector<imap::Namespace>& spaces, std::string_view wire) {
  return std::ranges::any_of(spaces, [wire](const imap::Namespace& space) {
    auto prefix = std::string_view(space.prefix);
    if (prefix.empty()) return false;
    if (wire.starts_with(prefix)) return true;
    if (space.delimiter != 0 && prefix.ends_with(space.delimiter)) prefix.remove_suffix(1);
    return wire == prefix;
  });
}

std::string_view without_prefix(const std::vector<imap::Namespace>& personal, std::string_view wire) {
  for (const auto& space : personal)
    if (!space.prefix.empty() && wire.size() > space.prefix.size() && wire.starts_with(space.prefix))
      return wire.substr(space.prefix.size());
  return wire;
}

std::vector<std::string> parts_of(std::string_view name, char delimiter) {
  std::vector<std::string> parts;
  if (delimiter == 0) {
    parts.emplace_back(name);
  } else {
    for (const auto part : split(name, delimiter))
      if (!part.empty()) parts.emplace_back(part);
  }
  if (parts.empty()) parts.emplace_back("_");
  return parts;
}

}  // namespace

std::string SourceFolder::name() const {
  std::string made;
  for (const auto& part : parts) {
    if (!made.empty()) made += '/';
    for (const char c : part) made += c == '/' ? '_' : c;
  }
  return made;
}

std::vector<SourceFolder> source_folders(const std::vector<imap::Listed>& listed, const std::vector<imap::Listed>& subscribed,
                                         const imap::Namespaces& namespaces) {
  std::set<std::string_view> wanted;
  for (const auto& each : subscribed) wanted.insert(each.name);
  std::set<std::string_view> seen;
  std::vector<SourceFolder> made;
  for (const auto& each : listed) {
    if (each.name.empty() || has_any(each, kClosed) || !seen.insert(each.name).second) continue;
    if (is_within(namespaces.others, each.name) || is_within(namespaces.shared, each.name)) continue;
    SourceFolder folder;
    folder.wire = each.name;
    if (equal_nocase(each.name, "INBOX")) {
      folder.parts = {"INBOX"};
    } else {
      folder.parts = parts_of(decoded(without_prefix(namespaces.personal, each.name)), each.delimiter);
      // There is one INBOX: what is called so behind a prefix is another.
      if (folder.parts.size() == 1 && equal_nocase(folder.parts[0], "INBOX")) folder.parts[0] += "_";
    }
    for (const auto& role : kRoles)
      if (has(each, role.name)) folder.role = role.role;
    folder.is_virtual = has_any(each, kVirtual);
    folder.is_subscribed = wanted.contains(each.name) || has(each, "\\Subscribed");
    made.push_back(std::move(folder));
  }
  return made;
}

SourceFolder maildrop() {
  SourceFolder made;
  made.wire = "INBOX";
  made.parts = {"INBOX"};
  return made;
}

}  // namespace postroad::migration
