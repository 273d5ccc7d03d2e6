#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/asked.h"
#include "control/caller.h"
#include "control/page.h"
#include "io/task.h"
#include "migration/report.h"

namespace postroad::control {

struct Core;

// A foreign mailbox that is to come into one of ours.
struct NewMigration {
  std::string local;     // ours: an address
  std::string server;    // `host`, `host:port`, `imaps://host`
  std::string method;    // `imap4`, `imap4s`, `pop3`, `pop3s`; empty: as `server` says, else imap4s
  std::string remote;    // the user there
  std::string password;  // there; sealed at the cluster while it waits
  std::vector<std::string> skip;                 // folders there
  std::map<std::string, std::string> translate;  // folders there to ours
  bool accept_any_certificate = false;           // where the cluster permits it
  bool allow_plaintext = false;                  // likewise
};

struct MigrationsAdded {
  std::string job;                         // its name; one is made where none was given
  std::vector<Result<std::string>> items;  // of each its id, or why it was not added
};

struct JobLine {
  std::string job;
  std::map<migration::State, std::uint64_t> items;  // how many are in each state
  migration::FolderReport total;                    // sums
  Time added_at{};                                  // the first of them
};
struct Jobs {
  std::vector<JobLine> lines;             // by name
  std::vector<std::string> unavailable;   // clusters that could not be asked
  bool is_cut = false;                    // there are more items than were looked at
};

inline constexpr std::size_t kMigrationsMost = 1000;  // in one request
inline constexpr std::size_t kJobItemsMost = 100'000; // that jobs() looks at

// Migrations: control hands them to the clusters of their mailboxes, and asks those how they stand. It keeps nothing of them, so
// they go on while control is away. Who may change a domain's users sees, adds and cancels those of its mailboxes; all others are
// NotFound, code NO_MIGRATION. What is added or cancelled stands in the audit, as a mailbox's.
class Migrations {
 public:
  explicit Migrations(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Each alone; the failure of the whole is of `job` or the number only. Adding a mailbox again fetches what is new there.
  io::Task<Result<MigrationsAdded>> add(Caller caller, std::vector<NewMigration> specs, std::string job);
  io::Task<Result<Jobs>> jobs(Caller caller);
  // Of one job, or all: of each report the sum alone, as one folder. In no order that means anything.
  io::Task<Result<Page<migration::Standing>>> list(Caller caller, std::string job, From from);
  // Those that are being pulled just now.
  io::Task<Result<std::vector<migration::Standing>>> threads(Caller caller);
  io::Task<Result<migration::Standing>> status(Caller caller, std::string id);
  io::Task<Result<std::string>> trace(Caller caller, std::string id);
  // Conflict where it is over.
  io::Task<Result<>> cancel(Caller caller, std::string id);

 private:
  struct Found;
  struct Numbered;
  io::Task<Result<std::vector<Result<MailboxPlace>>>> places(Caller caller, std::vector<std::string> addresses);
  io::Task<void> hand_over(std::string cluster, std::vector<Numbered> all, std::vector<Result<std::string>>& outcomes);
  io::Task<Result<std::vector<migration::Standing>>> visible(Caller caller, std::vector<migration::Standing> standings);
  io::Task<Result<Found>> find(Caller caller, std::string id);
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
