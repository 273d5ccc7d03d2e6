#pragma once

#include <functional>
#include <map>
#include <string>

#include "io/random.h"
#include "store/agenda.h"
#include "store/agenda_runner.h"

// Work that spans partitions: decided in one, A, by a batch that holds an outbox row; done in another, B, exactly once.
//
//   agenda::add(batch_on_a, marked, {handoff::outbox({id, b, "mailbox.deliver", payload}, now)});
//
// The step on B is one commit that includes the receipt: B remembers the handoff's id until A's row can no longer
// lead to the step again. Nothing is assumed of clocks, leases or the number of runners; docs/store.md has the proof.
namespace postroad::store::handoff {

struct Handoff {
  std::string id;       // unique for ever: base/id.h
  Partition to;
  std::string kind;     // names the step
  std::string payload;  // the step's own
};

// The row for A's batch; the runner takes it up at `due`.
agenda::Timed outbox(const Handoff& handoff, Time due);

// What B's batch must include.
struct Receipt {
  std::vector<Expect> expect;
  std::vector<Row> put;
  void add_to(Batch& batch) const;
};

enum class Stepped {
  Done,   // B's batch, with the receipt, is committed
  Again,  // it met a conflict, or its outcome is unknown: look anew, at once
  Later,  // the store or something else is unavailable
  Moot,   // B is no more, or never wants it: nothing was written there, and nothing shall be
};
Stepped stepped(Outcome outcome);

// Does a handoff's step on B. Called again until it is done; never once B has recorded it.
using Step = std::function<io::Task<Stepped>(Handoff, Receipt)>;

struct Options {
  std::chrono::milliseconds retry_least{1'000};
  std::chrono::milliseconds retry_most{300'000};
  int tries = 8;  // of a step at once, on Again
};

// Carries handoffs out, as the agenda's handler of kind "handoff".
class Carrier {
 public:
  // `engine` is the handle of `loop`, on which the runner runs too. All must outlive the carrier.
  Carrier(Engine& engine, io::Loop& loop, Options options, log::Log& log, metrics::Registry& metrics);

  void step(std::string kind, Step step);  // before the runner starts
  void join(agenda::Runner& runner);       // makes it the handler

 private:
  friend agenda::Timed outbox(const Handoff& handoff, Time due);
  struct Outbox;
  static std::string encode(const Handoff& handoff);
  io::Task<agenda::Visit> carry(Partition from, agenda::Timed timed);
  io::Task<Stepped> do_step(Partition from, agenda::Timed timed, Handoff handoff);
  io::Task<Result<agenda::Timed>> set_done(Partition from, agenda::Timed timed, Outbox outbox);
  io::Task<Result<>> forget(Handoff handoff);
  agenda::Visit later(const agenda::Timed& timed);

  Engine& engine_;
  io::Loop& loop_;
  const Options options_;
  log::Log& log_;
  metrics::Counter& carried_;
  metrics::Counter& retried_;
  std::map<std::string, Step, std::less<>> steps_;
};

}  // namespace postroad::store::handoff
