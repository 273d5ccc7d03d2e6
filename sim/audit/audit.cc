#include "audit/audit.h"

#include "audit/parts.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
constexpr auto kPatience = 20min;

// Every folder of every person, as IMAP shows it.
void look_at_mailboxes(Town& town, Town::Cluster& cluster) {
  const auto hold = [&town](bool is_done) {
    if (!is_done) town.findings().add("a mailbox can't be looked at when all is well");
  };
  for (auto& user : cluster.imap_users) hold(ask(town, user->end_doubt()));
  for (auto& user : cluster.imap_users) hold(ask(town, user->look_at_everything()));
  for (auto& person : cluster.people) person->mailbox->check_owed();
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

void audit(Town& town) {
  for (auto& cluster : town.clusters()) look_at_changes(town, cluster);
  look_at_provisioning(town);
  for (auto& cluster : town.clusters()) {
    look_at_mailboxes(town, cluster);
    look_at_directory(town, cluster);
    look_at_store(town, cluster);
  }
  for (auto& cluster : town.clusters()) look_at_statistics(town, cluster);
}

}  // namespace postroad::sim
