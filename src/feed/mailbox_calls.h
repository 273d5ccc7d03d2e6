#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// What control asks a cluster about a mailbox, and what it is told: the words of those calls. docs/feed.md
namespace postroad::feed {

namespace call {
inline constexpr std::string_view kFolders = "mailbox.folders";    // -> MailboxView
inline constexpr std::string_view kMessages = "mailbox.messages";  // of a folder -> MailPage
inline constexpr std::string_view kMove = "mailbox.move";          // from a folder to another -> MailDone
inline constexpr std::string_view kDeleted = "mailbox.deleted";    // what can be had back -> MailPage
inline constexpr std::string_view kRestore = "mailbox.restore";    // by ids of that -> MailDone
inline constexpr std::string_view kSignOut = "mailbox.sign_out";   // -> MailDone
}  // namespace call

inline constexpr std::uint32_t kMailLines = 200;    // of a page
inline constexpr std::size_t kMailIds = 1000;       // of a request
inline constexpr std::size_t kMailTextBytes = 500;  // of a subject or an address; longer ones are cut
inline constexpr std::size_t kMailFolders = 1000;
inline constexpr std::size_t kMailFolderBytes = 1000;

// The parameters of all of these; each reads what it needs.
struct MailRequest {
  std::string account;             // id
  std::string folder;
  std::string to;                  // a folder, too
  std::uint64_t after = 0;         // a page's `next`
  std::uint32_t most = kMailLines;
  std::vector<std::uint64_t> ids;  // of a page's lines; none with kMove: all of the folder
  bool is_newest_first = false;    // kMessages: descending, and `after` is a UID to go on below
  bool is_unseen_only = false;     // kMessages
  bool operator==(const MailRequest&) const = default;
};

struct MailFolder {
  std::string name;
  std::string role;  // `inbox`, `sent`, `drafts`, `trash`, `junk`, `archive`, or empty
  std::uint64_t messages = 0;
  std::uint64_t unseen = 0;
  std::uint64_t size_bytes = 0;
  bool operator==(const MailFolder&) const = default;
};
struct MailboxView {
  std::uint64_t used_bytes = 0;
  std::uint64_t used_messages = 0;
  std::uint64_t quota_bytes = 0;  // 0: none
  std::vector<MailFolder> folders;
  bool operator==(const MailboxView&) const = default;
};

struct MailLine {
  std::uint64_t id = 0;  // a folder's UID; of what was deleted another number, good for kRestore
  std::string folder;    // of what was deleted: where it was; empty where nobody knows any more
  std::string from;      // UTF-8
  std::string subject;   // UTF-8
  std::int64_t sent = 0;      // seconds since 1970; 0: the message does not say
  std::int64_t received = 0;
  std::int64_t deleted = 0;   // 0: it is not
  std::uint64_t size_bytes = 0;
  bool is_seen = false;
  bool operator==(const MailLine&) const = default;
};
struct MailPage {
  std::vector<MailLine> lines;
  std::uint64_t next = 0;  // to go on after; 0: there is no more
  bool operator==(const MailPage&) const = default;
};

struct MailDone {
  std::uint64_t count = 0;            // messages moved or restored, sessions ended
  std::vector<std::string> folders;   // that were made for it
  std::vector<std::uint64_t> ids;     // of those named, the ones that were moved or restored; none with a cluster of before
  bool operator==(const MailDone&) const = default;
};

std::string to_json(const MailRequest& request);
std::string to_json(const MailboxView& view);
std::string to_json(const MailPage& page);
std::string to_json(const MailDone& done);
Result<MailRequest> mail_request_of(std::string_view json);
Result<MailboxView> mailbox_view_of(std::string_view json);
Result<MailPage> mail_page_of(std::string_view json);
Result<MailDone> mail_done_of(std::string_view json);

}  // namespace postroad::feed
