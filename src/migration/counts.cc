#include "migration/counts.h"

namespace postroad::migration {

Counts::Counts(metrics::Registry& registry)
    : running(registry.gauge("postroad_migration_running", "Items that are being pulled.")),
      queued(registry.gauge("postroad_migration_queued", "Items that wait here for their turn.")),
      attempts(registry.counter("postroad_migration_attempts_total", "Connections' worth of pulling that were begun.")),
      done(registry.counter("postroad_migration_done_total", "Items that came to their end.")),
      failed(registry.counter("postroad_migration_failed_total", "Items that failed for good.")),
      messages(registry.counter("postroad_migration_messages_total", "Messages added to accounts.")),
      octets(registry.counter("postroad_migration_octets_total", "Octets of those.")),
      matched(registry.counter("postroad_migration_matched_total", "Messages known again under another number.")),
      skipped(registry.counter("postroad_migration_skipped_total", "Messages that could not be taken.")) {}

}  // namespace postroad::migration
