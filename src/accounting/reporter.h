#pragma once

#include <map>
#include <string>

#include "accounting/options.h"
#include "feed/client.h"
#include "mailbox/accounts.h"
#include "mailbox/journal_check.h"
#include "store/agenda_runner.h"

namespace postroad::accounting {

// Carries accounts' counters to control: an account whose counters changed asks the agenda for a visit, and only those
// that changed are ever looked at. An hour is held against its journal before control hears of it, and it is forgotten
// once it is over, control has it, and it was right.
//
// Runs on the node's own loop, and on the accounts' home loops.
class Reporter {
 public:
  // All must outlive it. `loop` is the feed's.
  Reporter(Options options, io::Loop& loop, store::Store& store, mailbox::Accounts& accounts, feed::Client& feed, log::Log& log,
           metrics::Registry& metrics);

  // Makes it the agenda's handler of kind "statistics". Before the runner starts.
  void join(store::agenda::Runner& runner);

  // Brings control all that it has not heard of this account. True when it has; false where something is left for later:
  // control is away, or an hour is marked and not mended yet. On the node's loop.
  io::Task<Result<bool>> report(std::string account);
  // What control is told before the account is purged: nothing of it is stored any more.
  io::Task<Result<>> report_gone(std::string account);

  // Everything that was counted before this has come to control; nothing where that is not known yet, soon after a start.
  // On the node's loop.
  io::Task<Result<std::optional<Time>>> as_of();

 private:
  struct Turn {
    std::vector<statistics::HourRow> hours;
    bool has_marked = false;
  };
  io::Task<store::agenda::Visit> visit(store::Partition partition, store::agenda::Timed timed);
  io::Task<Result<Turn>> take(std::string account);
  io::Task<Result<bool>> correct(mailbox::Account* account, std::string id, mailbox::JournalCheck check);
  io::Task<Result<>> settle(std::string account, mailbox::Account::Heard heard);
  void wrong(const std::string& account, const std::string& hour, const std::string& what);
  void mended(const std::string& account, const std::string& hour, const std::string& what);
  io::Tick patience() const;

  const Options options_;
  io::Loop& loop_;
  store::Store& store_;
  mailbox::Accounts& accounts_;
  feed::Client& feed_;
  log::Log& log_;
  metrics::Counter& reported_;
  metrics::Counter& wrong_;
  metrics::Counter& mended_;
  const Time started_;
  std::map<std::string, Time> late_;  // accounts that wait for another visit, and since when something of theirs is not reported
};

}  // namespace postroad::accounting
