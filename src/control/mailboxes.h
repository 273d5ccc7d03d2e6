#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/asked.h"
#include "control/caller.h"
#include "feed/mailbox_calls.h"
#include "io/task.h"

namespace postroad::control {

struct Core;
class Calls;

// What is in mailboxes, as their clusters say now: folders, messages by sender and subject, what was deleted and can be had
// back. Control keeps nothing of it. Who may change a user may ask; requests name domains and local parts in any
// case. Whoever looks at messages, or changes any, stands in the audit before the cluster is asked. Errors: as for users, and CLUSTER_UNAVAILABLE, NO_FOLDER, OVER_LIMIT (the quota).
class Mailboxes {
 public:
  explicit Mailboxes(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // With how much of the quota is used. `wait`: for the answer, where that is less than for other calls.
  io::Task<Result<feed::MailboxView>> view(Caller caller, std::string domain, std::string local, std::optional<std::chrono::milliseconds> wait = {});
  struct Which {
    bool is_newest_first = false;
    bool is_unseen_only = false;
  };
  // By UID; `after`: a page's `next`. `most`: at most feed::kMailLines; a page may hold fewer where there are more.
  io::Task<Result<feed::MailPage>> messages(Caller caller, std::string domain, std::string local, std::string folder, std::uint64_t after,
                                            std::uint32_t most, Which which);
  io::Task<Result<feed::MailPage>> messages(Caller caller, std::string domain, std::string local, std::string folder, std::uint64_t after,
                                            std::uint32_t most) {
    return messages(std::move(caller), std::move(domain), std::move(local), std::move(folder), after, most, Which{});
  }
  // By UIDs, feed::kMailIds at most; none: all of the folder.
  io::Task<Result<feed::MailDone>> move(Caller caller, std::string domain, std::string local, std::string from, std::string to,
                                        std::vector<std::uint64_t> uids);

  // What was deleted within `mailbox.recover_days`, oldest message first.
  io::Task<Result<feed::MailPage>> deleted(Caller caller, std::string domain, std::string local, std::uint64_t after, std::uint32_t most);
  // By ids of deleted(), into `to`; without it into the folders where they were, which are made again where they are gone. Within
  // the quota: all or none. What is not there any more is passed over.
  io::Task<Result<feed::MailDone>> restore(Caller caller, std::string domain, std::string local, std::vector<std::uint64_t> ids,
                                           std::string to);

  // Ends all sessions. The count is of those that were told.
  io::Task<Result<feed::MailDone>> sign_out(Caller caller, std::string domain, std::string local);

 private:
  io::Task<Result<MailboxPlace>> find(Caller caller, std::string domain, std::string local);
  // One that stands in the audit.
  template <class Answer>
  io::Task<Result<Answer>> ask(Caller caller, Asked asked, io::Task<Result<Answer>> (Calls::*question)(std::string, feed::MailRequest), feed::MailRequest request);
  io::Task<Result<feed::MailDone>> change(Caller caller, Asked asked, io::Task<Result<feed::MailDone>> (Calls::*question)(std::string, feed::MailRequest),
                                          feed::MailRequest request);
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
