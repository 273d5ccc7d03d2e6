#include <algorithm>

#include "base/check.h"
#include "model/mailbox.h"

namespace postroad::sim::model {

std::size_t Mailbox::begin_arrival(std::string token, std::string folder, Tick now, std::uint64_t group) {
  arrivals_.push_back(Arrival{std::move(token), std::move(folder), Interval{now, kNever, kNever}, group});
  return arrivals_.size() - 1;
}

void Mailbox::arrival_refused(std::size_t arrival) {
  // One that showed all the same stays what it is; the next looks tell whether it is there.
  Arrival& refused = arrivals_[arrival];
  if (refused.is_settled) found(refused.folder, "the server refused " + refused.token + ", and it is there");
  refused.is_settled = true;
}

std::size_t Mailbox::place(Arrival& arrival, std::uint32_t uid, Tick known) {
  arrival.is_settled = true;
  Placement made;
  made.token = arrival.token;
  made.folder = arrival.folder;
  made.uid = uid;
  made.came = Interval{arrival.when.begun, known, kNever};
  made.flags_since = kNever;
  made.flags_over = known;  // whatever the first look shows
  placements_.push_back(std::move(made));
  if (uid != 0) by_uid_[{arrival.folder, uid}] = placements_.size() - 1;
  return placements_.size() - 1;
}

void Mailbox::arrival_placed(std::size_t arrival, std::uint32_t uid_validity, std::uint32_t uid, Tick now) {
  Arrival& placed = arrivals_[arrival];
  Folder& folder = folders_[placed.folder];
  if (folder.uid_validity != 0 && uid_validity != folder.uid_validity)
    found(placed.folder, "a reply tells another UIDVALIDITY than SELECT did");
  placed.when.known = now;
  const auto known = by_uid_.find({placed.folder, uid});
  if (known == by_uid_.end()) {
    // A look may have shown another copy first, with this arrival taken for it.
    if (placed.is_settled) return found(placed.folder, "the reply tells UID " + std::to_string(uid) + ", a look showed another");
    check_new_uid(placed.folder, placed, uid, 0);
    place(placed, uid, now);
    return;
  }
  Placement& seen = placements_[known->second];
  if (seen.token != placed.token)
    found(placed.folder, "UID " + std::to_string(uid) + " was " + seen.token + " and is now given to " + placed.token);
  seen.came.known = std::min(seen.came.known, now);
}

std::size_t Mailbox::index_of(const std::string& folder, std::uint32_t uid) {
  const auto known = by_uid_.find({folder, uid});
  check(known != by_uid_.end(), "users change messages that they know");
  return known->second;
}

void Mailbox::begin_leaving(const std::string& folder, std::uint32_t uid, Tick now, std::uint64_t group) {
  Placement& placement = at(folder, uid);
  placement.left = Interval{now, kNever, kNever};
  placement.leaving_group = group;
}

void Mailbox::leaving_known(const std::string& folder, std::uint32_t uid, Tick now) { at(folder, uid).left.known = now; }

void Mailbox::leaving_refused(const std::string& folder, std::uint32_t uid) {
  Placement& placement = at(folder, uid);
  placement.left = {};
  placement.leaving_group = 0;
}

void Mailbox::leaving_over(const std::string& folder, std::uint32_t uid, Tick now) { at(folder, uid).left.over = now; }

void Mailbox::begin_flags(const std::string& folder, std::uint32_t uid) {
  Placement& placement = at(folder, uid);
  placement.flags_since = kNever;
  placement.flags_over = kNever;
}

void Mailbox::flags_known(const std::string& folder, std::uint32_t uid, std::set<std::string> flags, Tick now) {
  Placement& placement = at(folder, uid);
  placement.flags = std::move(flags);
  placement.flags_since = now;
}

void Mailbox::flags_over(const std::string& folder, std::uint32_t uid, Tick now) { at(folder, uid).flags_over = now; }

void Mailbox::folder_gone(const std::string& folder, Tick now) {
  for (auto& placement : placements_) {
    if (placement.folder != folder || placement.left.known != kNever) continue;
    placement.left = Interval{std::min(placement.left.begun, now), now, now};
  }
  for (auto& arrival : arrivals_)
    if (arrival.folder == folder) arrival.is_settled = true;
  std::erase_if(by_uid_, [&folder](const auto& entry) { return entry.first.first == folder; });
  gone_validity_[folder] = std::max(gone_validity_[folder], folders_[folder].uid_validity);
  folders_.erase(folder);
}

void Mailbox::folder_renamed(const std::string& from, const std::string& to) {
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> moved;
  for (const auto& [key, index] : by_uid_) moved[{key.first == from ? to : key.first, key.second}] = index;
  by_uid_ = std::move(moved);
  for (auto& placement : placements_)
    if (placement.folder == from) placement.folder = to;
  for (auto& arrival : arrivals_)
    if (arrival.folder == from) arrival.folder = to;
  folders_[to] = folders_[from];
  folders_.erase(from);
}

}  // namespace postroad::sim::model
