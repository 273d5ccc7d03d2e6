#include "directory/directory.h"

#include <algorithm>
#include <utility>

#include "base/mutant.h"
#include "directory/shelf.h"

namespace postroad::directory {

using io::Task;

namespace {

constexpr std::size_t kChangeIdBytes = 90;  // of an acceptance's 100

metrics::Counter& welcomed(metrics::Registry& registry, std::string_view result) {
  return registry.counter("postroad_directory_welcomed_total", "Welcome mails by what came of putting them into new mailboxes.",
                          {{"result", std::string(result)}});
}

// From two seconds on, twice as long each time, an hour at most.
std::chrono::seconds pause_after(std::uint32_t attempts) {
  return std::min(std::chrono::seconds(2LL << std::min(attempts, 11U)), std::chrono::seconds(3600));
}

}  // namespace

Directory::Directory(io::Loop& home, store::Store& store, log::Log& log, metrics::Registry& metrics, Options options)
    : home_(home),
      store_(store),
      log_(log),
      options_(std::move(options)),
      domains_(metrics.gauge("postroad_directory_domains", "Domains known here.")),
      accounts_(metrics.gauge("postroad_directory_accounts", "Accounts known here.")),
      apply_seconds_(metrics.histogram("postroad_directory_apply_seconds", "Time that a batch of changes took.")),
      welcomed_{welcomed(metrics, "placed"), welcomed(metrics, "later"), welcomed(metrics, "given_up")},
      shelf_(std::make_unique<Shelf>(home, store, options_.partition)),
      applying_(home),
      decided_(std::make_shared<Snapshot>()),
      snapshot_(decided_) {}

Directory::~Directory() = default;

std::string Directory::log() const { return shelf_->meta().log; }
feed::Position Directory::position() const { return shelf_->meta().position; }

Task<Result<>> Directory::open() {
  const auto guard = co_await applying_.lock();
  co_return co_await reopen();
}

Task<Result<>> Directory::reopen() {
  CO_TRY_OK(co_await shelf_->open(options_.shards));
  CO_TRY(auto loaded, co_await shelf_->load(options_.rules));
  decided_ = std::move(loaded);
  publish(decided_);
  log_.info("directory.opened", {{"position", position()}, {"domains", snapshot_->domains()},
                                 {"accounts", snapshot_->accounts()}});
  co_return Result<>();
}

// Views.

View& Directory::view(io::Loop& loop) {
  for (const auto& [known, view] : views_)
    if (known == &loop) return *view;
  views_.emplace_back(&loop, std::make_unique<View>(snapshot_));
  return *views_.back().second;
}

void Directory::publish(SnapshotPtr snapshot) {
  snapshot_ = std::move(snapshot);
  domains_.set(static_cast<std::int64_t>(snapshot_->domains()));
  accounts_.set(static_cast<std::int64_t>(snapshot_->accounts()));
  for (const auto& [loop, view] : views_) {
    if (loop->is_here()) {
      view->set(snapshot_);
    } else if (!POSTROAD_MUTANT(view_not_renewed)) {
      loop->post([at = view.get(), newest = snapshot_] { at->set(newest); });
    }
  }
}

// Changes.

Task<Result<std::vector<feed::Settled>>> Directory::apply(std::string log, feed::Batch batch) {
  const auto guard = co_await applying_.lock();
  const auto began = home_.clock().steady();
  if (shelf_->is_in_doubt()) {
    CO_TRY_OK(co_await reopen());
  }
  CO_TRY_OK(co_await finish());
  const auto confirmed = shelf_->meta().confirmed;
  CO_TRY_OK(co_await take_in(std::move(log), batch));
  apply_seconds_.observe(std::chrono::duration<double>(home_.clock().steady() - began).count());
  co_return outcomes(batch, confirmed);
}

Task<Result<>> Directory::take_in(std::string log, const feed::Batch& batch) {
  if (!this->log().empty() && log != this->log())
    co_return fail(Fault::Conflict, "the changes are of another log than those applied so far");
  if (batch.after > position()) co_return fail(Fault::Conflict, "changes between are missing");
  std::size_t at = 0;
  while (!POSTROAD_MUTANT(change_applied_twice) && at < batch.changes.size() && batch.changes[at].position <= position()) ++at;
  while (at < batch.changes.size()) {
    CO_TRY(const auto next, co_await take_some(log, batch, at));
    CO_TRY_OK(co_await finish());
    at = next;
  }
  co_return Result<>();
}

// Decides as many of the changes as one commit holds; returns the index of the first that is left.
Task<Result<std::size_t>> Directory::take_some(const std::string& log, const feed::Batch& batch, std::size_t from) {
  CO_TRY(const auto has_room, co_await shelf_->has_room());
  const auto& meta = shelf_->meta();
  Decision decision(*decided_, meta.shards, shelf_->gone(), home_.clock().now(), home_.clock().now() + options_.purge_after, has_room);
  auto next = meta;
  auto at = from;
  for (; at < batch.changes.size() && !decision.is_full(); ++at) {
    decision.take(batch.changes[at]);
    next.position = batch.changes[at].position;
  }
  next.log = log;
  next.confirmed = std::max(meta.confirmed, std::min(batch.after, meta.position));

  Shelf::Deciding deciding{std::move(next), decision.rows(), {}, decision.turned()};
  for (const auto& settled : decision.settled())
    if (!settled.is_applied) deciding.refused.push_back(settled);
  CO_TRY_OK(co_await shelf_->decide(std::move(deciding)));
  decided_ = std::move(decision).finish();
  co_return at;
}

// Once the shards have it too, it is served.
Task<Result<>> Directory::finish() {
  CO_TRY_OK(co_await shelf_->finish());
  if (snapshot_ != decided_) publish(decided_);
  co_return Result<>();
}

// Of what control had confirmed already nothing is said: the refusals of that time are forgotten.
std::vector<feed::Settled> Directory::outcomes(const feed::Batch& batch, feed::Position confirmed) const {
  std::vector<feed::Settled> outcomes;
  for (const auto& change : batch.changes) {
    if (change.position <= confirmed) continue;
    const auto refused = shelf_->refusals().find(change.position);
    const bool is_applied = refused == shelf_->refusals().end();
    outcomes.push_back({change.position, change.id, is_applied, is_applied ? std::string() : refused->second.reason});
  }
  return outcomes;
}

// New accounts.

void Directory::join(store::agenda::Runner& runner, Greet greet) {
  runner.handle(std::string(rows::kWelcome), [this, greet = std::move(greet)](store::Partition, store::agenda::Timed timed) {
    return welcome(greet, std::move(timed));
  });
}

Task<store::agenda::Visit> Directory::welcome(Greet greet, store::agenda::Timed timed) {
  using store::agenda::Visit;
  co_await home_.enter();
  const auto result = co_await put_welcome(std::move(greet), timed);
  if (result) co_return Visit{.what = Visit::What::Done};
  const bool is_given_up = result.error().fault == Fault::Refused;  // there is no room for it
  log_.warning("directory.not_welcomed", {{"account", timed.id}, {"attempts", timed.attempts + 1}, {"reason", result.error().text}});
  (is_given_up ? welcomed_.given_up : welcomed_.later).add();
  if (is_given_up) co_return Visit{.what = Visit::What::Done};
  co_return Visit{.what = Visit::What::Later, .due = home_.clock().now() + pause_after(timed.attempts)};
}

// What the domain has set is read once the account is served: then the shards have all that was decided before the account was,
// and with it. So a welcome mail that was set before the account was made is found, however a crash fell.
Task<Result<>> Directory::put_welcome(Greet greet, store::agenda::Timed timed) {
  CO_TRY(const auto account, co_await served(timed.id));
  if (account == nullptr) co_return Result<>();
  CO_TRY(auto own, co_await settings(home_, account->domain));
  if (!own.welcome) co_return Result<>();
  Greeting greeting{.account = account,
                    .address = snapshot_->address_of(*account),
                    .acceptance = "welcome-" + timed.payload.substr(0, kChangeIdBytes),
                    .mail = std::move(*own.welcome)};
  const auto is_new = co_await greet(std::move(greeting));
  co_await home_.enter();
  if (!is_new) co_return std::unexpected(is_new.error());
  if (*is_new) welcomed_.placed.add();
  co_return Result<>();
}

// Null where it is deleted. One that is not served yet is waited for.
Task<Result<AccountPtr>> Directory::served(std::string id) {
  auto account = snapshot_->account(id);
  if (account != nullptr) co_return account;
  const auto guard = co_await applying_.lock();
  if (shelf_->is_pending() || shelf_->is_in_doubt()) co_return fail(Fault::Busy, "the directory takes in changes");
  co_return snapshot_->account(id);
}

// Deleted accounts.

std::vector<std::string> Directory::gone() const {
  std::vector<std::string> made;
  for (const auto& [account, gone] : shelf_->gone()) made.push_back(account);
  return made;
}

void Directory::join(store::agenda::Runner& runner, Purge purge) {
  runner.handle(std::string(rows::kPurge), [this, purge = std::move(purge)](store::Partition, store::agenda::Timed timed) {
    return this->purge(purge, timed.payload);
  });
}

Task<store::agenda::Visit> Directory::purge(Purge purge, std::string account) {
  using store::agenda::Visit;
  co_await home_.enter();
  auto is_due = co_await begin_purge(account);
  if (is_due && !*is_due) {
    // The agenda's time is a little coarser, and clocks go back: it is purged once its time has come by this one.
    const auto gone = shelf_->gone().find(account);
    if (gone == shelf_->gone().end()) co_return Visit{.what = Visit::What::Done};
    co_return Visit{.what = Visit::What::Later, .due = gone->second.purge_at + std::chrono::milliseconds(1)};
  }
  auto result = is_due ? co_await purge(account) : Result<>(std::unexpected(is_due.error()));
  if (result) {
    co_await home_.enter();
    result = co_await shelf_->forget_gone(account);
  }
  if (result) {
    log_.info("directory.purged", {{"account", account}});
    co_return Visit{.what = Visit::What::Done};
  }
  log_.warning("directory.not_purged", {{"account", account}, {"reason", result.error().text}});
  co_return Visit{.what = Visit::What::Later, .due = home_.clock().now() + std::chrono::minutes(5)};
}

// False: it was restored since, or restored and deleted again, which has a time of its own. Marked durably before the
// first of its mail goes, so that nobody is given back half of it.
Task<Result<bool>> Directory::begin_purge(std::string account) {
  const auto guard = co_await applying_.lock();
  if (shelf_->is_pending() || shelf_->is_in_doubt()) co_return fail(Fault::Busy, "the directory takes in changes");
  const auto gone = shelf_->gone().find(account);
  if (gone == shelf_->gone().end() || gone->second.purge_at > home_.clock().now()) co_return false;
  CO_TRY_OK(co_await shelf_->begin_purge(account));
  co_return true;
}

Task<Result<feed::Settings>> Directory::settings(io::Loop& loop, std::string object) const {
  const auto key = rows::key(rows::kSettingsPrefix, object);
  CO_TRY(const auto got, co_await store_.on(loop).get(shelf_->shard_of(object), {key}));
  if (!got.values.at(0)) co_return feed::Settings{};
  co_return rows::decode_settings(*got.values[0]);
}

Task<Result<bool>> Directory::replace_hash(std::string account, Credentials before, std::string password_hash) {
  co_await home_.enter();
  const auto guard = co_await applying_.lock();
  if (shelf_->is_pending() || shelf_->is_in_doubt()) co_return false;
  // What is expected keeps a write that lands late from taking a newer password's place.
  const auto key = rows::key(rows::kCredentialsPrefix, account);
  store::Batch batch;
  batch.expect.push_back({key, rows::encode_credentials(before.version, before.password_hash)});
  batch.put.push_back({key, rows::encode_credentials(before.version, password_hash)});
  const auto committed = co_await store_.on(home_).commit(shelf_->shard_of(account), std::move(batch));
  if (committed.outcome == store::Outcome::Committed) co_return true;
  if (committed.outcome == store::Outcome::Conflict) co_return false;
  co_return fail(Fault::Busy, "the store can't take a password's hash now");
}

Task<Result<Directory::Credentials>> Directory::credentials(io::Loop& loop, std::string account) const {
  const auto key = rows::key(rows::kCredentialsPrefix, account);
  const auto apps = rows::key(rows::kAppPasswordsPrefix, account);
  CO_TRY(const auto got, co_await store_.on(loop).get(shelf_->shard_of(account), {key, apps}));
  if (!got.values.at(0)) co_return Credentials{};
  CO_TRY(auto read, rows::decode_credentials(*got.values[0]));
  Credentials made{read.first, std::move(read.second), {}};
  if (got.values.at(1)) {
    CO_TRY(made.app_passwords, rows::decode_app_passwords(*got.values[1]));
  }
  co_return made;
}

}  // namespace postroad::directory
