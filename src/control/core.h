#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/admission.h"
#include "control/api.h"
#include "control/draft.h"
#include "control/pace.h"
#include "control/queue.h"
#include "io/event.h"
#include "sasl/seal.h"
#include "sql/writer.h"

namespace postroad::control {

class SigningIn;
struct Cancelling;

// What all families of requests share. Belongs to the Api's loop; work on the pools holds it too.
struct Core : std::enable_shared_from_this<Core> {
  Core(Machine given, Options chosen, sasl::Sealer given_sealer, sql::Database& database, std::unique_ptr<sql::Connection> connection);
  ~Core();

  // Accepts a request: `work` alters the projected state and records changes, in the writer's transaction; once that
  // is durable, waits a little for what becomes of it. `work` holds what it needs by value.
  io::Task<Result<Receipt>> accept(Caller caller, std::function<Result<>(Draft&)> work);

  // Reads, with what the caller may see.
  template <class Work, class T = typename std::invoke_result_t<Work, sql::Connection&, const Authority&>::value_type>
  io::Task<Result<T>> look(Caller caller, Work work) {
    CO_TRY(const auto place, co_await admission->enter(caller, Admission::What::Look));
    auto made = co_await readers->run(machine.loop, [caller, work = std::move(work), now = machine.loop.clock().now()](sql::Connection& connection) -> Result<T> {
      TRY(const auto authority, Authority::load(connection, caller, now));
      return work(connection, authority);
    });
    // To ask whether something is there is no mistake.
    admission->ended(caller, made || made.error().fault == Fault::Busy || made.error().fault == Fault::NotFound);
    co_return made;
  }

  // Writes what is no change of the projected state: tokens, second factors. What was written is durable. `is_audited`: it leaves one entry.
  template <class Work, class Made = typename std::invoke_result_t<Work, sql::Connection&, const Authority&, const Caller&, const DraftTools&>>
  io::Task<Made> write(Caller caller, Work work, bool is_audited = true) {
    CO_TRY(const auto place, co_await admission->enter(caller, Admission::What::Change));
    auto made = co_await writer->run(machine.loop, [core = shared_from_this(), caller, work = std::move(work)](sql::Connection& connection) -> Made {
      const auto tools = core->tools();
      TRY(const auto authority, Authority::load(connection, caller, tools.now));
      return work(connection, authority, caller, tools);
    });
    admission->ended(caller, made || made.error().fault == Fault::Busy);
    if (made && is_audited) audited().add();
    co_return made;
  }

  // Makes a password what is kept of it: a hash that can be verified is taken as it is. Refused, code BAD_PASSWORD.
  io::Task<Result<std::string>> hash_password(std::string password);
  // The same for what is hashed when its turn comes: sealed until then (passwords.h).
  Result<std::string> keep_password(std::string_view password);
  io::Task<Result<bool>> verify_password(std::string password, std::string stored);

  // Tells those who wait, the clusters, the log and the metrics.
  void announce(const Moved& moved);
  // Until the change is settled or the time has come; nothing: it is not settled.
  io::Task<std::optional<Outcome>> await_outcome(std::string change, io::Tick until);

  // Changes accepted and not settled.
  metrics::Gauge& queue_length(const std::string& cluster) {
    return machine.metrics.gauge("postroad_control_queue_length", "Changes accepted and not settled", {{"cluster", cluster}});
  }
  void show_queue(const QueueView& view);
  // Entries of the audit that were committed.
  metrics::Counter& audited() { return machine.metrics.counter("postroad_control_audit_entries_total", "Entries of the audit"); }
  void set_paused(const std::string& cluster, bool is_paused);

  void ring(const std::string& cluster) {
    if (reach != nullptr) reach->ring(cluster);
  }
  bool is_reachable(const std::string& cluster) const { return reach != nullptr && reach->is_connected(cluster); }
  DraftTools tools();

  Machine machine;
  const Options options;
  std::shared_ptr<sql::Writer> writer;
  std::shared_ptr<sql::Readers> readers;
  Reach* reach = nullptr;
  // Rings when the time has come, at the latest.
  void ring_at(const std::string& cluster, Time at);

  std::map<std::string, bool> paused;  // by cluster, as the database has it
  std::map<std::string, Pace> paces;   // by cluster: how fast it settles what it is handed
  std::map<std::string, Pace> drains;  // by cluster: how fast its queue does, with what is done before a change is handed out
  const sasl::Sealer sealer;
  std::unique_ptr<SigningIn> signing_in;
  std::unique_ptr<Admission> admission;
  std::vector<std::shared_ptr<Cancelling>> cancellations;  // the newest last

 private:
  struct Waiting;
  io::Task<Result<Accepted>> commit(Caller caller, std::function<Result<>(Draft&)> work);
  io::Task<Result<Receipt>> answer(Accepted accepted);
  void note_acceptance(const Caller& caller, const Result<Accepted>& made);
  std::multimap<std::string, Waiting*> waiting_;  // by change
  std::map<std::string, io::Timer> alarms_;       // by cluster
};

}  // namespace postroad::control
