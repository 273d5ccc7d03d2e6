#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "mailbox/flags.h"
#include "mailbox/folder.h"
#include "store/engine.h"

namespace postroad::mailbox {

// A message up to this size may be handed over whole; a larger one is written ahead by a BodyWriter.
inline constexpr std::size_t kInlineBytes = store::kPieceBytes;
inline constexpr std::size_t kSummaryBytes = 640UL << 10;
// What an account holds at most, whatever its limits: emails in folders, recoverable ones, and placements, each.
inline constexpr std::uint64_t kAccountMessages = 1'000'000;

// What a message says about which conversation it belongs to.  rfc8621 3
struct ThreadKeys {
  std::vector<std::string> message_ids;  // Message-ID, In-Reply-To, References, without <>; the first 16 count
  std::string base_subject;              // rfc5256 2.1
};

// What BodyWriter::finish gives.
struct WrittenBody {
  std::string email_id;
  std::uint64_t size_bytes = 0;
  std::string bytes;  // all of it where it is small: nothing has been written then, and the commit does it
};

// A message to be put into a folder.
struct NewMail {
  std::string bytes;                // the whole message with CRLF line ends, 1 to kInlineBytes; or else
  std::optional<WrittenBody> body;  // what was written ahead for this account, once
  std::string summary;              // the caller's own record of what never changes (envelope, structure), at most
                                    // kSummaryBytes; may be empty. Account::summary gives it back.
  ThreadKeys thread;
  Flags flags;                      // keywords beyond kKeywords are left out
  std::optional<Time> internal_date;  // kept to the second; nothing: the time of the commit
  std::vector<store::Row> rows;     // extra rows of this commit (the journal's), keys starting with 'x'
};

// Rows of others that go with a commit of an account, their keys starting with 'x'.
struct ExtraRows {
  std::vector<store::Expect> expect;  // what they must be before it; else Conflict, code CHANGED, and nothing is done
  std::vector<store::Row> put;
  std::vector<std::string> del;
};

// Where a message is.
struct Placed {
  FolderNumber folder = 0;
  std::uint32_t uid_validity = 0;
  Uid uid = 0;
  std::string email_id;       // EMAILID, type 'e'.  rfc8474 5.1
  std::uint64_t modseq = 0;
  bool was_there = false;     // this acceptance had been delivered before: nothing was done now
};

// Identifies an email within its account: what COPY keeps.
using EmailNumber = std::uint64_t;

// A placement as a view shows it.
struct Message {
  std::uint32_t sequence = 0;  // in the view; 1 is the first
  Uid uid = 0;
  EmailNumber email = 0;
  FlagBits flags = 0;
  std::uint64_t modseq = 0;
  std::uint32_t size_bytes = 0;   // RFC822.SIZE
  std::int64_t internal_date = 0; // seconds since 1970, UTC
  bool is_recent = false;
  bool is_expunged = false;       // by somebody, and this view has not been told yet; can still be read
};

// What does not change while an email exists.
struct Email {
  EmailNumber number = 0;
  std::string id;         // EMAILID
  std::string thread_id;  // THREADID, type 't'.  rfc8474 5.2
  std::uint64_t size_bytes = 0;
  std::uint64_t created_modseq = 0;
};

// One email that was expunged and can be had back.
struct Recoverable {
  EmailNumber email = 0;
  std::string id;
  FolderNumber folder = 0;   // where it was expunged; may be gone
  std::string folder_name;   // as it is called now, or was when it was deleted; empty where that is forgotten
  Uid uid = 0;
  FlagBits flags = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t internal_date = 0;
  std::int64_t expunged_at = 0;  // seconds since 1970
};

}  // namespace postroad::mailbox
