#include <algorithm>

#include "mailbox/operations/folders.h"

namespace postroad::mailbox {
namespace {

struct Standard {
  std::string_view name;
  Role role;
};
constexpr Standard kStandard[] = {
    {"INBOX", Role::Inbox}, {"Sent", Role::Sent}, {"Drafts", Role::Drafts},
    {"Trash", Role::Trash}, {"Junk", Role::Junk}, {"Archive", Role::Archive},
};

Result<> check_count(const Draft& draft) {
  if (draft.names().size() < kFolders) return {};
  return fail(Fault::Refused, "the account has as many mailboxes as it can", "LIMIT");
}

bool has_role(const Draft& draft, Role role) {
  return std::ranges::any_of(draft.names(), [&](const auto& each) { return draft.folder(each.second)->role == role; });
}

}  // namespace

io::Task<Result<>> CreateAccount::apply(Draft& draft) {
  was_made = false;
  if (draft.head().version > 0) co_return Result<>();
  if (!may_create_) co_return fail(Fault::NotFound, "there is no such account");
  for (const auto& each : kStandard) {
    draft.add_folder(std::string(each.name), each.role);
    draft.subscribe(std::string(each.name), true);
  }
  was_made = true;
  co_return Result<>();
}

Result<> make_parents(Draft& draft, std::string_view name) {
  for (auto at = name.find(kSeparator); at != std::string_view::npos; at = name.find(kSeparator, at + 1)) {
    const auto parent = name.substr(0, at);
    if (draft.folder(parent) != nullptr) continue;
    TRY_OK(check_count(draft));
    draft.add_folder(std::string(parent), Role::None);
  }
  return {};
}

io::Task<Result<>> CreateFolder::apply(Draft& draft) {
  CO_TRY(auto name, canonical_name(name_));
  if (draft.folder(name) != nullptr) co_return fail(Fault::Conflict, "the mailbox exists already", "ALREADYEXISTS");
  if (role_ == Role::Inbox) co_return fail(Fault::Refused, "only INBOX is the inbox", "CANNOT");
  if (role_ != Role::None && has_role(draft, role_))
    co_return fail(Fault::Refused, "another mailbox has this special use", "USEATTR");
  CO_TRY_OK(make_parents(draft, name));
  CO_TRY_OK(check_count(draft));
  answer = draft.add_folder(std::move(name), role_).number;
  co_return Result<>();
}

}  // namespace postroad::mailbox
