#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "directory/view.h"
#include "migration/book.h"
#include "migration/pull.h"
#include "store/agenda_runner.h"

namespace postroad::migration {

// What an agent stands on. All of it outlives its tasks.
struct Place {
  io::Loop& loop;
  const directory::View& directory;  // of this loop
};
struct Parts {
  std::vector<Place> places;  // the first is the agent's own
  Ways ways;
  io::Random& random;
  store::Store& store;
  mailbox::Accounts& accounts;
  sasl::Sealer sealer;
  log::Log& log;
  metrics::Registry& metrics;
};

// A node's migrations: takes items, works them off as the agenda brings them, so many at once, and says how they stand. After
// a crash whichever node the agenda wakes goes on with what was not over; a lease keeps two nodes from one item, and the
// ledger keeps them from harm where it does not.
//
// Belongs to the first loop; pulls run on their accounts' home loops. Must outlive the loops' tasks.
class Agent {
 public:
  Agent(Parts parts, Options options);
  ~Agent();

  // Before the runner starts.
  void join(store::agenda::Runner& runner);
  // Breaks off what runs, which goes on when the node is back, and waits for it until then.
  io::Task<void> stop(io::Tick until);

  // Durable on return. Of `item` either the account's id is given or `local`, an address of it; its own id is made here where
  // it has none, and with one it is added once however often this is called.
  io::Task<Result<std::string>> add(Item item, sasl::Secret password);
  // With its whole report: of one that runs here, as it is now.
  io::Task<Result<Standing>> status(std::string id);
  io::Task<Result<std::string>> trace(std::string id);
  io::Task<Result<Book::Page>> list(std::string after, std::size_t limit) { return book_.list(std::move(after), limit); }
  // Ids of those that run here.
  std::vector<std::string> running() const;
  // Conflict where it is over.
  io::Task<Result<>> cancel(std::string id);

 private:
  io::Task<store::agenda::Visit> visit(store::agenda::Timed timed);
  io::Task<Result<store::agenda::Visit>> look(std::string id);
  Result<directory::AccountPtr> account_of(const Item& item) const;
  Result<> check_permitted(const Remote& remote) const;
  bool may_begin(const Item& item) const;
  void begin(const Item& item);
  void wait(const Item& item);
  void begin_next();
  std::chrono::seconds patience() const;
  io::Task<void> work(Item item);
  io::Task<Result<>> work_with_lease(Item item);
  io::Task<Result<std::shared_ptr<Run>>> prepare(Item item);
  io::Task<Result<>> pull(std::shared_ptr<Run> run);
  io::Task<void> beat(std::shared_ptr<Run> run, store::Lease lease);
  io::Task<Result<>> save(std::shared_ptr<Run> run);
  io::Task<void> end(std::shared_ptr<Run> run, Result<> outcome, io::Tick began);
  Standing ended(Standing standing, const Run& run, const Result<>& outcome) const;
  struct Told {
    Report report;
    std::string trace;
  };
  io::Task<Told> told(std::shared_ptr<Run> run);
  void say(const Standing& standing);
  void halt(std::shared_ptr<Run> run, Reason reason);
  Time now() const { return loop_.clock().now(); }

  const Parts parts_;
  const Options options_;
  io::Loop& loop_;
  store::Engine& engine_;
  const std::string holder_;
  Book book_;
  Counts counts_;
  Throttle throttle_;
  std::vector<std::unique_ptr<Bench>> benches_;          // one a loop
  std::map<std::string, std::shared_ptr<Run>> running_;  // by id; null where it is only about to
  std::map<std::string, std::size_t> servers_;           // by host: how many of them
  std::deque<Item> waiting_;                             // for their turn: some, the agenda knows all
  io::Bell ended_;
  bool is_stopping_ = false;
};

}  // namespace postroad::migration
