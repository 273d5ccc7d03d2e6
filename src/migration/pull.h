#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "directory/view.h"
#include "log/log.h"
#include "mailbox/accounts.h"
#include "migration/intake.h"
#include "migration/options.h"
#include "migration/source.h"
#include "migration/trace.h"

namespace postroad::migration {

// What pulls of one loop work with. Outlives them.
struct Bench {
  io::Loop& loop;
  Ways ways;
  mailbox::Accounts& accounts;
  const directory::View& directory;  // of this loop
  Throttle& throttle;
  log::Log& log;
  Counts& counts;
  const Options& options;
};

// An item on its way: shared by its pull, on the account's home loop, and whoever looks at it from there.
struct Run {
  Item item;
  sasl::Secret password;
  Report report;
  Trace trace;
  std::atomic<Reason> stop = Reason::None;  // set from any loop: the pull ends at the next chance
  io::Stream* stream = nullptr;             // the connection, while there is one
  std::uint64_t added = 0;                  // messages, in this attempt
  bool is_over = false;                     // of whoever began it
};

// Pulls what is new from a source into an account: one attempt, with connections as often as they break and something is
// gained by a new one. On the account's home loop; begun again whenever and wherever it ended, it goes on from the ledger.
class Pull {
 public:
  // `bench` outlives it.
  Pull(const Bench& bench, std::shared_ptr<Run> run) : bench_(bench), run_(std::move(run)) {}
  // A failure says why (failure.h), and whether for good. Does not throw.
  io::Task<Result<>> attempt();

 private:
  struct Work;  // a folder's
  io::Task<Result<>> session();
  io::Task<Result<>> with(Source& source);
  io::Task<Result<>> make_plan(Source& source);
  io::Task<Result<>> folder(Source& source, std::size_t index);
  io::Task<Result<mailbox::FolderNumber>> make_target(const Planned& planned);
  io::Task<Result<>> messages(Source& source, Work& work);
  io::Task<Result<>> window(Source& source, Work& work, std::vector<Heading> headings);
  io::Task<Result<>> find_strays(Source& source, Work& work, std::vector<Heading>& fresh);
  io::Task<Result<>> fetch(Source& source, Work& work, std::vector<Heading> headings);
  void blame(const std::string& wire, const Source& source, const std::vector<Heading>& chunk);
  io::Task<Result<>> open_account();
  Result<> may_go_on() const;
  void tell(std::string_view text) { run_->trace.add(bench_.loop.clock().now(), text); }

  const Bench& bench_;
  const std::shared_ptr<Run> run_;
  std::shared_ptr<mailbox::Account> account_;
  std::vector<Planned> plan_;
  std::map<std::string, std::size_t> told_;   // where in the report, by the folder's `wire`
  std::set<std::string> finished_;            // folders, by `wire`
  std::set<std::pair<std::string, std::uint64_t>> suspects_;  // a connection broke at one of them: each is fetched alone
  std::map<std::pair<std::string, std::uint64_t>, int> strikes_;  // at just this one
  std::uint64_t gained_ = 0;                  // grows with whatever a further connection can build on
};

}  // namespace postroad::migration
