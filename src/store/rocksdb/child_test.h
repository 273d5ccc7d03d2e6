#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

namespace postroad::store::testing {

// What a child tells its parent, a line at a time, goes to this descriptor of its.
inline constexpr int kChildSays = 10;

inline void say(const std::string& text) {
  const auto line = text + "\n";
  if (::write(kChildSays, line.data(), line.size()) < 0) ::_exit(4);
}

// A test case of this program, run in a process of its own.
struct Child {
  std::vector<std::string> said;  // lines
  int status = 0;                 // waitpid's
  bool was_killed_by(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
};

// Runs the (skipped) test case with this environment until it ends; kills it once it has said `kill_after` lines. Reads
// what it says to the end in any case.
inline Child run_child(const std::string& test_case, std::vector<std::string> environment,
                       std::size_t kill_after = SIZE_MAX) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto filter = "--test-case=" + test_case;
  const char* arguments[] = {"test_store", filter.c_str(), "--no-skip", nullptr};
  std::vector<const char*> variables;
  for (const auto& each : environment) variables.push_back(each.c_str());
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addclose(&actions, ends[0]);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], kChildSays);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  REQUIRE(::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, const_cast<char**>(arguments),
                        const_cast<char**>(variables.data())) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);

  std::string told;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    told.append(buffer, static_cast<std::size_t>(got));
    if (static_cast<std::size_t>(std::ranges::count(told, '\n')) >= kill_after) ::kill(pid, SIGKILL);
  }
  ::close(ends[0]);
  Child child;
  ::waitpid(pid, &child.status, 0);
  for (std::size_t from = 0, to = 0; (to = told.find('\n', from)) != std::string::npos; from = to + 1)
    child.said.push_back(told.substr(from, to - from));
  return child;
}

}  // namespace postroad::store::testing
