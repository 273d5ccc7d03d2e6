#include "people/operator.h"

#include <algorithm>

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
namespace json = boost::json;
}  // namespace

Operator::Operator(Scene& scene, Options options, std::vector<model::Domain*> domains, model::Levers& levers, io::simulated::Random random)
    : scene_(scene), options_(std::move(options)), domains_(std::move(domains)), levers_(levers), random_(random), client_(scene) {}

io::Task<void> Operator::run() {
  while (!scene_.is_closing) {
    co_await scene_.loop.sleep(random_.between(options_.pause / 5, options_.pause * 2));
    try {
      co_await session();
    } catch (const io::Ended&) {
    }
    co_await go();
  }
  for (bool is_done = false; !is_done;) {
    try {
      co_await leave();
      is_done = true;
    } catch (const io::Ended&) {
    }
    co_await go();
    if (!is_done) co_await scene_.loop.sleep(1s);
  }
}

io::Task<void> Operator::session() {
  co_await client_.open(options_.host, options_.control);
  co_await follow();
  for (auto left = random_.between(1, 8); left > 0 && !scene_.is_closing; --left) {
    co_await act();
    co_await scene_.loop.sleep(random_.between(100ms, 2s));
  }
}

io::Task<void> Operator::leave() {
  co_await client_.open(options_.host, options_.control);
  co_await follow();
  while (may_be_held_) co_await release();
  while (!may_be_paused_.empty()) co_await resume(*may_be_paused_.begin());
}

// Something waits above all where it is held or paused: then is the time to cancel.
io::Task<void> Operator::act() {
  const bool is_something_held = may_be_held_ || !may_be_paused_.empty();
  const auto cluster = options_.clusters[random_.below(options_.clusters.size())];
  switch (random_.below(10)) {
    case 0: return hold();
    case 1: return is_something_held ? cancel() : hold();
    case 2: return throttle();
    case 3: return pause(cluster);
    case 4:
    case 5: return cancel();
    case 6:
    case 7: return retry();
    case 8: return is_something_held && !may_be_paused_.empty() ? resume(*may_be_paused_.begin()) : look();
    default: return may_be_held_ ? release() : look();
  }
}

io::Task<bool> Operator::tell(json::object request) {
  const auto words = json::serialize(request);
  const auto answer = co_await client_.ask(std::move(request));
  const auto error = text_in(answer, "error");
  scene_.world.note("operator " + words + (error.empty() ? "" : ": " + error));
  if (error.empty()) scene_.acknowledge("operator");
  co_return error.empty();
}

io::Task<void> Operator::hold() {
  may_be_held_ = true;
  scene_.delicate();
  const bool was_held = levers_.held_since != io::kNever;
  if (co_await tell({{"command", "hold"}, {"client", options_.client}}) && !was_held) levers_.held_since = scene_.now();
}

