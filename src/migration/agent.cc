#include "migration/agent.h"

#include <algorithm>

#include "base/text.h"
#include "migration/failure.h"
#include "migration/limits.h"

namespace postroad::migration {

using namespace std::chrono_literals;
using store::agenda::Timed;
using store::agenda::Visit;

namespace {

constexpr auto kLook = 5s;            // the agenda looks at what runs so often: after a crash it goes on as soon
constexpr std::size_t kWaiting = 1000;
constexpr std::size_t kLooksASecond = 50;  // at items that wait for their turn, about

Visit later(Time due) { return {Visit::What::Later, due, {}}; }
std::string host_of(const Item& item) { return lower(item.remote.host); }

}  // namespace

Agent::Agent(Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(options),
      loop_(parts_.places.front().loop),
      engine_(parts_.store.on(loop_)),
      holder_(io::new_id('n', loop_.clock(), parts_.random, options.cluster)),
      book_(engine_, loop_),
      counts_(parts_.metrics),
      throttle_(options.bandwidth),
      ended_(loop_) {
  for (const auto& place : parts_.places)
    benches_.emplace_back(new Bench{place.loop, parts_.ways, parts_.accounts, place.directory, throttle_, parts_.log, counts_, options_});
}

Agent::~Agent() = default;

void Agent::join(store::agenda::Runner& runner) {
  runner.handle(std::string(kTimedKind), [this](store::Partition, Timed timed) { return visit(std::move(timed)); });
}

Result<directory::AccountPtr> Agent::account_of(const Item& item) const {
  const auto directory = parts_.places.front().directory.now();
  auto account = item.account.empty() ? directory->account_of(item.local) : directory->account(item.account);
  if (!account) return fail(Fault::NotFound, "there is no such account in this cluster");
  if (account->type != feed::AccountType::Mailbox) return fail(Fault::Refused, "the account is no mailbox");
  return account;
}

Result<> Agent::check_permitted(const Remote& remote) const {
  if (remote.accept_any_certificate && !options_.allow_any_certificate)
    return fail(Fault::Refused, "certificates that can't be verified are not taken here: migration.allow_any_certificate is off");
  if (remote.allow_plaintext && !options_.allow_plaintext)
    return fail(Fault::Refused, "passwords are not sent in clear here: migration.allow_plaintext is off");
  return {};
}

io::Task<Result<std::string>> Agent::add(Item item, sasl::Secret password) {
  CO_TRY(const auto account, account_of(item));
  item.account = account->id;
  if (item.local.empty()) item.local = parts_.places.front().directory.now()->address_of(*account);
  const bool is_given = !item.id.empty();
  if (!is_given) item.id = io::new_id('i', loop_.clock(), parts_.random, options_.cluster);
  if (!is_id(item.id, 'i')) co_return fail(Fault::Syntax, "the item's id is none");
  CO_TRY_OK(check_item(item));
  CO_TRY_OK(check_permitted(item.remote));
  if (is_given && co_await book_.find(item.id)) co_return item.id;  // the answer was lost
  const auto text = password.text();
  if (text.empty() || text.size() > kPasswordBytes || text.find_first_of(std::string_view("\0\r\n", 3)) != text.npos)
    co_return fail(Fault::Syntax, "the password is empty, too long, or has line ends");
  Standing standing;
  standing.item = item;
  standing.added_at = now();
  auto sealed = parts_.sealer.seal(text, item.id, parts_.random);
  CO_TRY_OK(co_await book_.add(std::move(standing), std::move(sealed)));
  parts_.log.info("migration.added", {{"item", item.id},
                                      {"job", item.job},
                                      {"account", item.account},
                                      {"local", log::Private{item.local}},
                                      {"server", log::Private{item.remote.host}},
                                      {"remote", log::Private{item.remote.user}},
                                      {"method", method_name(item.remote.method)}});
  co_return item.id;
}

io::Task<Agent::Told> Agent::told(std::shared_ptr<Run> run) {
  co_await parts_.accounts.home(run->item.account).enter();
  Told made{run->report, run->trace.text()};
  co_await loop_.enter();
  co_return made;
}

io::Task<Result<Standing>> Agent::status(std::string id) {
  CO_TRY(auto found, co_await book_.find(id));
  const auto running = running_.find(id);
  if (running != running_.end() && running->second) {
    auto here = co_await told(running->second);
    found.standing.report = std::move(here.report);
  } else {
    CO_TRY(found.standing.report, co_await book_.report(id));
  }
  co_return std::move(found.standing);
}

io::Task<Result<std::string>> Agent::trace(std::string id) {
  CO_TRY_OK(co_await book_.find(id));
  const auto running = running_.find(id);
  if (running == running_.end() || !running->second) co_return co_await book_.trace(id);
  auto here = co_await told(running->second);
  co_return std::move(here.trace);
}

std::vector<std::string> Agent::running() const {
  std::vector<std::string> ids;
  for (const auto& [id, run] : running_) ids.push_back(id);
  return ids;
}

io::Task<Result<>> Agent::cancel(std::string id) {
  for (;;) {
    CO_TRY(auto found, co_await book_.find(id));
    if (is_over(found.standing.state)) co_return fail(Fault::Conflict, "the migration is over");
    auto after = found.standing;
    after.state = State::Failed;
    after.reason = Reason::Cancelled;
    after.text = "cancelled";
    after.ended_at = now();
    after.next_try.reset();
    const auto changed = co_await book_.change(std::move(found), {after, {}, false});
    if (!changed && changed.error().fault == Fault::Conflict) continue;
    CO_TRY_OK(changed);
    say(after);
    if (const auto running = running_.find(id); running != running_.end() && running->second) halt(running->second, Reason::Cancelled);
    co_return Result<>();
  }
}

// On its own loop the pull ends at the next chance; what waits for the source ends now.
void Agent::halt(std::shared_ptr<Run> run, Reason reason) {
  run->stop = reason;
  parts_.accounts.home(run->item.account).post([run] {
    if (run->stream != nullptr) run->stream->interrupt();
  });
}

io::Task<void> Agent::stop(io::Tick until) {
  is_stopping_ = true;
  waiting_.clear();
  for (const auto& [id, run] : running_)
    if (run) halt(run, Reason::Stopped);
  while (!running_.empty() && co_await ended_.wait(until)) {
  }
}

io::Task<Visit> Agent::visit(Timed timed) {
  const auto looked = co_await look(timed.id);
  if (looked) co_return *looked;
  parts_.log.warning("migration.interrupted", {{"item", timed.id}, {"text", looked.error().text}});
  co_return later(now() + 30s);
}

// The longer the queue, the rarer is each one of it looked at.
std::chrono::seconds Agent::patience() const { return kLook + std::chrono::seconds(waiting_.size() / kLooksASecond); }

io::Task<Result<Visit>> Agent::look(std::string id) {
  const auto found = co_await book_.find(id);
  if (!found && found.error().fault == Fault::NotFound) co_return Visit{};
  CO_TRY_OK(found);
  const auto& standing = found->standing;
  if (is_over(standing.state)) {
    const auto until = standing.ended_at.value_or(standing.added_at) + options_.keep;
    if (until > now()) co_return later(until);
    CO_TRY_OK(co_await book_.remove(id));
    co_return Visit{};
  }
  if (running_.contains(id)) co_return later(now() + kLook);
  if (standing.next_try && *standing.next_try > now()) co_return later(*standing.next_try);
  if (!may_begin(standing.item)) {
    wait(standing.item);
    co_return later(now() + patience());
  }
  begin(standing.item);
  co_return later(now() + kLook);
}

bool Agent::may_begin(const Item& item) const {
  if (is_stopping_ || running_.size() >= options_.running_max || running_.contains(item.id)) return false;
  const auto server = servers_.find(host_of(item));
  return server == servers_.end() || server->second < options_.per_server_max;
}

void Agent::wait(const Item& item) {
  const bool is_known = std::ranges::find(waiting_, item.id, &Item::id) != waiting_.end();
  if (!is_stopping_ && !is_known && waiting_.size() < kWaiting) waiting_.push_back(item);
  counts_.queued.set(static_cast<std::int64_t>(waiting_.size()));
}

void Agent::begin(const Item& item) {
  std::erase_if(waiting_, [&item](const Item& each) { return each.id == item.id; });
  running_[item.id] = nullptr;
  ++servers_[host_of(item)];
  counts_.running.set(static_cast<std::int64_t>(running_.size()));
  counts_.queued.set(static_cast<std::int64_t>(waiting_.size()));
  loop_.spawn(work(item), "migration");
}

// The first that waits and may, so that many of one server hold up nobody else.
void Agent::begin_next() {
  for (;;) {
    const auto next = std::ranges::find_if(waiting_, [this](const Item& item) { return may_begin(item); });
    if (next == waiting_.end()) return;
    const auto item = *next;
    begin(item);
  }
}

void Agent::say(const Standing& standing) {
  const auto total = standing.report.total();
  const bool is_over_now = is_over(standing.state);
  if (standing.state == State::Done) counts_.done.add();
  if (standing.state == State::Failed) counts_.failed.add();
  parts_.log.info(is_over_now ? "migration.over" : "migration.paused", {{"item", standing.item.id},
                                                                        {"account", standing.item.account},
                                                                        {"state", state_name(standing.state)},
                                                                        {"reason", reason_name(standing.reason)},
                                                                        {"text", log::Private{standing.text}},
                                                                        {"attempts", standing.attempts},
                                                                        {"seen", total.seen},
                                                                        {"added", total.added},
                                                                        {"skipped", total.skipped},
                                                                        {"octets", total.octets},
                                                                        {"busy_ms", standing.busy_ms}});
}

}  // namespace postroad::migration
