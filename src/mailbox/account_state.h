#pragma once

#include <functional>
#include <memory>

#include "mailbox/account.h"
#include "mailbox/committer.h"

namespace postroad::mailbox {

struct Account::State {
  State(Site its_site) : site(std::move(its_site)), committer(site, content) {}

  const Site site;
  Content content;
  Committer committer;
  Limits limits;
  bool is_maildrop_locked = false;
  std::vector<statistics::Counter> uncounted;  // sign-ins that no commit has counted yet

  // What can be read again and no view needs goes from memory. Only while the committer is idle.
  void shed();
};

// As the public header has it.
Folder folder_of(const Content& content, const FolderState& state);

}  // namespace postroad::mailbox
