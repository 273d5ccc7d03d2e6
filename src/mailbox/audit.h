#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/task.h"
#include "mailbox/mail.h"
#include "statistics/journal.h"
#include "store/engine.h"

namespace postroad::mailbox {

// What a recount of an account's rows found, by code that shares nothing with the operations but the row formats.
struct Audit {
  struct Held {
    std::string email_id;
    std::string folder;
    Uid uid = 0;
    FlagBits flags = 0;
    std::uint64_t modseq = 0;
    std::uint64_t size_bytes = 0;
  };
  std::vector<std::string> flaws;  // each a sentence; empty: all is well
  std::uint64_t version = 0;       // the greatest mod-sequence
  std::uint64_t quota_bytes = 0;   // recounted
  std::uint64_t emails = 0;        // in folders, each once
  std::uint64_t recoverable = 0;
  std::uint64_t rows = 0;
  std::vector<statistics::HourRow> hours;  // of the journal, the current one last
  std::vector<Held> messages;      // every placement, by folder and UID
  std::vector<std::string> bodies; // ids of all bodies that rows name: with a list of a store's bodies, finds orphans
};

struct AuditOptions {
  bool reads_bodies = false;  // that each is there, and has its size
};

// Reads all rows of the account and holds them against each other: quota, counts of messages, unseen and deleted ones,
// UIDs unique and below uid_next, mod-sequences at most the version and the folder's highest, placements a body, shared
// emails, threads, recoverable ones, summaries, intents. On the engine's loop; the account may be in use, since a change
// meanwhile only makes it start anew.
io::Task<Result<Audit>> audit(store::Engine& engine, std::string account_id, AuditOptions options = {});

}  // namespace postroad::mailbox
