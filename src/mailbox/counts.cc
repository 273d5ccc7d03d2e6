#include "mailbox/counts.h"

namespace postroad::mailbox {
namespace {

metrics::Counter& commits(metrics::Registry& registry, const char* outcome) {
  return registry.counter("postroad_mailbox_commits_total", "Commits of accounts' changes, by their outcome",
                          {{"outcome", outcome}});
}

}  // namespace

Counts::Counts(metrics::Registry& registry)
    : committed(commits(registry, "committed")),
      conflicts(commits(registry, "conflict")),
      unknown(commits(registry, "unknown")),
      unavailable(commits(registry, "unavailable")),
      operations(registry.counter("postroad_mailbox_operations_total", "Changes asked for, done or refused")),
      refused(registry.counter("postroad_mailbox_refused_total", "Changes refused, or failed")),
      delivered(registry.counter("postroad_mailbox_delivered_total", "Messages put into folders")),
      repeated(registry.counter("postroad_mailbox_repeated_total", "Deliveries that had been made before")),
      expunged(registry.counter("postroad_mailbox_expunged_total", "Messages expunged")),
      purged(registry.counter("postroad_mailbox_purged_total", "Emails deleted for good")),
      orphans(registry.counter("postroad_mailbox_orphans_total", "Bodies written ahead, never named, and deleted")),
      loads(registry.counter("postroad_mailbox_loads_total", "Accounts read from the store")),
      evicted(registry.counter("postroad_mailbox_evicted_total", "Accounts dropped from memory to make room")),
      accounts(registry.gauge("postroad_mailbox_accounts", "Accounts in memory")),
      cache_bytes(registry.gauge("postroad_mailbox_cache_bytes", "Memory of accounts' state, about")),
      views(registry.gauge("postroad_mailbox_views", "Folders that sessions have selected")),
      commit_seconds(registry.histogram("postroad_mailbox_commit_seconds", "Time of commits")) {}

}  // namespace postroad::mailbox
