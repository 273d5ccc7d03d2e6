#include "audit.h"

#include "mailbox/audit.h"
#include "store/agenda.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
constexpr auto kPatience = 20min;

// Runs a task among people until it ends.
template <class T>
T ask(Town& town, io::Task<T> task) {
  return town.world().run(town.people_loop(), std::move(task), std::chrono::hours(2));
}

std::string account_of(ClusterMachine& machine, const std::string& address) {
  const auto account = machine.node().directory().now()->account_of(address);
  return account ? account->id : std::string();
}

// Every folder of every person, as IMAP shows it.
void look_at_mailboxes(Town& town, Town::Cluster& cluster) {
  for (auto& user : cluster.imap_users)
    if (!ask(town, user->end_doubt())) town.findings().add("a mailbox can't be looked at when all is well");
  for (auto& user : cluster.imap_users)
    if (!ask(town, user->look_at_everything())) town.findings().add("a mailbox can't be looked at when all is well");
  for (auto& person : cluster.people) person->mailbox.check_owed();
}

// The rows of the store, recounted.
void recount(Town& town, Town::Cluster& cluster) {
  auto& machine = *cluster.machine;
  auto& loop = *machine.loops()[0];
  for (auto& person : cluster.people) {
    const auto id = account_of(machine, person->address);
    if (id.empty()) {
      town.findings().add("the account of " + person->address + " is gone");
      continue;
    }
    const auto counted = town.world().run(loop, mailbox::audit(machine.store().on(loop), id, {.reads_bodies = true}));
    if (!counted) town.findings().add(person->address + ": the audit fails: " + counted.error().text);
    else for (const auto& flaw : counted->flaws) town.findings().add(person->address + ": " + flaw);
  }
}

void compare_directory(Town& town, Town::Cluster& cluster) {
  auto& machine = *cluster.machine;
  const auto& churn = cluster.churn;
  const auto snapshot = machine.node().directory().now();
  const auto found = [&town, &churn](const std::string& what) { town.findings().add(churn.name + ": " + what); };
  std::size_t expected = cluster.people.size();
  for (const auto& [name, user] : churn.users) {
    ++expected;
    const auto account = snapshot->account_of(name + "@" + churn.name);
    if (!account) {
      found(name + " was made and is not in the cluster");
      continue;
    }
    if (account->credentials_version != user.passwords_set)
      found(name + " has credentials of version " + std::to_string(account->credentials_version) + " after " + std::to_string(user.passwords_set) + " passwords");
    if ((account->services.of(feed::Service::Imap) == feed::ServiceState::Suspended) != user.is_imap_suspended)
      found(name + " has another suspension than was set");
  }
  for (const auto& [alias, name] : churn.aliases) {
    const auto account = snapshot->account_of(alias + "@" + churn.name);
    const auto target = snapshot->account_of(name + "@" + churn.name);
    if (!account || !target || account->id != target->id) found("the alias " + alias + " does not lead to " + name);
  }
  if (snapshot->accounts() != expected)
    found("the cluster has " + std::to_string(snapshot->accounts()) + " accounts instead of " + std::to_string(expected));
}

// Each account of the churned domain signs in with its last password, or may not.
void sign_in_everywhere(Town& town, Town::Cluster& cluster) {
  for (const auto& [name, user] : cluster.churn.users) {
    Person person(town.findings(), name + "@" + cluster.churn.name, user.password, cluster.machine->name());
    ImapClient client(town.scene());
    ask(town, client.open("users", person.host));
    if (ask(town, client.login(person)) == user.is_imap_suspended)
      town.findings().add(person.address + (user.is_imap_suspended ? " signs in though it is suspended" : " can't sign in"));
  }
}

void look_at_changes(Town& town, Town::Cluster& cluster) {
  const auto end = town.world().now() + kPatience;
  while (town.world().now() < end) {
    const auto settled = ask(town, cluster.provisioner->is_settled());
    if (settled && *settled) return;
    town.world().run_for(1s);
  }
  town.findings().add(cluster.churn.name + ": accepted changes are not settled");
}

}  // namespace

std::string undone(Town& town) {
  for (auto& cluster : town.clusters()) {
    const auto& disk = cluster.machine->disk();
    for (const auto& partition : disk.partitions()) {
      for (const auto& row : disk.rows(partition)) {
        if (!row.key.starts_with(store::agenda::kTimedPrefix)) continue;
        const auto timed = store::agenda::parse(row);
        if (!timed) return partition + ": a timed row can't be read";
        const auto wait = std::chrono::duration_cast<std::chrono::seconds>(timed->due - cluster.machine->clock().now());
        if (timed->kind != "mailbox") return partition + ": " + timed->kind + " " + timed->id + " due in " + std::to_string(wait.count()) + " s";
      }
    }
  }
  return {};
}

void audit(Town& town) {
  for (auto& cluster : town.clusters()) {
    look_at_changes(town, cluster);
    look_at_mailboxes(town, cluster);
    recount(town, cluster);
    compare_directory(town, cluster);
    sign_in_everywhere(town, cluster);
  }
}

}  // namespace postroad::sim
