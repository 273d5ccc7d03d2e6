#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "control/administrators.h"
#include "control/app_passwords.h"
#include "control/audit.h"
#include "control/brands.h"
#include "control/bulk.h"
#include "control/bulk_options.h"
#include "control/bulletins.h"
#include "control/changes.h"
#include "control/companies.h"
#include "control/company_contacts.h"
#include "control/defaults.h"
#include "control/offerings.h"
#include "control/domains.h"
#include "control/mailboxes.h"
#include "control/migrations.h"
#include "control/queues.h"
#include "control/reach.h"
#include "control/roles.h"
#include "control/second_factors.h"
#include "control/sieve_scripts.h"
#include "control/sign_in.h"
#include "control/statistics.h"
#include "control/statistics_intake.h"
#include "control/tokens.h"
#include "sql/database.h"
#include "control/users.h"
#include "control/workgroups.h"
#include "feed/source.h"
#include "io/loop.h"
#include "io/pool.h"
#include "io/random.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "sasl/password.h"

namespace postroad::control {

struct Options {
  std::vector<std::string> clusters;            // which there are; one that is gone from here keeps its queue
  std::chrono::milliseconds answer_wait{2000};  // for a change to be applied, before the answer is `queued`
  std::chrono::milliseconds call_wait{15'000};  // for a cluster's answer to a call
  std::uint64_t answer_queue = 1000;            // with more changes before it, the answer is `queued` at once
  std::uint64_t queue_most = 1'000'000;         // changes waiting for one cluster; past it requests are refused
  bool is_fair = true;                          // clients take turns; false: in the order of acceptance
  std::uint64_t client_queue_most = 200'000;    // changes of one client waiting for one cluster; past it its requests are refused
  std::uint64_t client_rate = 1000;             // changes that one client may ask for in a second; 0: any number
  std::size_t client_at_once = 32;              // of one client's requests
  std::chrono::milliseconds slow_most{2000};    // before each request of a client whose requests are all invalid
  std::chrono::hours deleted_for{24 * 30};      // what is deleted can be restored; clusters keep its mail at least so long
  std::uint64_t quota_bytes = 5UL << 30;        // of a new mailbox where nobody said another
  sasl::HashOptions hash;
  std::uint32_t failures_most = 20;             // wrong passwords from one network for one name; 0: no limit
  std::uint32_t failures_per_network = 200;     // and for all names together; 0: no limit
  std::chrono::seconds failures_window{900};
  std::chrono::seconds remember{120};           // that a password was right, so that another session costs no hashing; zero: not at all
  std::size_t write_queue = 10'000;             // requests waiting to be committed; past it: Busy
  std::chrono::hours audit_for{24 * 730};       // entries of the audit are kept; zero: for ever
  std::string seal_key;                         // for passwords that wait to be hashed: sasl::Sealer::new_key's
  BulkOptions bulk;
  std::uint16_t number = 0;                     // of this control plane, in ids
  StatisticsKept statistics_kept;
  std::chrono::seconds statistics_verify_cycle{86'400};  // in which all figures are held against what they are made of
  std::chrono::seconds statistics_mend_after{2};         // a figure that was found wrong is marked for so long at least
};

// What the machine lends to control. All must outlive the Api.
struct Machine {
  io::Loop& loop;   // where the Api is called and answers
  io::Pool& sql;    // one thread of it writes at a time, the others read; 2 at least
  io::Pool& hash;   // for passwords
  io::Random& random;
  log::Log& log;
  metrics::Registry& metrics;
};

// The control plane, for its faces: everything that a reseller, a billing system or an operator does. Each family of
// requests is a member. A request is authorised, validated and durably committed before it is answered; an answer
// waits a little for the clusters, never longer.
//
// Belongs to one loop. Errors carry one of errors.h's codes; where there is none, the fault tells.
class Api {
 public:
  // Opens the database, brings it to the newest format, and makes what is missing. Blocks: at start only.
  static Result<std::unique_ptr<Api>> open(sql::Database& database, Machine machine, Options options);
  ~Api();

  // How clusters are reached, once that exists. Must outlive the Api.
  void connect(Reach& reach);
  // For feed::Server.
  feed::Source& source();

  // False after the disk failed: nothing is accepted any more, and the process had better be started anew.
  bool is_healthy() const;

 private:
  struct Parts;
  explicit Api(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;

 public:
  SignIn sign_in;
  Companies companies;
  Administrators administrators;
  Roles roles;
  Tokens tokens;
  SecondFactors second_factors;
  Audit audit;
  Domains domains;
  Workgroups workgroups;
  Users users;
  Defaults defaults;
  AppPasswords app_passwords;
  Offerings offerings;
  Brands brands;
  Bulletins bulletins;
  SieveScripts sieve_scripts;
  CompanyContacts company_contacts;
  Changes changes;
  Queues queues;
  Mailboxes mailboxes;
  Migrations migrations;
  Statistics statistics;
  BulkJobs bulk;
};

}  // namespace postroad::control
