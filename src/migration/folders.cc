#include "migration/folders.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "migration/text.h"
#include "migration/well_known.h"

namespace postroad::migration {
namespace {

using mailbox::Role;

// The first character's bytes, of well-formed UTF-8.
std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// Each character that no name may have becomes '_'. Which ones, the mailbox says.
std::string acceptable_part(std::string_view part) {
  std::string made;
  std::string utf8;
  if (!is_utf8(part)) {
    for (const char c : part) utf8 += static_cast<unsigned char>(c) < 0x80 ? c : '_';
    part = utf8;
  }
  while (!part.empty()) {
    const auto character = part.substr(0, character_bytes(part));
    const bool is_good = character != "/" && mailbox::canonical_name("x" + std::string(character)).has_value();
    made += is_good ? character : "_";
    part.remove_prefix(character.size());
  }
  made = shortened(made, mailbox::kFolderPartBytes);
  if (made.empty() || made == "." || made == "..") made = std::string(std::max<std::size_t>(made.size(), 1), '_');
  return made;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string made;
  for (const auto& part : parts) made += (made.empty() ? "" : "/") + part;
  return made;
}

bool is_or_is_below(std::string_view name, std::string_view above) {
  return name == above || (name.size() > above.size() && name.starts_with(above) && name[above.size()] == '/');
}

bool is_inbox(std::string_view name) { return equal_nocase(name, "INBOX"); }

bool is_skipped(const Item& item, const std::string& name) {
  return std::ranges::any_of(item.skip, [&name](const std::string& pattern) {
    if (is_inbox(pattern)) return is_inbox(name);
    return matches(pattern, name) || matches(pattern + "/*", name);
  });
}

// By the longest of the item's names that it is, or is below of.
std::optional<std::string> translated(const Item& item, const SourceFolder& source) {
  const auto name = source.name();
  const std::pair<const std::string, std::string>* best = nullptr;
  for (const auto& each : item.translate) {
    const bool fits = is_inbox(each.first) ? is_inbox(name) : is_or_is_below(name, each.first);
    if (fits && (best == nullptr || each.first.size() > best->first.size())) best = &each;
  }
  if (best == nullptr) return {};
  if (name.size() <= best->first.size()) return best->second;
  return acceptable_name({best->second + name.substr(best->first.size())});
}

class Plan {
 public:
  Plan(const std::vector<SourceFolder>& sources, const Item& item, const std::vector<mailbox::Folder>& ours,
       const std::map<std::string, std::string>& known)
      : item_(item), ours_(ours), known_(known) {
    for (const auto& each : ours) taken_.insert(each.name);
    for (const auto& each : sources) {
      if (each.role != Role::None) by_attribute_.insert(each.role);
      planned_.push_back({each, {}, Role::None, {}});
    }
  }

  std::vector<Planned> make() {
    find_roles();
    for (auto& each : planned_) place(each);
    return std::move(planned_);
  }

 private:
  // Special use by name: for uses that no attribute told of, and one folder each.
  void find_roles() {
    for (const auto& known : kWellKnown) {
      if (by_attribute_.contains(known.role)) continue;
      for (auto& each : planned_) {
        const auto& source = each.source;
        if (source.parts.size() != 1 || source.is_virtual || lower(source.parts[0]) != known.name) continue;
        each.source.role = known.role;
        by_attribute_.insert(known.role);
        break;
      }
    }
  }

  void place(Planned& each) {
    const auto name = each.source.name();
    if (is_skipped(item_, name)) {
      each.note = "skipped, as asked for";
      return;
    }
    if (const auto target = translated(item_, each.source)) {
      each.target = *target;
    } else if (each.source.is_virtual) {
      each.note = "skipped: it shows messages of other folders";
      return;
    } else if (const auto before = known_.find(each.source.wire); before != known_.end()) {
      each.target = before->second;
    } else if (is_inbox(name)) {
      each.target = "INBOX";
    } else if (each.source.role != Role::None) {
      place_by_role(each);
    } else {
      each.target = acceptable_name(each.source.parts);
      if (each.target != name) each.target = unused(each.target);
    }
    taken_.insert(each.target);
    if (each.target != name) each.note = "renamed";
  }

  void place_by_role(Planned& each) {
    const auto found = std::ranges::find(ours_, each.source.role, &mailbox::Folder::role);
    if (found != ours_.end()) {
      each.target = found->name;
    } else {
      each.role = each.source.role;
      each.target = acceptable_name(each.source.parts);
    }
  }

  // What is called otherwise here must not run into another.
  std::string unused(const std::string& name) const {
    if (!taken_.contains(name)) return name;
    for (int number = 2;; ++number) {
      const auto end = " (" + std::to_string(number) + ")";
      auto made = name + end;
      if (!mailbox::canonical_name(made)) made = shortened(name, std::min(name.size(), mailbox::kFolderPartBytes) - end.size()) + end;
      if (!taken_.contains(made)) return made;
    }
  }

  const Item& item_;
  const std::vector<mailbox::Folder>& ours_;
  const std::map<std::string, std::string>& known_;
  std::set<std::string, std::less<>> taken_;
  std::set<Role> by_attribute_;
  std::vector<Planned> planned_;
};

}  // namespace

std::string acceptable_name(const std::vector<std::string>& parts) {
  if (auto whole = mailbox::canonical_name(joined(parts))) return *whole;
  std::vector<std::string> made;
  for (const auto& part : parts) {
    if (made.size() < mailbox::kFolderDepth)
      made.push_back(acceptable_part(part));
    else
      made.back() = acceptable_part(made.back() + "_" + part);
  }
  // Too long as a whole: each part gets its share.
  if (joined(made).size() > mailbox::kFolderNameBytes)
    for (auto& part : made) part = acceptable_part(shortened(part, mailbox::kFolderNameBytes / made.size() - 1));
  return mailbox::canonical_name(joined(made)).value_or("Migrated");
}

std::vector<Planned> plan(const std::vector<SourceFolder>& sources, const Item& item, const std::vector<mailbox::Folder>& ours,
                          const std::map<std::string, std::string>& known) {
  return Plan(sources, item, ours, known).make();
}

}  // namespace postroad::migration
