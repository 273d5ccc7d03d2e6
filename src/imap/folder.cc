#include "imap/folder.h"

#include <algorithm>

#include "base/text.h"

namespace postroad::imap {
namespace {

struct StatusRow {
  StatusItem item;
  std::string_view name;
};
// Longer names stand before their prefixes.
constexpr StatusRow kStatusItems[] = {
    {StatusItem::Messages, "MESSAGES"},
    {StatusItem::Recent, "RECENT"},
    {StatusItem::UidNext, "UIDNEXT"},
    {StatusItem::UidValidity, "UIDVALIDITY"},
    {StatusItem::Unseen, "UNSEEN"},
    {StatusItem::HighestModSeq, "HIGHESTMODSEQ"},  // rfc7162 3.1.7
    {StatusItem::Size, "SIZE"},                    // rfc8438
    {StatusItem::MailboxId, "MAILBOXID"},          // rfc8474 4.3
    {StatusItem::AppendLimit, "APPENDLIMIT"},      // rfc7889 3
};

constexpr std::string_view kUses[] = {"\\all", "\\archive", "\\drafts", "\\flagged", "\\junk", "\\sent", "\\trash"};

std::string use_attr(Scanner& in) {
  in.expect("\\");
  const auto use = "\\" + lower(in.atom("special use"));
  if (std::ranges::find(kUses, use) == std::end(kUses)) in.fail("a special use of rfc6154");
  return use;
}

StatusItem status_att(Scanner& in) {
  const auto name = in.atom("status item");
  for (const auto& row : kStatusItems)
    if (equal_nocase(row.name, name)) return row.item;
  in.fail("status item");
  return {};
}

}  // namespace

std::string_view status_name(StatusItem item) {
  return std::ranges::find(kStatusItems, item, &StatusRow::item)->name;
}

// CREATE: rfc3501 9 "create", rfc6154 6 "create-param".
Result<Create> parse_create(Scanner in) {
  Create create;
  in.space();
  create.name = in.mailbox();
  if (in.maybe(" (USE (")) {
    do create.uses.push_back(use_attr(in));
    while (in.maybe(" "));
    in.expect("))");
  }
  in.end();
  if (create.name.size() > 1 && create.name.ends_with('/')) create.name.pop_back();
  return in.result(std::move(create));
}

// RENAME: rfc3501 9 "rename".
Result<Rename> parse_rename(Scanner in) {
  Rename rename;
  in.space();
  rename.from = in.mailbox();
  in.space();
  rename.to = in.mailbox();
  in.end();
  if (rename.to.size() > 1 && rename.to.ends_with('/')) rename.to.pop_back();
  return in.result(std::move(rename));
}

// DELETE, SUBSCRIBE, UNSUBSCRIBE: rfc3501 9.
Result<Named> parse_named(Scanner in) {
  Named named;
  in.space();
  named.name = in.mailbox();
  in.end();
  return in.result(std::move(named));
}

// SELECT: rfc3501 9 "select", rfc4466 3 "select-params", rfc7162 7 "condstore-param".
Result<Select> parse_select(Scanner in) {
  Select select;
  in.space();
  select.name = in.mailbox();
  if (in.maybe(" (")) {
    in.expect("CONDSTORE");
    in.expect(")");
    select.condstore = true;
  }
  in.end();
  return in.result(std::move(select));
}

// LIST: rfc3501 9 "list".
Result<List> parse_list(Scanner in) {
  List list;
  in.space();
  list.reference = in.list_mailbox();
  in.space();
  list.pattern = in.list_mailbox();
  in.end();
  return in.result(std::move(list));
}

// STATUS: rfc3501 9 "status".
Result<Status> parse_status(Scanner in) {
  Status status;
  in.space();
  status.name = in.mailbox();
  in.expect(" (");
  do {
    const auto item = status_att(in);
    if (std::ranges::find(status.items, item) == status.items.end()) status.items.push_back(item);
  } while (in.maybe(" "));
  in.expect(")");
  in.end();
  return in.result(std::move(status));
}

}  // namespace postroad::imap
