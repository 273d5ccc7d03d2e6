#include <algorithm>

#include "audit/parts.h"

namespace postroad::sim {
namespace {
using model::State;
constexpr std::uint64_t kAll = 10'000;

std::string state_name(State state) { return state == State::Applied ? "applied" : state == State::Cancelled ? "cancelled" : ""; }

// What is applied has its place in the feed, once, and behind what it needed.
void compare_places(const model::Domain& domain, const std::map<std::string, ListedChange>& listed) {
  const auto found = [&domain](const std::string& what) { domain.findings->add(domain.name + ": " + what); };
  std::map<std::uint64_t, std::string> places;
  for (const auto& change : domain.changes) {
    if (change.state != State::Applied || !listed.contains(change.id)) continue;
    const auto place = listed.at(change.id).position;
    if (const auto [other, is_new] = places.emplace(place, change.id); !is_new)
      found("the changes " + other->second + " and " + change.id + " had one place in the feed");
    for (const auto need : change.needs) {
      const auto& before = domain.changes[need];
      if (before.state == State::Applied && listed.contains(before.id) && listed.at(before.id).position >= place)
        found("the change " + change.id + " went out before " + before.id + ", which it needs");
    }
  }
}

// The whole history of the domain is what was told of it.
void compare_changes(const model::Domain& domain, const std::vector<ListedChange>& all) {
  const auto found = [&domain](const std::string& what) { domain.findings->add(domain.name + ": " + what); };
  std::map<std::string, ListedChange> listed;
  for (const auto& each : all)
    if (!each.kind.starts_with("domain.") && !each.kind.starts_with("workgroup.")) listed[each.id] = each;
  for (const auto& change : domain.changes) {
    const auto there = listed.find(change.id);
    if (there == listed.end())
      found("the accepted change " + change.id + " is not in the history");
    else if (there->second.state != state_name(change.state))
      found("the change " + change.id + " is " + there->second.state + ", and was told to be " + state_name(change.state));
  }
  if (listed.size() != domain.changes.size())
    found("the history has " + std::to_string(listed.size()) + " changes, and " + std::to_string(domain.changes.size()) + " were accepted");
  compare_places(domain, listed);
}

// A name that nobody has leads nowhere and is free.
void compare_names(Town& town, Town::Cluster& cluster) {
  std::set<std::string> expected;
  for (const auto& [name, user] : cluster.churn.users) expected.insert(name);
  for (const auto& [name, user] : cluster.churn.aliases) expected.insert(name);
  const auto names = ask(town, cluster.provisioner->names());
  if (!names) return town.findings().add(cluster.churn.name + ": its names can't be asked for when all is well");
  for (const auto& name : *names)
    if (!expected.contains(name)) town.findings().add(cluster.churn.name + ": the name " + name + " is taken, and nobody has it");
  for (const auto& name : expected)
    if (!names->contains(name)) town.findings().add(cluster.churn.name + ": control does not know " + name);
}

// What got mail was made.
void check_mail(const model::Domain& domain) {
  std::map<const model::Mailbox*, bool> made;
  for (const auto& change : domain.changes)
    if (change.what.kind == model::Provisioning::Kind::Create) made[change.what.mailbox.get()] |= change.state == State::Applied;
  for (const auto& [mailbox, is_made] : made)
    if (!is_made && mailbox->delivered.least > 0) domain.findings->add(mailbox->name() + " was cancelled, and took mail");
}

struct Books {
  std::vector<std::vector<ListedChange>> changes;  // by domain
  boost::json::object company;
  boost::json::object queues;
};
io::Task<std::optional<Books>> read_books(Town& town) {
  try {
    OperatorClient operators(town.scene());
    co_await operators.open("desk", "control");
    Books made;
    for (const auto& cluster : town.clusters()) made.changes.push_back(co_await operators.changes_of(cluster.churn.name, kAll));
    made.company = co_await operators.ask({{"command", "company_show"}, {"company", town.company()}});
    made.queues = co_await operators.ask({{"command", "state"}});
    co_return made;
  } catch (const io::Ended&) {
    co_return std::nullopt;
  }
}

void compare_room(Town& town, const boost::json::object& company) {
  std::uint64_t there = 0;
  for (const auto& cluster : town.clusters()) there += cluster.people.size() + cluster.churn.users.size();
  boost::system::error_code failed;
  const boost::json::value whole(company);
  const auto* const value = whole.find_pointer("/company/amounts/mailboxes/used", failed);
  const auto spoken_for = value != nullptr ? value->to_number<std::uint64_t>(failed) : UINT64_MAX;
  if (spoken_for != there)
    town.findings().add("the company has " + std::to_string(there) + " mailboxes, and " + std::to_string(spoken_for) + " are spoken for");
}

void check_queues(Town& town, const boost::json::object& queues) {
  for (const auto& queue : list_in(queues, "clusters"))
    if (flag_in(queue, "paused") || number_in(queue, "length") > 0)
      town.findings().add("when all is done the queue is " + boost::json::serialize(queue));
}

}  // namespace

void look_at_provisioning(Town& town) {
  const auto books = ask(town, read_books(town));
  if (!books) return town.findings().add("operators are not answered when all is well");
  std::vector<const model::Domain*> domains;
  std::uint64_t people = 0;
  for (std::size_t at = 0; at < town.clusters().size(); ++at) {
    auto& cluster = town.clusters()[at];
    domains.push_back(&cluster.churn);
    people += cluster.people.size();
    cluster.churn.check_cancelled();
    compare_changes(cluster.churn, books->changes[at]);
    compare_names(town, cluster);
    check_mail(cluster.churn);
  }
  check_counts(domains);
  check_room(domains, town.room() - people);
  compare_room(town, books->company);
  check_queues(town, books->queues);
}

}  // namespace postroad::sim
