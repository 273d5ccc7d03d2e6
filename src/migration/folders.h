#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox/folder.h"
#include "migration/imap/response.h"
#include "migration/item.h"

// Which folder of a source goes where: pure.
namespace postroad::migration {

struct SourceFolder {
  std::string wire;                // as the server spells it
  std::vector<std::string> parts;  // UTF-8, without the namespace's prefix; never empty
  mailbox::Role role = mailbox::Role::None;  // by its attributes.  rfc6154 2
  bool is_virtual = false;         // it shows messages of other folders: \All, \Flagged, \Important
  bool is_subscribed = false;
  // For people, `skip` and `translate`: the parts with '/' between them, and '_' for a '/' within one.
  std::string name() const;
};

// What can be opened of what the server listed, in its order: personal folders only, each once.
std::vector<SourceFolder> source_folders(const std::vector<imap::Listed>& listed, const std::vector<imap::Listed>& subscribed,
                                         const imap::Namespaces& namespaces);

// POP3's only one.
SourceFolder maildrop();

struct Planned {
  SourceFolder source;
  std::string target;  // canonical; empty: it is skipped
  mailbox::Role role = mailbox::Role::None;  // to be made with
  std::string note;    // why it has another name, or is skipped
};
// `ours`: the account's folders. `known`: where folders went before, by their `wire`.
// In this order: what the item says, where it went before, special use by attribute, special use by well-known name at the
// top, the same name, a name that we accept.
std::vector<Planned> plan(const std::vector<SourceFolder>& sources, const Item& item, const std::vector<mailbox::Folder>& ours,
                          const std::map<std::string, std::string>& known);

// A name that mailbox::canonical_name takes, as near to the parts as can be.
std::string acceptable_name(const std::vector<std::string>& parts);

}  // namespace postroad::migration
