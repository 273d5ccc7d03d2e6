// Account: folders and keywords.
#include <algorithm>
#include <map>

#include "mailbox/account_state.h"
#include "mailbox/operations/folders.h"
#include "mailbox/operations/messages.h"

namespace postroad::mailbox {
namespace {

bool has_children(const Content& content, const std::string& name) {
  const auto prefix = name + kSeparator;
  const auto next = content.names.lower_bound(prefix);
  return next != content.names.end() && next->first.starts_with(prefix);
}

Folder name_only(const Content& content, const std::string& name) {
  Folder folder;
  folder.name = name;
  folder.is_subscribed = content.subscriptions.contains(name);
  folder.has_children = has_children(content, name);
  return folder;
}

}  // namespace

Folder folder_of(const Content& content, const FolderState& state) {
  const auto& row = state.row;
  // Where not all is in memory: as if none of the new ones had been expunged.
  const auto recent = state.is_whole && row.recent_from < row.uid_next ? row.messages - state.rank(row.recent_from)
                                                                       : std::min(row.messages, row.uid_next - row.recent_from);
  return {.number = row.number,
          .name = row.name,
          .id = row.id,
          .role = row.role,
          .uid_validity = row.uid_validity,
          .uid_next = row.uid_next,
          .highest_modseq = row.highest_modseq,
          .messages = row.messages,
          .unseen = row.unseen,
          .deleted = row.deleted,
          .recent = recent,
          .size_bytes = row.size_bytes,
          .is_subscribed = content.subscriptions.contains(row.name),
          .has_children = has_children(content, row.name)};
}

const std::vector<std::string>& Account::keywords() const { return state_->content.keywords; }

Flags Account::flags_of(FlagBits bits) const {
  Flags flags{.system = static_cast<std::uint8_t>(bits & kAllSystemFlags), .keywords = {}};
  auto left = bits >> 5;
  for (const auto& keyword : keywords()) {
    if ((left & 1) != 0) flags.keywords.push_back(keyword);
    left >>= 1;
  }
  return flags;
}

std::optional<Folder> Account::folder(std::string_view name) const {
  const auto canonical = canonical_name(name);
  const auto* found = canonical ? state_->content.find(std::string_view(*canonical)) : nullptr;
  if (found == nullptr) return {};
  return folder_of(state_->content, *found);
}

std::optional<Folder> Account::folder(FolderNumber number) const {
  const auto* found = state_->content.find(number);
  if (found == nullptr) return {};
  return folder_of(state_->content, *found);
}

std::vector<Folder> Account::folders(bool with_subscribed_names) const {
  const auto& content = state_->content;
  std::map<std::string_view, Folder> all;
  for (const auto& [name, number] : content.names) all.emplace(name, folder_of(content, *content.folders.at(number)));
  for (const auto& [name, number] : content.names)
    for (auto at = name.find(kSeparator); at != std::string::npos; at = name.find(kSeparator, at + 1))
      all.try_emplace(std::string_view(name).substr(0, at), name_only(content, name.substr(0, at)));
  if (with_subscribed_names)
    for (const auto& name : content.subscriptions) all.try_emplace(name, name_only(content, name));

  std::vector<Folder> list;
  for (auto& [name, folder] : all) list.push_back(std::move(folder));
  const auto inbox = std::ranges::find(list, Role::Inbox, &Folder::role);
  if (inbox != list.end()) std::rotate(list.begin(), inbox, inbox + 1);
  return list;
}

io::Task<Result<Folder>> Account::create_folder(std::string name, Role role) {
  const auto created = std::make_shared<CreateFolder>(state_->site, std::move(name), role);
  CO_TRY_OK(co_await run(created));
  auto made = folder(created->answer);
  if (!made) co_return fail(Fault::Conflict, "the mailbox was deleted at once");
  co_return std::move(*made);
}

io::Task<Result<>> Account::delete_folder(std::string name) {
  const auto deleted = std::make_shared<DeleteFolder>(state_->site, std::move(name));
  CO_TRY_OK(co_await run(deleted));
  // It is deleted now. What it held is moved away before the answer, so that the quota is right; where that fails,
  // the agenda does it.
  (void)co_await empty_dropped(deleted->answer);
  co_return Result<>();
}

io::Task<Result<>> Account::rename_folder(std::string from, std::string to) {
  return run(std::make_shared<RenameFolder>(state_->site, std::move(from), std::move(to)));
}

io::Task<Result<>> Account::subscribe(std::string name) {
  return run(std::make_shared<Subscribe>(state_->site, std::move(name), true));
}

io::Task<Result<>> Account::unsubscribe(std::string name) {
  return run(std::make_shared<Subscribe>(state_->site, std::move(name), false));
}

}  // namespace postroad::mailbox
