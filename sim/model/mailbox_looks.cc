#include <algorithm>
#include <optional>

#include "model/mailbox.h"

namespace postroad::sim::model {

void Mailbox::found(const std::string& folder, const std::string& what) {
  findings_.add(name_ + " " + folder + ": " + what);
}

// All of a command in doubt happened, or nothing of it did.
void Mailbox::group_turned_out(std::uint64_t group, bool happened, const std::string& folder) {
  if (group == 0) return;
  const auto [known, is_new] = groups_.emplace(group, happened);
  if (!is_new && known->second != happened) found(folder, "half of a command happened");
}

void Mailbox::number_folder(const Look& look) {
  Folder& folder = folders_[look.folder];
  if (folder.uid_validity == 0) {
    folder.uid_validity = look.uid_validity;
    if (look.uid_validity <= gone_validity_[look.folder])
      found(look.folder, "a folder made anew has a UIDVALIDITY that is not greater");
  }
  if (look.uid_validity != folder.uid_validity) found(look.folder, "its UIDVALIDITY changed");

  const auto raise = [this, &look](Mark& mark, std::uint64_t value, const std::string& what) {
    if (value < mark.value && mark.seen < look.begun) found(look.folder, what + " went back from " + std::to_string(mark.value) + " to " + std::to_string(value));
    if (value > mark.value) mark = Mark{value, look.ended};
  };
  raise(folder.uid_next, look.uid_next, "UIDNEXT");
  raise(folder.highest_modseq, look.highest_modseq, "HIGHESTMODSEQ");
}

// A message that came has a UID and a mod-sequence above all that were seen before it was sent.
void Mailbox::check_new_uid(const std::string& name, const Arrival& arrival, std::uint32_t uid, std::uint64_t modseq) {
  const Folder& folder = folders_[name];
  const auto what = arrival.token + " came with UID " + std::to_string(uid);
  if (folder.uid_next.seen < arrival.when.begun && uid < folder.uid_next.value)
    found(name, what + ", below the UIDNEXT " + std::to_string(folder.uid_next.value) + " that was shown before");
  if (modseq != 0 && folder.highest_modseq.seen < arrival.when.begun && modseq <= folder.highest_modseq.value)
    found(name, what + " and a mod-sequence that is not above HIGHESTMODSEQ");
}

std::optional<std::size_t> Mailbox::recognise(const Look& look, const Seen& seen) {
  if (const auto known = by_uid_.find({look.folder, seen.uid}); known != by_uid_.end()) return known->second;
  // One that POP showed has no UID yet.
  for (std::size_t i = 0; i < placements_.size(); ++i) {
    Placement& placement = placements_[i];
    if (placement.uid != 0 || placement.folder != look.folder || placement.token != seen.token) continue;
    if (placement.left.known < look.begun) continue;
    placement.uid = seen.uid;
    by_uid_[{look.folder, seen.uid}] = i;
    return i;
  }
  for (auto& arrival : arrivals_) {
    if (arrival.is_settled || arrival.folder != look.folder || arrival.token != seen.token) continue;
    if (arrival.when.begun > look.ended) continue;
    check_new_uid(look.folder, arrival, seen.uid, seen.modseq);
    if (arrival.when.over < look.begun) group_turned_out(arrival.group, true, look.folder);
    return place(arrival, seen.uid, look.ended);
  }
  return std::nullopt;
}

void Mailbox::check_flags(Placement& placement, const Look& look, const Seen& seen) {
  if (placement.flags_since < look.begun && placement.flags != seen.flags) {
    std::string text;
    for (const auto& flag : seen.flags) text += " " + flag;
    found(look.folder, "UID " + std::to_string(seen.uid) + " (" + placement.token + ") has the flags" + text + ", which nobody set");
  }
  if (seen.modseq != 0 && placement.flags_since < look.begun) {
    if (seen.modseq < placement.modseq) found(look.folder, "the mod-sequence of UID " + std::to_string(seen.uid) + " went back");
  }
  // Whoever remembers a mod-sequence hears of every change after it.  rfc7162 3.1
  if (seen.modseq != 0 && seen.modseq == placement.modseq && seen.flags != placement.flags_at_modseq)
    found(look.folder, "the flags of UID " + std::to_string(seen.uid) + " changed and its mod-sequence did not");
  if (seen.modseq > placement.modseq) placement.flags_at_modseq = seen.flags;
  placement.modseq = std::max(placement.modseq, seen.modseq);
  // A change in doubt is decided now.
  if (placement.flags_since == kNever && placement.flags_over < look.begun) {
    placement.flags = seen.flags;
    placement.flags_since = look.ended;
  }
}

void Mailbox::check_seen(Placement& placement, const Look& look, const Seen& seen) {
  const auto uid = "UID " + std::to_string(seen.uid);
  if (placement.token != seen.token)
    return found(look.folder, uid + " was " + placement.token + " and is now " + seen.token);
  if (placement.left.known < look.begun) return found(look.folder, uid + " (" + placement.token + ") is back after it was removed");
  if (placement.left.over < look.begun) {
    group_turned_out(placement.leaving_group, false, look.folder);
    placement.left = {};
  }
  check_flags(placement, look, seen);
}

void Mailbox::check_missing(Placement& placement, Tick begun, Tick ended) {
  if (placement.came.known >= begun || placement.left.known < begun) return;
  if (placement.left.begun > ended)
    return found(placement.folder, "UID " + std::to_string(placement.uid) + " (" + placement.token + ") is lost");
  if (placement.left.known == kNever && placement.left.over < begun) {
    group_turned_out(placement.leaving_group, true, placement.folder);
    placement.left.known = ended;
  }
}

void Mailbox::settle_arrivals(const std::string& folder, Tick begun) {
  for (auto& arrival : arrivals_) {
    if (arrival.is_settled || arrival.folder != folder) continue;
    if (arrival.when.known < begun) {
      found(folder, arrival.token + " was acknowledged and is not there");
      arrival.is_settled = true;
    } else if (arrival.when.over < begun) {
      group_turned_out(arrival.group, false, folder);
      arrival.is_settled = true;
    }
  }
}

void Mailbox::look(const Look& look) {
  number_folder(look);
  std::set<std::size_t> shown;
  for (const auto& seen : look.messages) {
    const auto index = recognise(look, seen);
    if (!index) {
      found(look.folder, "UID " + std::to_string(seen.uid) + " (" + seen.token + ") is there, and nobody brought it");
      continue;
    }
    if (!shown.insert(*index).second) found(look.folder, "UID " + std::to_string(seen.uid) + " is shown twice");
    check_seen(placements_[*index], look, seen);
  }
  for (std::size_t i = 0; i < placements_.size(); ++i)
    if (placements_[i].folder == look.folder && !shown.contains(i)) check_missing(placements_[i], look.begun, look.ended);
  settle_arrivals(look.folder, look.begun);
}

void Mailbox::pop_look(const std::vector<std::string>& tokens, Tick begun, Tick ended) {
  const std::string inbox = "INBOX";
  std::set<std::size_t> shown;
  for (const auto& token : tokens) {
    // One that must be there, rather than one that may have left: POP tells no UID.
    std::optional<std::size_t> index;
    for (std::size_t i = 0; i < placements_.size(); ++i) {
      const auto& placement = placements_[i];
      if (placement.folder != inbox || placement.token != token || shown.contains(i)) continue;
      const bool may_be = placement.came.begun <= ended && !(placement.left.known < begun);
      const bool must_be = placement.came.known < begun && placement.left.begun > ended;
      if (may_be && (!index || must_be)) index = i;
    }
    for (auto& arrival : arrivals_) {
      if (index || arrival.is_settled || arrival.folder != inbox || arrival.token != token || arrival.when.begun > ended) continue;
      index = place(arrival, 0, ended);
    }
    if (index) shown.insert(*index);
    else found(inbox, "POP shows " + token + ", and nobody brought it");
  }
  for (std::size_t i = 0; i < placements_.size(); ++i)
    if (placements_[i].folder == inbox && !shown.contains(i)) check_missing(placements_[i], begun, ended);
  settle_arrivals(inbox, begun);
}

std::vector<Placement> Mailbox::settled(const std::string& folder, Tick now) const {
  std::vector<Placement> made;
  for (const auto& placement : placements_)
    if (placement.folder == folder && placement.uid != 0 && placement.is_settled(now)) made.push_back(placement);
  return made;
}

void Mailbox::check_owed() {
  for (const auto& arrival : arrivals_)
    if (arrival.is_owed && !arrival.is_settled) found(arrival.folder, arrival.token + " was accepted and is lost");
}

}  // namespace postroad::sim::model
