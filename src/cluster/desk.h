#pragma once

#include <functional>
#include <string>

#include "directory/directory.h"
#include "feed/mailbox_calls.h"
#include "feed/source.h"
#include "imapd/server.h"
#include "log/log.h"
#include "mailbox/accounts.h"
#include "migration/agent.h"
#include "pop3d/server.h"

namespace postroad::cluster {

// What control may ask of this node now: one row a method in desk.cc. What concerns an account is done on its home loop, as
// everything about it; calls begin and end on the node's own.
//
// It decides nothing about who may ask what: control has. It knows only its own directory's accounts.
class Desk : public feed::Calls {
 public:
  // All outlives the loops' tasks.
  struct Parts {
    io::Loop& loop;  // the node's own
    directory::Directory& directory;
    mailbox::Accounts& accounts;
    migration::Agent& migrations;
    imapd::Server& imap;
    pop3d::Server& pop3;
    log::Log& log;
  };
  explicit Desk(Parts parts) : parts_(parts) {}

  io::Task<Result<std::string>> call(std::string method, std::string params, io::Tick until) override;

  using Answer = io::Task<Result<std::string>>;
  // desk_mailbox.cc
  Answer folders(std::string params);
  Answer messages(std::string params);
  Answer move(std::string params);
  Answer deleted(std::string params);
  Answer restore(std::string params);
  Answer sign_out(std::string params);
  // desk_migration.cc
  Answer migration_add(std::string params);
  Answer migration_list(std::string params);
  Answer migration_running(std::string params);
  Answer migration_status(std::string params);
  Answer migration_trace(std::string params);
  Answer migration_cancel(std::string params);

 private:
  using Account = std::shared_ptr<mailbox::Account>;
  using Work = Answer (*)(Account account, feed::MailRequest request);
  Answer with_account(std::string params, Work work);
  Answer opened(feed::MailRequest request, mailbox::Limits limits, Work work);

  const Parts parts_;
};

}  // namespace postroad::cluster
