#include <CLI/CLI.hpp>

#include "postroad/commands.h"
#include "postroad/up.h"

using namespace postroad;

int main(int count, char** words) {
  CLI::App app{"Postroad: hosted email for those who sell mailboxes. Every plane is a subcommand."};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help for all subcommands");
  app.set_version_flag("--version", std::string("postroad ") + POSTROAD_VERSION);

  wiring::UpOptions up{.folder = "demo", .port_base = wiring::kDefaultPortBase, .program = words[0]};
  const auto with_folder = [&](CLI::App* command) {
    command->add_option("--dir", up.folder, "The data folder")->capture_default_str();
    return command;
  };
  auto* const up_command = with_folder(app.add_subcommand("up", "Start all planes on this machine's loopback, with demo data"));
  up_command->add_option("--port-base", up.port_base, "Ports are this plus the services' own numbers")
      ->check(CLI::Range(wiring::kPortBaseLeast, wiring::kPortBaseMost))
      ->capture_default_str();
  up_command->add_flag("--fresh", up.is_fresh, "Throw away what is in the data folder, mail too");
  up_command->add_flag("--detach", up.is_detached, "Return once everything is ready");
  auto* const down_command = with_folder(app.add_subcommand("down", "Stop what `postroad up` started"));

  auto* const reload_command = with_folder(app.add_subcommand("reload", "Make what runs there read its settings again"));

  wiring::ProcessOptions process;
  const auto plane = [&](const char* name, const char* help) {
    auto* const command = app.add_subcommand(name, help);
    command->add_option("--dir", process.folder, "The data folder")->required();
    command->add_flag("--demo", process.is_demo, "With demo data, and without limits for clients on loopback");
    return command;
  };
  auto* const cluster = plane("cluster", "One node of a mail cluster; `postroad up` starts it");
  cluster->add_option("--name", process.name, "The cluster's name")->required();
  cluster->add_option("--feed-port", process.feed_port, "Control's port for the feed, on this machine")->required();
  auto* const control = plane("control", "The control plane; `postroad up` starts it");
  auto* const status = plane("status", "The status plane; `postroad up` starts it");

  std::string config_file;
  auto* const check_config = app.add_subcommand("check-config", "Say what is wrong in a settings file, with file and line");
  check_config->add_option("file", config_file, "The file")->required();
  auto* const settings = app.add_subcommand("settings", "Print the reference of all settings");

  std::string cluster_name;
  auto* const recount = with_folder(app.add_subcommand(
      "recount", "Recount all mailboxes of a cluster that is not running, tell what does not add up, and what waits in its queue"));
  recount->add_option("--cluster", cluster_name, "The cluster's name")->required();
  std::string copy_from;
  std::string copy_to;
  auto* const database = app.add_subcommand("database", "Control's database: SQLite's file, or PostgreSQL");
  database->require_subcommand(1);
  auto* const copy = database->add_subcommand("copy", "Copy it into an empty one; control must be stopped");
  copy->add_option("from", copy_from, "The path of a file, or postgresql://user@host/database")->required();
  copy->add_option("to", copy_to, "The same; it must be empty")->required();

  const auto operators = wiring::add_operator_commands(app);
  const auto statistics = wiring::add_statistics_commands(app);
  const auto bulk = wiring::add_bulk_commands(app);

  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (*up_command) return wiring::up(up);
  if (*down_command) return wiring::down(up.folder);
  if (*reload_command) return wiring::reload(up.folder);
  if (*cluster) return wiring::run_cluster(process);
  if (*control) return wiring::run_control(process);
  if (*status) return wiring::run_status(process);
  if (*check_config) return wiring::check_config(config_file);
  if (*copy) return wiring::copy_database(copy_from, copy_to);
  if (*settings) return wiring::print_settings();
  if (*recount) return wiring::recount(up.folder, cluster_name);
  return (statistics->is_given() ? statistics : bulk->is_given() ? bulk : operators)->run();
}
