#include "model/domain.h"

#include <algorithm>

namespace postroad::sim::model {
using Kind = Provisioning::Kind;

std::string kind_name(Kind kind) {
  switch (kind) {
    case Kind::Create:
    case Kind::Rename: return "account.put";
    case Kind::Delete: return "account.delete";
    case Kind::Alias: return "alias.put";
    case Kind::Password: return "password.set";
    case Kind::Suspend: return "services.set";
  }
  return {};
}

namespace {

// Whether it alters the user itself; an alias only refers to it.
bool writes_user(Kind kind) { return kind != Kind::Alias; }

std::vector<std::string> names_of(const Provisioning& what, const std::map<std::string, std::string>& aliases) {
  switch (what.kind) {
    case Kind::Create:
    case Kind::Alias: return {what.name};
    case Kind::Rename: return {what.name, what.other};
    case Kind::Delete: {
      std::vector<std::string> made = {what.name};
      for (const auto& [alias, user] : aliases)
        if (user == what.name) made.push_back(alias);
      return made;
    }
    default: return {};
  }
}

}  // namespace

// For each thing that it is about, the last one to alter it; and the end of something comes after all that refers to it.
std::vector<std::size_t> Domain::needs_of(const Change& change, std::size_t before) const {
  std::vector<std::size_t> made;
  bool has_user = change.what.kind == Kind::Create;  // that a new one has none before it
  std::vector<std::string> open = change.names;
  for (std::size_t at = before; at-- > 0;) {
    const auto& earlier = changes[at];
    if (earlier.state == State::Cancelled) continue;
    const bool is_of_user = earlier.what.mailbox == change.what.mailbox;
    const bool is_last_of_user = !has_user && is_of_user && writes_user(earlier.what.kind);
    const auto is_its = [&earlier](const auto& local) { return std::ranges::find(earlier.names, local) != earlier.names.end(); };
    const bool is_last_of_name = std::ranges::any_of(open, is_its);
    const bool is_before_end = change.what.kind == Kind::Delete && is_of_user && earlier.what.kind == Kind::Alias;
    if (is_last_of_user || is_last_of_name || is_before_end) made.push_back(at);
    has_user = has_user || is_last_of_user;
    std::erase_if(open, is_its);
  }
  return made;
}

void Domain::accept(const Doubt& asked, std::string id, Tick now) {
  Change change;
  change.id = std::move(id);
  change.what = asked.what;
  change.is_operators = asked.is_operators;
  change.sent = asked.sent;
  change.answered = now;
  change.names = asked.is_operators ? asked.names : names_of(asked.what, aliases);
  change.needs = needs_of(change, changes.size());
  if (fits(change.what)) apply(change.what);
  changes.push_back(std::move(change));
}

void Domain::end_doubt(std::string id, Tick now) {
  if (!id.empty()) accept(*doubt, std::move(id), now);
  if (doubt->is_operators) levers->pulled = now;
  doubt.reset();
}

void Domain::learn(std::size_t at, State state, Tick now) {
  auto& change = changes[at];
  if (change.state == state) return;
  if (change.state != State::Queued) return found("the change " + change.id + " was settled, and then otherwise");
  if (state == State::Applied) {
    const auto paused = levers->paused_since.find(cluster);
    if (paused != levers->paused_since.end() && paused->second <= change.sent)
      found("the change " + change.id + " is applied although the cluster is paused");
    if (!change.is_operators && levers->held_since <= change.sent && levers->pulled < change.sent)
      found("the change " + change.id + " is applied although its company is held");
  }
  change.state = state;
  change.settled = now;
  if (state != State::Cancelled) return;
  change.cancelled_by = levers->cancellations.size();
  replay();
}

std::map<std::string, User>::iterator Domain::user_of(const Mailbox* mailbox) {
  return std::ranges::find_if(users, [mailbox](const auto& user) { return user.second.mailbox.get() == mailbox; });
}

// By whom it is about: names may have changed before an operator asks again.
bool Domain::fits(const Provisioning& what) {
  const auto is_free = [this](const std::string& local) { return !users.contains(local) && !aliases.contains(local); };
  const bool is_there = user_of(what.mailbox.get()) != users.end();
  switch (what.kind) {
    case Kind::Create: return !is_there && is_free(what.name);
    case Kind::Alias: return is_there && is_free(what.name);
    case Kind::Rename: return is_there && is_free(what.other);
    default: return is_there;
  }
}

void Domain::give(const std::string& local) {
  gone.erase(local);
  if (!given_.insert(local).second) given_again_.insert(local);
}

void Domain::apply(const Provisioning& what) {
  if (what.kind == Kind::Create) {
    users[what.name] = User{what.password, what.mailbox, 1, false};
    return give(what.name);
  }
  const auto user = user_of(what.mailbox.get());
  const auto local = user->first;
  switch (what.kind) {
    case Kind::Delete:
      users.erase(user);
      gone.insert(local);
      for (const auto& [alias, target] : aliases)
        if (target == local) gone.insert(alias);
      std::erase_if(aliases, [&local](const auto& alias) { return alias.second == local; });
      return;
    case Kind::Rename: {
      auto moved = users.extract(user);
      moved.key() = what.other;
      users.insert(std::move(moved));
      gone.insert(local);
      for (auto& [alias, target] : aliases)
        if (target == local) target = what.other;
      return give(what.other);
    }
    case Kind::Alias:
      aliases[what.name] = local;
      return give(what.name);
    case Kind::Password:
      user->second.password = what.password;
      ++user->second.passwords_set;
      return;
    default: user->second.is_imap_suspended = what.is_suspended;
  }
}

// What does not fit is cancelled with what it needs, though nobody was told yet; check_cancelled() tells where it is not.
void Domain::replay(std::size_t first) {
  users.clear();
  aliases.clear();
  gone.clear();
  given_.clear();
  given_again_.clear();
  for (std::size_t at = 0; at < first; ++at) {
    const auto& change = changes[at];
    if (change.state == State::Cancelled) gone.insert(change.names.begin(), change.names.end());
    else if (fits(change.what)) apply(change.what);
  }
  std::erase_if(gone, [this](const auto& local) { return users.contains(local) || aliases.contains(local); });
}

bool Domain::has_lost_need(const Change& change) const {
  return std::ranges::any_of(change.needs, [this](std::size_t at) { return changes[at].state == State::Cancelled; });
}

void Domain::rebind() {
  bool is_rebound = false;
  for (std::size_t at = 0; at < changes.size(); ++at) {
    auto& change = changes[at];
    if (change.state == State::Cancelled || change.is_operators || change.what.kind == Kind::Create || !has_lost_need(change)) continue;
    if (!levers->were_cancelling(change.sent, change.answered)) continue;
    replay(at);
    const auto user = users.find(change.what.kind == Kind::Alias ? change.what.other : change.what.name);
    if (user != users.end()) {
      change.what.mailbox = user->second.mailbox;
      change.names = names_of(change.what, aliases);
      change.needs = needs_of(change, at);
    }
    is_rebound = true;
  }
  if (is_rebound) replay();
}

std::shared_ptr<Mailbox> Domain::owner(const std::string& local) const {
  if (!is_unmistakable(local)) return nullptr;
  const auto alias = aliases.find(local);
  const auto user = users.find(alias == aliases.end() ? local : alias->second);
  return user == users.end() ? nullptr : user->second.mailbox;
}

bool Domain::is_nobody_elses(const std::string& local, const Mailbox* his) const {
  const auto now = owner(local);
  return is_unmistakable(local) && (now == nullptr || now.get() == his);
}

bool Domain::is_unmistakable(const std::string& local) const {
  if (doubt && (doubt->what.name == local || doubt->what.other == local)) return false;
  if (!given_again_.contains(local)) return true;
  return std::ranges::none_of(changes, [&local](const Change& change) {
    return change.state == State::Queued && std::ranges::find(change.names, local) != change.names.end();
  });
}

// By a filter, not by what it needs. Whose clock tells an age is not known here.
bool Domain::may_be_cancelled(const Change& change) const {
  return std::ranges::any_of(levers->cancellations, [&](const Cancellation& each) {
    const auto& filter = each.filter;
    const bool is_meant = (filter.client.empty() || (filter.client == "operator") == change.is_operators) &&
                          (filter.kind.empty() || filter.kind == kind_name(change.what.kind)) && (filter.domain.empty() || filter.domain == name);
    return is_meant && change.sent <= each.over && each.begun <= change.settled;
  });
}

void Domain::check_cancelled() const {
  const auto is_cancelled = [this](std::size_t at) { return changes[at].state == State::Cancelled; };
  Domain again;
  again.findings = findings;
  again.levers = levers;
  for (const auto& change : changes) {
    const auto needed = std::ranges::find_if(change.needs, is_cancelled);
    const bool falls = needed != change.needs.end();
    if (change.state == State::Queued) found("the change " + change.id + " is not settled");
    if (change.state == State::Cancelled) {
      if (!falls && !may_be_cancelled(change)) found("the change " + change.id + " of " + change.what.name + " is cancelled, and nobody meant it");
      continue;
    }
    // Of what was asked for amid a cancellation nobody knows which came first.
    const auto stays = "the change " + change.id + " of " + change.what.name + " stays although ";
    if (falls && !levers->were_cancelling(change.sent, change.answered)) found(stays + changes[*needed].id + " is cancelled, which it needs");
    if (!again.fits(change.what)) found(stays + "there is nothing left that it is about");
    else again.apply(change.what);
  }
}

namespace {

// When a mailbox surely took its room, and when it may have.
struct Stay {
  Tick surely_from = kNever;
  Tick surely_to{};
  Tick maybe_from = kNever;
  Tick maybe_to{};
};

// Each life of a mailbox: one that was cancelled and asked for again has several.
std::vector<Stay> stays_of(const Domain& domain) {
  std::vector<Stay> made;
  for (const auto& change : domain.changes) {
    if (change.what.kind != Kind::Create) continue;
    Stay stay{.surely_from = change.answered, .surely_to = kNever, .maybe_from = change.sent, .maybe_to = kNever};
    if (change.state == State::Cancelled) {
      stay.surely_to = change.answered;  // it may be taken back at once
      stay.maybe_to = change.settled;
    }
    for (const auto& end : domain.changes) {
      if (end.what.kind != Kind::Delete || end.what.mailbox != change.what.mailbox || end.state == State::Cancelled) continue;
      stay.surely_to = std::min(stay.surely_to, end.sent);
      stay.maybe_to = std::min(stay.maybe_to, end.settled);
    }
    made.push_back(stay);
  }
  return made;
}

}  // namespace

void check_counts(const std::vector<const Domain*>& domains) {
  const auto& cancellations = domains.front()->levers->cancellations;
  for (std::size_t at = 0; at < cancellations.size(); ++at) {
    std::uint64_t count = 0;
    for (const auto* domain : domains)
      for (const auto& change : domain->changes) count += change.state == State::Cancelled && change.cancelled_by == at + 1 ? 1 : 0;
    const auto& told = cancellations[at].cancelled;
    if (told && *told != count)
      domains.front()->findings->add("a cancellation told of " + std::to_string(*told) + " changes, and " + std::to_string(count) + " are cancelled");
  }
}

void check_room(const std::vector<const Domain*>& domains, std::uint64_t most) {
  std::vector<Stay> stays;
  for (const auto* domain : domains) std::ranges::copy(stays_of(*domain), std::back_inserter(stays));
  const auto count = [&stays](auto is_meant) { return static_cast<std::uint64_t>(std::ranges::count_if(stays, is_meant)); };
  const auto of_most = " of " + std::to_string(most);
  for (const auto* domain : domains) {
    const auto found = [domain](const std::string& what) { domain->findings->add(domain->name + ": " + what); };
    for (const auto& change : domain->changes) {
      if (change.what.kind != Kind::Create) continue;
      const auto others = count([&](const Stay& stay) { return stay.surely_from <= change.sent && change.answered <= stay.surely_to; });
      if (others >= most) found(change.what.name + " was accepted although " + std::to_string(others) + of_most + " mailboxes were there");
    }
    for (const auto& refusal : domain->refusals) {
      const auto others = count([&](const Stay& stay) { return stay.maybe_from <= refusal.answered && refusal.sent <= stay.maybe_to; });
      if (others < most) found("a mailbox was refused although no more than " + std::to_string(others) + of_most + " could be there");
    }
  }
}

}  // namespace postroad::sim::model
