#include "sql/statement_work.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/check.h"

namespace postroad::sql {
namespace {

std::atomic<StatementWork*> current = nullptr;  // SQLite's hook for new connections is the process's

int finished(unsigned, void*, void* statement, void*) {
  auto* const ran = static_cast<sqlite3_stmt*>(statement);
  const char* const text = sqlite3_sql(ran);
  const auto steps = static_cast<std::uint64_t>(sqlite3_stmt_status(ran, SQLITE_STMTSTATUS_VM_STEP, 1));
  if (auto* const work = current.load(); work != nullptr && text != nullptr) work->note(text, steps);
  return 0;
}

int opened(sqlite3* database, const char**, const void*) {
  return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, finished, nullptr);
}

void (*entry_point())() { return reinterpret_cast<void (*)()>(opened); }

}  // namespace

StatementWork::StatementWork() {
  check(current.exchange(this) == nullptr, "statements are counted by one at a time");
  sqlite3_auto_extension(entry_point());
}

StatementWork::~StatementWork() {
  sqlite3_cancel_auto_extension(entry_point());
  current = nullptr;
}

void StatementWork::note(const std::string& statement, std::uint64_t steps) {
  const std::lock_guard lock(mutex_);
  auto& most = most_[statement];
  most = std::max(most, steps);
}

std::map<std::string, std::uint64_t> StatementWork::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(most_, {});
}

}  // namespace postroad::sql
