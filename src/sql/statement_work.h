#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace postroad::sql {

// What statements cost SQLite, for tests of how that grows: instructions of its virtual machine, the same in each run
// of a test. Counts every statement of each connection that opens during its life; one at a time.
class StatementWork {
 public:
  StatementWork();
  ~StatementWork();
  StatementWork(const StatementWork&) = delete;
  StatementWork& operator=(const StatementWork&) = delete;

  // The most that one run of each statement took since the last call.
  std::map<std::string, std::uint64_t> take();
  void note(const std::string& statement, std::uint64_t steps);

 private:
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> most_;
};

}  // namespace postroad::sql
