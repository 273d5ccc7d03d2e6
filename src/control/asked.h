#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/audit_rows.h"
#include "control/caller.h"
#include "control/model.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// A mailbox that its cluster is asked about.
struct MailboxPlace {
  std::string cluster;
  std::string account;  // the user's id
  std::string address;
  std::string company;  // ids; empty where the mailbox is gone
  std::string domain;
};
MailboxPlace place_of(const Domain& domain, const User& user);

// A question to a cluster that somebody has to answer for.
struct Asked {
  MailboxPlace place;
  std::string_view call;  // its name, which is the entry's kind too: feed/mailbox_calls.h, migration/calls.h
  std::vector<FieldChange> fields;
  bool is_look = false;   // shows mail, and changes nothing
};
// `from` -> `to` of a field.
FieldChange asked_field(std::string_view field, std::string from, std::string to);

// The questions' entries in the audit, in one transaction: durable before any of them goes out, so that nothing is shown or done
// without one. A request that looks at the same thing page by page leaves one entry.
io::Task<Result<>> note_asked(std::shared_ptr<Core> core, Caller caller, std::vector<Asked> asked);

// A question failed: a second entry says why, its kind being `CALL.refused`, or, where nobody knows what the cluster did, `CALL.unknown`.
struct AskedInVain {
  Asked asked;
  Error error;
};
io::Task<void> note_failed(std::shared_ptr<Core> core, Caller caller, std::vector<AskedInVain> failed);

}  // namespace postroad::control
