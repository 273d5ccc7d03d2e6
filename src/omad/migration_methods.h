#pragma once

#include "omad/method.h"

// Mailboxes that come from other servers. docs/migration.md
namespace postroad::omad {

Answering migration_add(Call call);
Answering migration_jobs(Call call);
Answering migration_status(Call call);
Answering migration_trace(Call call);
Answering migration_threads(Call call);

}  // namespace postroad::omad
