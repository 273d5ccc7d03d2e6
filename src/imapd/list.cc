#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "imap/format.h"
#include "imap/pattern.h"
#include "imapd/changes.h"
#include "imapd/commands.h"

namespace postroad::imapd {
namespace {

using mailbox::Folder;

void put_listed(std::string& out, std::string_view command, std::string_view attributes, std::string_view name) {
  out += fmt::format("* {} ({}) \"/\" ", command, attributes);
  imap::put_mailbox(out, name);
  out += "\r\n";
}

// rfc3501 7.2.2, rfc3348 3, rfc6154 2.
std::string attributes_of(const Folder& folder) {
  std::string made = folder.has_children ? "\\HasChildren" : "\\HasNoChildren";
  if (folder.number == 0) made += " \\Noselect";
  if (const auto role = role_attribute(folder.role); !role.empty()) made += " " + std::string(role);
  return made;
}

// Parents of a subscribed name that match where it doesn't, as with "%": they are told as \Noselect.  rfc3501 6.3.9
void add_parents(const imap::Pattern& pattern, const std::string& name, std::set<std::string>& parents) {
  for (auto at = name.rfind('/'); at != name.npos && at > 0; at = name.rfind('/', at - 1))
    if (const auto parent = name.substr(0, at); pattern.matches(parent)) parents.insert(parent);
}

std::string status_value(const Session& session, const Folder& folder, imap::StatusItem item) {
  switch (item) {
    case imap::StatusItem::Messages: return std::to_string(folder.messages);
    case imap::StatusItem::Recent: return std::to_string(folder.recent);
    case imap::StatusItem::UidNext: return std::to_string(folder.uid_next);
    case imap::StatusItem::UidValidity: return std::to_string(folder.uid_validity);
    case imap::StatusItem::Unseen: return std::to_string(folder.unseen);
    case imap::StatusItem::HighestModSeq: return std::to_string(folder.highest_modseq);
    case imap::StatusItem::Size: return std::to_string(folder.size_bytes);
    case imap::StatusItem::MailboxId: return "(" + folder.id + ")";
    case imap::StatusItem::AppendLimit: return std::to_string(session.parts.options.message_bytes_max);
  }
  return "0";
}

}  // namespace

// LIST: rfc3501 6.3.8.
Answer run_list(Session& session, imap::List list) {
  auto& out = session.wire.out();
  if (list.pattern.empty()) {
    put_listed(out, "LIST", "\\Noselect", "");
    co_return Reply{"OK that is the separator"};
  }
  const imap::Pattern pattern(list.reference, list.pattern);
  for (const auto& folder : session.account->folders()) {
    if (pattern.matches(folder.name)) put_listed(out, "LIST", attributes_of(folder), folder.name);
    co_await session.wire.relieve();
  }
  co_return Reply{"OK listed"};
}

// LSUB: rfc3501 6.3.9.
Answer run_lsub(Session& session, imap::List list) {
  auto& out = session.wire.out();
  if (list.pattern.empty()) {
    put_listed(out, "LSUB", "\\Noselect", "");
    co_return Reply{"OK that is the separator"};
  }
  const imap::Pattern pattern(list.reference, list.pattern);
  std::set<std::string> parents;
  const auto folders = session.account->folders(true);
  for (const auto& folder : folders) {
    if (!folder.is_subscribed) continue;
    if (pattern.matches(folder.name))
      put_listed(out, "LSUB", folder.number == 0 ? "\\Noselect" : "", folder.name);
    else
      add_parents(pattern, folder.name, parents);
  }
  for (const auto& folder : folders)
    if (folder.is_subscribed) parents.erase(folder.name);
  for (const auto& parent : parents) put_listed(out, "LSUB", "\\Noselect", parent);
  co_return Reply{"OK listed"};
}

// STATUS: rfc3501 6.3.10, rfc7162 3.1.7, rfc8438, rfc8474 4.3, rfc7889 3.
Answer run_status(Session& session, imap::Status status) {
  const auto folder = session.account->folder(status.name);
  if (!folder) co_return fail(Fault::NotFound, "there is no such mailbox");
  if (std::ranges::find(status.items, imap::StatusItem::HighestModSeq) != status.items.end()) enable_condstore(session);
  auto& out = session.wire.out();
  out += "* STATUS ";
  imap::put_mailbox(out, folder->name);
  for (char before = '('; const auto item : status.items) {
    out += before == '(' ? " (" : " ";
    out += fmt::format("{} {}", imap::status_name(item), status_value(session, *folder, item));
    before = ' ';
  }
  out += ")\r\n";
  co_return Reply{"OK that is its status"};
}

}  // namespace postroad::imapd
