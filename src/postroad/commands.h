#pragma once

#include <memory>

#include "postroad/plan.h"
#include "postroad/process.h"

namespace CLI {
class App;
}

namespace postroad::wiring {

// The planes. Each returns the exit code.
int run_cluster(const ProcessOptions& options);
int run_control(const ProcessOptions& options);
int run_status(const ProcessOptions& options);

int check_config(const std::string& file);
int print_settings();
// Of a cluster that is not running; its mail and queue. 1 where something does not add up.
int recount(const Path& folder, const std::string& cluster);
// Copies control's database, of either engine, into an empty one.
int copy_database(const std::string& from, const std::string& to);

// The operators' commands, which talk to running planes: `provisioning`, `incident`, `migration`, `company`, `administrator`, `audit`; `statistics`; `bulk`.
class OperatorCommands {
 public:
  virtual ~OperatorCommands() = default;
  virtual bool is_given() const = 0;
  virtual int run() = 0;  // the one that was given
};

// One of them: `migration`.
class MigrationCommands {
 public:
  virtual ~MigrationCommands() = default;
  virtual bool was_given() const = 0;
  virtual int run() = 0;
};
std::unique_ptr<MigrationCommands> add_migration_commands(CLI::App& app);

std::unique_ptr<OperatorCommands> add_operator_commands(CLI::App& app);
std::unique_ptr<OperatorCommands> add_statistics_commands(CLI::App& app);
std::unique_ptr<OperatorCommands> add_bulk_commands(CLI::App& app);

}  // namespace postroad::wiring
