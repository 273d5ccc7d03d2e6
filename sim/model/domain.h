#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/change.h"
#include "model/levers.h"

// What was provisioned in a domain, by what its administrator was told.
namespace postroad::sim::model {

struct User {
  std::string password;
  std::shared_ptr<Mailbox> mailbox;
  std::uint64_t passwords_set = 0;  // how often: each is a version of the credentials
  bool is_imap_suspended = false;
};

// All that was accepted, in order; what it amounts to is what of that was not cancelled.
class Domain {
 public:
  Findings* findings = nullptr;
  Levers* levers = nullptr;
  std::string name;
  std::string cluster;

  std::map<std::string, User> users;           // by local part
  std::map<std::string, std::string> aliases;  // alias -> user
  std::set<std::string> gone;                  // names that lead nowhere any more, or never did: they may be given again
  std::vector<Change> changes;                 // in the order of acceptance
  std::vector<Refusal> refusals;
  std::optional<Doubt> doubt;
  bool is_taken = false;          // somebody asks for something, or asks what became of it: one at a time, so that the order is known
  std::size_t cancellations = 0;  // of so many it is known what they took away

  // What was in doubt was accepted under that id, or was not where that is empty.
  void end_doubt(std::string id, Tick now);
  // Somebody was told that it is settled, or is not.
  void learn(std::size_t change, State state, Tick now);
  // When the cancellations are over and it is known what they took: what was asked for amid one and outlived what it needed came after
  // it, and is about whoever had the name then.
  void rebind();
  // Whom a letter to that name comes to, if to anybody. Nothing where nobody has it, or it may be another's yet, or by now.
  std::shared_ptr<Mailbox> owner(const std::string& local) const;
  // Whether a letter to that name, which was his, comes to nobody else.
  bool is_nobody_elses(const std::string& local, const Mailbox* his) const;
  bool is_abreast() const { return !doubt && cancellations == levers->cancellations.size() && !levers->is_cancelling(); }

  // At the end, when everything is settled: finds what was cancelled and should not have been, and what should have been.
  void check_cancelled() const;

 private:
  void accept(const Doubt& asked, std::string id, Tick now);
  std::map<std::string, User>::iterator user_of(const Mailbox* mailbox);
  bool fits(const Provisioning& what);
  void apply(const Provisioning& what);
  void replay() { replay(changes.size()); }
  void replay(std::size_t first);
  void give(const std::string& local);
  bool is_unmistakable(const std::string& local) const;
  std::vector<std::size_t> needs_of(const Change& change, std::size_t before) const;
  bool has_lost_need(const Change& change) const;
  bool may_be_cancelled(const Change& change) const;
  void found(const std::string& what) const { findings->add(this->name + ": " + what); }

  std::set<std::string> given_;        // names that lead, or have led, to somebody
  std::set<std::string> given_again_;  // to one after another
};

// Whoever has one has the domain for himself.
class Taken {
 public:
  explicit Taken(Domain& domain) : domain_(domain) { domain_.is_taken = true; }
  ~Taken() { domain_.is_taken = false; }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;

 private:
  Domain& domain_;
};

// Finds a cancellation that took back more or fewer changes than the operator was told; the domains are all that it was about.
void check_counts(const std::vector<const Domain*>& domains);

// Of mailboxes of several domains that share a limit: finds one that was accepted although `most` were there, and one that
// was refused although there was room. A deleted one takes its room until its deletion is applied.
void check_room(const std::vector<const Domain*>& domains, std::uint64_t most);

}  // namespace postroad::sim::model
