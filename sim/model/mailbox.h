#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "findings.h"
#include "io/clock.h"
#include "model/tally.h"

// What must be in a mailbox, by what its users were told. Nothing here knows how the product works.
//
// Each fact is an interval: a change may have happened from when its command was sent (`begun`), and has happened once
// it was acknowledged (`known`). A command whose answer never came stays in between until its session is known to be
// over (`over`): after that it shows or never happened. A look at a folder takes an interval, too, and contradicts a
// fact only where the two do not overlap. So any number of users may work at once.
namespace postroad::sim::model {

using io::kNever;
using io::Tick;

struct Interval {
  Tick begun = kNever;
  Tick known = kNever;
  Tick over = kNever;
};

// A message that comes into a folder: delivered, appended, copied or moved there.
struct Arrival {
  std::string token;
  std::string folder;
  Interval when;
  std::uint64_t group = 0;  // those of one command appear together or not at all; 0: alone
  bool is_owed = false;     // accepted for delivery: it must show in the end
  bool is_settled = false;  // it is a placement now, or will never be one
};

// A message in a folder.
struct Placement {
  std::string token;
  std::string folder;
  std::uint32_t uid = 0;  // 0: seen over POP only
  Interval came;
  Interval left;
  std::uint64_t leaving_group = 0;
  std::set<std::string> flags;
  Tick flags_since{};         // looks that began before tell nothing about them
  Tick flags_over = kNever;   // kNever while a change of them is under way
  std::uint64_t modseq = 0;                // the highest that was seen
  std::set<std::string> flags_at_modseq;   // and the flags with it
  bool is_settled(Tick now) const { return came.known <= now && left.begun == kNever && flags_since <= now; }
};

// The highest of a folder's numbers that were seen, and when.
struct Mark {
  std::uint64_t value = 0;
  Tick seen{};
};
struct Folder {
  std::uint32_t uid_validity = 0;
  Mark uid_next;
  Mark highest_modseq;
};

// One message as a look shows it.
struct Seen {
  std::uint32_t uid = 0;
  std::string token;
  std::set<std::string> flags;
  std::uint64_t modseq = 0;
};

// A whole folder as it was at some moment in [begun, ended].
struct Look {
  std::string folder;
  Tick begun{};
  Tick ended{};
  std::uint32_t uid_validity = 0;
  std::uint64_t uid_next = 0;
  std::uint64_t highest_modseq = 0;
  std::vector<Seen> messages;
};

class Mailbox {
 public:
  Mailbox(Findings& findings, std::string name) : findings_(findings), name_(std::move(name)) {}

  // Of all its time: messages that came by SMTP or LMTP, and by APPEND; sign-ins by IMAP and POP3.
  Tally delivered;
  Tally appended;
  Tally signed_in_imap;
  Tally signed_in_pop;

  // Someone begins to bring a message in. The number returned is for the calls below.
  std::size_t begin_arrival(std::string token, std::string folder, Tick now, std::uint64_t group = 0);
  void arrival_owed(std::size_t arrival) { arrivals_[arrival].is_owed = true; }
  void arrival_known(std::size_t arrival, Tick now) { arrivals_[arrival].when.known = now; }
  // With the UID that the server told.  rfc4315 3
  void arrival_placed(std::size_t arrival, std::uint32_t uid_validity, std::uint32_t uid, Tick now);
  void arrival_refused(std::size_t arrival);  // it must never show
  void arrival_over(std::size_t arrival, Tick now) { arrivals_[arrival].when.over = now; }

  void begin_leaving(const std::string& folder, std::uint32_t uid, Tick now, std::uint64_t group = 0);
  void leaving_known(const std::string& folder, std::uint32_t uid, Tick now);
  void leaving_refused(const std::string& folder, std::uint32_t uid);
  void leaving_over(const std::string& folder, std::uint32_t uid, Tick now);

  void begin_flags(const std::string& folder, std::uint32_t uid);
  void flags_known(const std::string& folder, std::uint32_t uid, std::set<std::string> flags, Tick now);
  // The command failed or its session is over: the next look tells.
  void flags_over(const std::string& folder, std::uint32_t uid, Tick now);

  // The folder is gone with all that was in it. One made later under its name has a greater UIDVALIDITY.
  void folder_gone(const std::string& folder, Tick now);
  void folder_renamed(const std::string& from, const std::string& to);

  void look(const Look& look);
  // Over POP: what INBOX holds, by tokens alone.
  void pop_look(const std::vector<std::string>& tokens, Tick begun, Tick ended);

  // What is surely there now, and nobody is changing; those with a UID.
  std::vector<Placement> settled(const std::string& folder, Tick now) const;
  // Finds what was accepted and never showed.
  void check_owed();
  const std::string& name() const { return name_; }

 private:
  std::size_t index_of(const std::string& folder, std::uint32_t uid);
  Placement& at(const std::string& folder, std::uint32_t uid) { return placements_[index_of(folder, uid)]; }
  // Makes a placement of an arrival.
  std::size_t place(Arrival& arrival, std::uint32_t uid, Tick known);
  // The placement that a message seen is; nothing where nobody brought it here.
  std::optional<std::size_t> recognise(const Look& look, const Seen& seen);
  void number_folder(const Look& look);
  void check_new_uid(const std::string& folder, const Arrival& arrival, std::uint32_t uid, std::uint64_t modseq);
  void check_seen(Placement& placement, const Look& look, const Seen& seen);
  void check_flags(Placement& placement, const Look& look, const Seen& seen);
  void check_missing(Placement& placement, Tick begun, Tick ended);
  void settle_arrivals(const std::string& folder, Tick begun);
  void group_turned_out(std::uint64_t group, bool happened, const std::string& folder);
  void found(const std::string& folder, const std::string& what);

  Findings& findings_;
  std::string name_;
  std::map<std::string, Folder> folders_;
  std::map<std::string, std::uint32_t> gone_validity_;  // of folders that are gone
  std::vector<Arrival> arrivals_;
  std::vector<Placement> placements_;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> by_uid_;  // into placements_; those that left, too
  std::map<std::uint64_t, bool> groups_;  // commands in doubt: whether they happened, once that is known of a member
};

}  // namespace postroad::sim::model