io::Task<void> Operator::throttle() {
  may_be_held_ = true;
  levers_.held_since = io::kNever;
  co_await tell({{"command", "throttle"}, {"client", options_.client}, {"per_hour", random_.between(1200, 36'000)}});
}

io::Task<void> Operator::release() {
  levers_.held_since = io::kNever;
  scene_.delicate();
  if (co_await tell({{"command", "release"}, {"client", options_.client}})) may_be_held_ = false;
}

io::Task<void> Operator::pause(std::string cluster) {
  may_be_paused_.insert(cluster);
  scene_.delicate();
  const bool was_paused = levers_.paused_since.contains(cluster);
  if (co_await tell({{"command", "pause"}, {"cluster", cluster}}) && !was_paused) levers_.paused_since[cluster] = scene_.now();
}

io::Task<void> Operator::resume(std::string cluster) {
  levers_.paused_since.erase(cluster);
  if (co_await tell({{"command", "resume"}, {"cluster", cluster}})) may_be_paused_.erase(cluster);
}

bool Operator::are_all_abreast() const {
  return std::ranges::all_of(domains_, [](const auto* domain) { return domain->is_abreast(); });
}

model::Filter Operator::some_filter() {
  model::Filter filter;
  constexpr const char* kKinds[] = {"account.put", "account.put", "account.delete", "alias.put", "password.set", "services.set"};
  switch (random_.below(6)) {
    case 0: filter.client = options_.client; break;
    case 1: filter.client = "operator"; break;
    case 2: filter.domain = domains_[random_.below(domains_.size())]->name; break;
    case 3: filter.older_than = std::chrono::seconds(random_.between(1, 10)); break;
    default: filter.kind = kKinds[random_.below(std::size(kKinds))];
  }
  return filter;
}

// One after another: what each took away is to be known before the next.
io::Task<void> Operator::cancel() {
  if (!are_all_abreast()) co_return;
  const auto filter = some_filter();
  json::object request{{"command", "cancel"}, {"all", true}};
  if (!filter.client.empty()) request["client"] = filter.client;
  if (!filter.domain.empty()) request["domain"] = filter.domain;
  if (!filter.kind.empty()) request["kind"] = filter.kind;
  if (filter.older_than.count() > 0) request["older_than"] = filter.older_than.count();
  levers_.cancellations.push_back({.filter = filter, .begun = scene_.now(), .over = io::kNever, .cancelled = {}});
  scene_.delicate();
  if (!co_await tell(std::move(request))) {
    levers_.cancellations.back().over = scene_.now();
    co_return;
  }
  co_await follow();
}

// One that a crash ended is not told of any more.
io::Task<void> Operator::follow() {
  while (levers_.is_cancelling()) {
    const auto answer = co_await client_.ask({{"command", "cancellations"}});
    if (!text_in(answer, "error").empty()) throw io::Ended(io::Ended::Why::Closed, "the operator is not answered");
    const auto all = list_in(answer, "cancellations");
    const bool is_told = !all.empty() && !cancellations_.contains(text_in(all.front(), "id"));
    if (is_told && !flag_in(all.front(), "done")) {
      co_await scene_.loop.sleep(100ms);
      continue;
    }
    auto& cancellation = levers_.cancellations.back();
    cancellation.over = scene_.now();
    if (!is_told) {
      scene_.world.note("a cancellation was not ended");
      co_return;
    }
    cancellations_.insert(text_in(all.front(), "id"));
    if (text_in(all.front(), "failure").empty()) cancellation.cancelled = number_in(all.front(), "cancelled");
    scene_.world.note("cancelled: " + json::serialize(all.front()));
  }
}

io::Task<void> Operator::look() {
  constexpr const char* kLooks[] = {"state", "clients", "levers", "cancellations"};
  co_await tell({{"command", kLooks[random_.below(std::size(kLooks))]}, {"most", 20}});
}

// In the operator's name; what it needs of the company's goes out with it, held or not.
io::Task<void> Operator::retry() {
  auto& domain = *domains_[random_.below(domains_.size())];
  if (domain.is_taken || !domain.is_abreast()) co_return;
  std::vector<const model::Change*> cancelled;
  for (const auto& change : domain.changes)
    if (change.state == model::State::Cancelled) cancelled.push_back(&change);
  if (cancelled.empty()) co_return;
  const model::Taken taken(domain);
  // What was cancelled lately is most likely as it was.
  const auto newest = std::min<std::size_t>(cancelled.size(), 6);
  const auto& change = *cancelled[cancelled.size() - 1 - random_.below(newest)];
  const auto id = change.id;
  domain.doubt = model::Doubt{.what = change.what, .names = change.names, .is_operators = true, .sent = scene_.now()};
  scene_.delicate();
  levers_.pulled = io::kNever;
  const auto answer = co_await client_.ask({{"command", "retry"}, {"change", id}});
  const auto error = text_in(answer, "error");
  const auto again = text_in(answer, "change");
  scene_.world.note("operator retry " + id + " of " + domain.name + ": " + (error.empty() ? again : error));
  if (error.starts_with("the cluster can't take")) {
    domain.doubt->is_over = true;  // it was accepted, and there is no knowing by what name
    co_return;
  }
  domain.end_doubt(again, scene_.now());
  if (again.empty()) co_return;
  scene_.acknowledge("operator");
  if (!asked_again_.insert(id).second) scene_.findings.add(domain.name + ": the change " + id + " is asked for again twice");
}

io::Task<void> Operator::go() {
  if (client_.is_open()) co_await client_.over();
  for (auto* domain : domains_)
    if (domain->doubt && domain->doubt->is_operators) domain->doubt->is_over = true;
}

}  // namespace postroad::sim
