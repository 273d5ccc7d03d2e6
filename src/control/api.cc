#include "control/api.h"

#include "base/text.h"
#include "control/bulk_runner.h"
#include "control/core.h"
#include "control/feed_source.h"
#include "control/limits.h"
#include "control/round.h"
#include "control/schema.h"
#include "control/tidying.h"
#include "sasl/seal.h"

namespace postroad::control {
namespace {

Result<> prepare(sql::Connection& connection, Machine machine, const Options& options) {
  TRY_OK(sql::migrate(connection, migrations()));
  TRY_OK(connection.begin());
  // Clusters take another log than the one that they applied from for a control plane that forgot.
  const auto log = io::new_id('l', machine.loop.clock(), machine.random, options.number);
  const auto secret = sasl::Sealer::new_key(machine.random);
  TRY_OK(connection.run("INSERT INTO names (name, value) VALUES ('feed.log', $1) ON CONFLICT (name) DO NOTHING", {log}));
  TRY_OK(connection.run("INSERT INTO names (name, value) VALUES ('statistics.secret', $1) ON CONFLICT (name) DO NOTHING", {secret}));
  for (const auto& cluster : options.clusters)
    TRY_OK(connection.run("INSERT INTO clusters (name, is_paused, last_position, queued) VALUES ($1, 0, 0, 0) ON CONFLICT (name) DO NOTHING", {cluster}));
  TRY_OK(recount_once(connection));
  TRY_OK(forget_hashing(connection));
  TRY_OK(forget_cancelling(connection));
  return connection.commit();
}

}  // namespace

struct Api::Parts {
  std::shared_ptr<Core> core;
  FeedSource source{core};
  std::shared_ptr<BulkRunners> bulk = std::make_shared<BulkRunners>(core);
};

Result<std::unique_ptr<Api>> Api::open(sql::Database& database, Machine machine, Options options) {
  TRY(auto sealer, sasl::Sealer::open(options.seal_key));
  TRY(auto connection, database.connect(sql::Access::Write));
  if (auto prepared = prepare(*connection, machine, options); !prepared) {
    connection->rollback();
    return std::unexpected(std::move(prepared).error());
  }
  TRY(const auto clusters, connection->run("SELECT name, is_paused, queued FROM clusters"));
  auto core = std::make_shared<Core>(machine, std::move(options), std::move(sealer), database, std::move(connection));
  for (const auto& row : clusters) {
    core->set_paused(row[0].text(), row[1].number() != 0);
    core->queue_length(row[0].text()).set(row[2].number());
  }
  core->machine.loop.spawn(tidy(core), "control.tidy");
  auto parts = std::make_unique<Parts>(std::move(core));
  TRY(const auto reading, database.connect(sql::Access::Read));
  TRY_OK(parts->bulk->changes->resume(*reading));
  TRY_OK(parts->bulk->checks->resume(*reading));
  return std::unique_ptr<Api>(new Api(std::move(parts)));
}

Api::Api(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)), sign_in(parts_->core), companies(parts_->core), administrators(parts_->core), roles(parts_->core),
      tokens(parts_->core), second_factors(parts_->core), audit(parts_->core),
      domains(parts_->core), workgroups(parts_->core), users(parts_->core), defaults(parts_->core), app_passwords(parts_->core), offerings(parts_->core), brands(parts_->core), bulletins(parts_->core),
      sieve_scripts(parts_->core), company_contacts(parts_->core),
      changes(parts_->core), queues(parts_->core), mailboxes(parts_->core), migrations(parts_->core), statistics(parts_->core), bulk(parts_->core, parts_->bulk) {}

// Pieces of work that wait for the writer hold the core, which holds the writer.
Api::~Api() {
  if (parts_) parts_->core->writer->abandon();
}

void Api::connect(Reach& reach) { parts_->core->reach = &reach; }
feed::Source& Api::source() { return parts_->source; }
bool Api::is_healthy() const { return parts_->core->writer->is_healthy(); }

}  // namespace postroad::control
