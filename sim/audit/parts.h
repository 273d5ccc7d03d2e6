#pragma once

#include <string>

#include "town/town.h"

// The parts of the audit.
namespace postroad::sim {

// Runs a task among people until it ends.
template <class T>
T ask(Town& town, io::Task<T> task) {
  return town.world().run(town.people_loop(), std::move(task), std::chrono::hours(2));
}

// The rows of all accounts, recounted; and nothing is stored that no row names.
void look_at_store(Town& town, Town::Cluster& cluster);

// Control's figures are what people were told, and equal what the cluster has stored; nothing was ever found wrong.
void look_at_statistics(Town& town, Town::Cluster& cluster);

// What control has equals what administrators and operators were told: each change's end, what was cancelled and what was not,
// the names that are taken, and the room that is left.
void look_at_provisioning(Town& town);

// The cluster's directory equals what the administrators were told: in itself, over SMTP and over IMAP.
void look_at_directory(Town& town, Town::Cluster& cluster);

}  // namespace postroad::sim
