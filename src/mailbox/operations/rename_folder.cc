#include <utility>
#include <vector>

#include "mailbox/operations/folders.h"

namespace postroad::mailbox {
namespace {

// The folder of that name, if there is one, and those below it.
std::vector<std::pair<std::string, FolderNumber>> tree_of(const Draft& draft, const std::string& name) {
  std::vector<std::pair<std::string, FolderNumber>> tree;
  const auto prefix = name + kSeparator;
  for (const auto& each : draft.names())
    if (each.first == name || each.first.starts_with(prefix)) tree.emplace_back(each);
  return tree;
}

}  // namespace

// The messages get the new name, and INBOX begins anew, with another UIDVALIDITY: the messages keep their UIDs, whatever
// their number. INBOX keeps its id, its use and its children.  rfc3501 6.3.5, rfc8474 4.1
Result<> RenameFolder::rename_inbox(Draft& draft, const std::string& to) const {
  TRY_OK(make_parents(draft, to));
  if (draft.names().size() >= kFolders) return fail(Fault::Refused, "the account has as many mailboxes as it can", "LIMIT");
  const auto old = draft.folder("INBOX")->number;
  draft.rename(old, to);
  auto& inbox = draft.add_folder("INBOX", Role::Inbox);
  auto& renamed = draft.edit(old);
  renamed.role = Role::None;
  std::swap(renamed.id, inbox.id);
  return {};
}

io::Task<Result<>> RenameFolder::apply(Draft& draft) {
  CO_TRY(const auto from, canonical_name(from_));
  CO_TRY(const auto to, canonical_name(to_));
  const auto tree = tree_of(draft, from);
  if (tree.empty()) co_return fail(Fault::NotFound, "no such mailbox", "NONEXISTENT");
  if (!tree_of(draft, to).empty()) co_return fail(Fault::Conflict, "a mailbox of the new name exists already", "ALREADYEXISTS");
  if (from == "INBOX") co_return rename_inbox(draft, to);
  if (to.starts_with(from + kSeparator)) co_return fail(Fault::Refused, "a mailbox can't be moved below itself", "CANNOT");
  // All names are looked at before any is changed.
  for (const auto& [name, number] : tree) CO_TRY_OK(canonical_name(to + name.substr(from.size())));
  CO_TRY_OK(make_parents(draft, to));
  for (const auto& [name, number] : tree) draft.rename(number, to + name.substr(from.size()));
  co_return Result<>();
}

}  // namespace postroad::mailbox
