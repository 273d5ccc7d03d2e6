#include "audit/parts.h"

namespace postroad::sim {
namespace {

void compare(Town& town, Town::Cluster& cluster) {
  const auto& churn = cluster.churn;
  const auto snapshot = cluster.machine->node().directory().now();
  const auto found = [&town, &churn](const std::string& what) { town.findings().add(churn.name + ": " + what); };
  for (const auto& [name, user] : churn.users) {
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
  const auto expected = cluster.people.size() + churn.users.size();
  if (snapshot->accounts() != expected)
    found("the cluster has " + std::to_string(snapshot->accounts()) + " accounts instead of " + std::to_string(expected));
}

// Each account of the churned domain signs in with its last password, or may not; then its mail is looked at.
void sign_in_everywhere(Town& town, Town::Cluster& cluster) {
  for (const auto& [name, user] : cluster.churn.users) {
    Person person(name + "@" + cluster.churn.name, user.password, cluster.machine->name(), user.mailbox);
    ImapUser reader(town.scene(), ImapUser::Options{.person = &person}, io::simulated::Random(0));
    if (ask(town, reader.look_at_everything()) == user.is_imap_suspended)
      town.findings().add(person.address + (user.is_imap_suspended ? " signs in though it is suspended" : " can't sign in and look"));
    if (!user.is_imap_suspended) user.mailbox->check_owed();
  }
}

// Connections are dealt out to the cluster's loops, each of which has a view of the directory.
void send_to_everyone(Town& town, Town::Cluster& cluster) {
  const auto& churn = cluster.churn;
  std::map<std::string, bool> names;
  for (const auto& [name, user] : churn.users) names[name] = true;
  for (const auto& [alias, name] : churn.aliases) names[alias] = true;
  // A server has no patience with those who try many.
  for (const auto& name : churn.gone)
    if (names.size() < churn.users.size() + churn.aliases.size() + 8) names[name] = false;
  for (std::size_t i = 0; i < cluster.machine->loops().size(); ++i) {
    const auto accepted = ask(town, cluster.senders.front()->accepted(churn.name, names));
    if (!accepted) town.findings().add(churn.name + ": nobody takes mail when all is well");
    else if (*accepted != names)
      for (const auto& [name, is_there] : names)
        if (accepted->at(name) != is_there)
          town.findings().add(churn.name + ": SMTP " + (is_there ? "refuses " : "accepts ") + name + (is_there ? ", which is there" : ", which is gone"));
  }
}

}  // namespace

void look_at_directory(Town& town, Town::Cluster& cluster) {
  compare(town, cluster);
  sign_in_everywhere(town, cluster);
  send_to_everyone(town, cluster);
}

}  // namespace postroad::sim
