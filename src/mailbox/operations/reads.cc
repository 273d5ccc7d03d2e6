#include "mailbox/operations/reads.h"

#include "mailbox/operations/gone_folders.h"

#include <algorithm>
#include <set>

namespace postroad::mailbox {

// The view is made of what is durable, ahead of what this group changes; the commit then tells it.
io::Task<Result<>> SelectFolder::apply(Draft& draft) {
  answer.reset();
  CO_TRY(const auto name, canonical_name(name_));
  const auto found = content_.names.find(name);
  if (found == content_.names.end()) co_return fail(Fault::NotFound, "no such mailbox", "NONEXISTENT");
  const auto state = content_.folders.at(found->second);
  CO_TRY_OK(co_await draft.load().whole(*state));
  answer = std::make_unique<ViewState>(draft.site().loop, state, is_read_only_, content_.keywords.size());
  co_return Result<>();
}

io::Task<Result<>> ListVanished::apply(Draft& draft) {
  answer = {};
  const auto* folder = draft.folder(folder_);
  if (folder == nullptr) co_return fail(Fault::NotFound, "the mailbox is gone", "NONEXISTENT");
  CO_TRY(const auto list, co_await draft.vanished(folder_));
  if (modseq_ >= folder->vanished_from) {
    for (const auto& each : list) {
      if (each.modseq <= modseq_) continue;
      for (const auto& range : each.uids.ranges())
        for (const auto& wanted : uids_.ranges())
          answer.add(std::max(range.first, wanted.first), std::min(range.last, wanted.last));
    }
    co_return Result<>();
  }
  // What was expunged first is forgotten: all that is missing, then.  rfc7162 3.2.5.1
  CO_TRY_OK(co_await draft.load_whole(folder_));
  for (const auto& range : uids_.ranges()) {
    std::uint64_t next = range.first;
    const std::uint64_t end = std::min(range.last, folder->uid_next - 1);
    draft.placements(folder_).for_each(range.first, end, [&](const Placement& each) {
      if (next < each.uid) answer.add(static_cast<Uid>(next), each.uid - 1);
      next = std::uint64_t{each.uid} + 1;
      return true;
    });
    if (next <= end) answer.add(static_cast<Uid>(next), static_cast<Uid>(end));
  }
  co_return Result<>();
}

io::Task<Result<>> ListRecoverable::apply(Draft& draft) {
  answer.clear();
  CO_TRY_OK(co_await draft.load().recoverable());
  draft.recoverable_now().for_each(after_ + 1, UINT64_MAX, [this](const RecoverableEntry& each) {
    if (answer.size() == limit_) return false;
    answer.push_back({.email = each.email,
                      .id = {},
                      .folder = each.folder,
                      .folder_name = {},
                      .uid = each.uid,
                      .flags = each.flags,
                      .size_bytes = each.size_bytes,
                      .internal_date = each.date,
                      .expunged_at = each.expunged_at});
    return true;
  });
  CO_TRY(const auto gone, co_await gone_folders(draft));
  for (auto& each : answer) {
    const auto* const folder = draft.folder(each.folder);
    const auto old = gone.find(each.folder);
    each.folder_name = folder != nullptr ? folder->name : old != gone.end() ? old->second : std::string();
    CO_TRY_OK(co_await draft.load().email(each.email));
    const auto* email = draft.email(each.email);
    if (email != nullptr) each.id = unpack_id('e', email->id);
  }
  co_return Result<>();
}

Result<std::vector<RecoverableEntry>> Recover::find(Draft& draft) const {
  std::vector<RecoverableEntry> found;
  std::set<EmailNumber> seen;
  std::uint64_t bytes = 0;
  for (const auto email : emails_) {
    const auto* entry = draft.recoverable_now().find(email);
    if (entry == nullptr || !seen.insert(email).second) continue;
    found.push_back(*entry);
    bytes += entry->size_bytes;
  }
  const auto& head = draft.head();
  if ((limits_.quota_bytes != 0 && head.used_bytes + bytes > limits_.quota_bytes) ||
      (limits_.quota_messages != 0 && head.used_emails + found.size() > limits_.quota_messages))
    return fail(Fault::Refused, "the mailbox is over its quota", "OVERQUOTA");
  return found;
}

io::Task<Result<>> Recover::apply(Draft& draft) {
  answer.clear();
  CO_TRY(const auto name, canonical_name(folder_));
  const auto* folder = draft.folder(name);
  if (folder == nullptr) co_return fail(Fault::NotFound, "no such mailbox", "TRYCREATE");
  CO_TRY_OK(co_await draft.load().recoverable());
  CO_TRY(const auto entries, find(draft));
  CO_TRY_OK(co_await draft.load_tail(folder->number));
  for (const auto& entry : entries) CO_TRY_OK(co_await draft.load().email(entry.email));

  const auto number = folder->number;
  const auto uid_validity = folder->uid_validity;
  for (const auto& entry : entries) {
    const auto* email = draft.email(entry.email);
    if (email == nullptr) co_return fail(Fault::Broken, "a recoverable email has no row");
    const auto uid = draft.add(number, {.size_bytes = static_cast<std::uint32_t>(entry.size_bytes),
                                        .email = entry.email,
                                        .flags = entry.flags & ~FlagBits{kDeleted},
                                        .date = entry.date});
    answer.push_back({number, uid_validity, uid, unpack_id('e', email->id), draft.modseq(), false});
    draft.from_recoverable(entry);
  }
  co_return Result<>();
}

}  // namespace postroad::mailbox
