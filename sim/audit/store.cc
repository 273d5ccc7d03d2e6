#include <set>

#include "audit/audit.h"
#include "audit/parts.h"
#include "mailbox/audit.h"
#include "queue/queue.h"
#include "store/agenda.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
constexpr std::string_view kAccounts = "account/";
constexpr std::string_view kQueues = "queue/";

// Empty where the row may wait. What was deleted and can be had back is no hurry, but its purge must come in time.
std::string why_undone(const std::string& partition, const store::Row& row, Time now) {
  if (!row.key.starts_with(store::agenda::kTimedPrefix)) return {};
  const auto timed = store::agenda::parse(row);
  if (!timed) return partition + ": a timed row can't be read";
  if (timed->kind == "mailbox" && timed->due > now - 10min) return {};
  const auto wait = std::chrono::duration_cast<std::chrono::seconds>(timed->due - now);
  return partition + ": " + timed->kind + " " + timed->id + " due in " + std::to_string(wait.count()) + " s";
}

// The bodies that the account's rows name.
std::vector<std::string> recount(Town& town, Town::Cluster& cluster, const std::string& id) {
  auto& machine = *cluster.machine;
  auto& loop = *machine.loops()[0];
  const auto counted = town.world().run(loop, mailbox::audit(machine.store().on(loop), id, {.reads_bodies = true}));
  const auto account = machine.node().directory().now()->account(id);
  const auto whose = account ? machine.node().directory().now()->address_of(*account) : id;
  if (!account) town.findings().add(whose + ": its mail is kept, and there is no such account");
  if (!counted) {
    town.findings().add(whose + ": the audit fails: " + counted.error().text);
    return {};
  }
  for (const auto& flaw : counted->flaws) town.findings().add(whose + ": " + flaw);
  return counted->bodies;
}

}  // namespace

std::string undone(Town& town) {
  for (auto& cluster : town.clusters()) {
    const auto& disk = cluster.machine->disk();
    for (const auto& partition : disk.partitions())
      for (const auto& row : disk.rows(partition))
        if (auto why = why_undone(partition, row, cluster.machine->clock().now()); !why.empty()) return why;
  }
  return {};
}

void look_at_store(Town& town, Town::Cluster& cluster) {
  const auto& disk = cluster.machine->disk();
  std::set<std::string> named;
  std::set<std::string> queued;
  for (const auto& partition : disk.partitions()) {
    if (partition.starts_with(kAccounts))
      for (auto& body : recount(town, cluster, partition.substr(kAccounts.size()))) named.insert(std::move(body));
    if (!partition.starts_with(kQueues)) continue;
    for (const auto& row : disk.rows(partition))
      if (row.key.starts_with("m/")) named.insert(queue::body_of(row.key.substr(2)));
  }
  for (const auto& [id, bytes] : disk.bodies())
    if (!named.contains(id)) town.findings().add("the body " + id + " is stored, and no row names it");
}

}  // namespace postroad::sim
