#include <cstdio>

#include "control/schema.h"
#include "postroad/commands.h"
#include "sql/copy.h"
#include "sql/location.h"

namespace postroad::wiring {

using io::Task;

namespace {

Task<void> knock(io::real::Machine* machine, std::string path, bool* is_open) {
  try {
    const auto stream = co_await io::real::connect_unix(machine->loop(0), path);
    *is_open = true;
  } catch (const io::Ended&) {
  }
  machine->stop();
}

// Whether control works on this file: its operators' socket lies beside. PostgreSQL keeps out a second one itself.
bool is_in_use(const Path& file) {
  io::real::Machine machine(1);
  bool is_open = false;
  machine.loop(0).spawn(knock(&machine, (file.parent_path() / "operator.sock").string(), &is_open), "knock");
  machine.run();
  return is_open;
}

Result<std::unique_ptr<sql::Database>> open_unused(const std::string& location) {
  TRY(auto database, sql::open_location(location, {.folder = ".", .program = "postroad database copy"}));
  if (is_in_use(location)) return fail(Fault::Busy, sql::shown_location(location) + ": control is running on it: stop it first");
  return database;
}

Result<std::vector<sql::CopiedTable>> copy(const std::string& from, const std::string& to) {
  TRY(const auto source, open_unused(from));
  TRY(const auto target, open_unused(to));
  return sql::copy_database(*source, *target, control::migrations());
}

}  // namespace

int copy_database(const std::string& from, const std::string& to) {
  const auto copied = copy(from, to);
  if (!copied) return complain(copied.error());
  for (const auto& table : *copied) std::printf("%12llu  %s\n", static_cast<unsigned long long>(table.rows), table.name.c_str());
  std::printf("copied to %s, read again and compared\n", sql::shown_location(to).c_str());
  return 0;
}

}  // namespace postroad::wiring
