#include "program/workers.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "program/verdict_line.h"

namespace postroad::sim {
namespace {

struct Worker {
  pid_t process = -1;
  int pipe = -1;
  std::string received;
  std::uint64_t next = 0;  // the seed that it is at
};

void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(to, bytes.data(), bytes.size());
    if (count <= 0) ::_exit(3);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// Worker i has the seeds first + i, first + i + jobs, ...
void start(Worker& worker, const Seeds& seeds) {
  int ends[2];
  check(::pipe(ends) == 0, "a pipe can be made");
  worker.process = ::fork();
  check(worker.process >= 0, "a process can be made");
  if (worker.process == 0) {
    ::close(ends[0]);
    for (auto seed = worker.next; seed < seeds.first + seeds.count; seed += static_cast<std::uint64_t>(seeds.jobs))
      write_all(ends[1], to_line(run_seed(seed)) + "\n");
    ::_exit(0);
  }
  ::close(ends[1]);
  worker.pipe = ends[0];
}

void stop(Worker& worker) {
  if (worker.process < 0) return;
  ::close(worker.pipe);
  ::kill(worker.process, SIGKILL);
  ::waitpid(worker.process, nullptr, 0);
  worker.process = -1;
}

// What a worker wrote; at its end, what became of it. False where the caller wants no more.
bool listen(Worker& worker, const Seeds& seeds, const std::function<bool(const Verdict&)>& on_verdict) {
  char piece[4096];
  const auto count = ::read(worker.pipe, piece, sizeof piece);
  if (count > 0) worker.received.append(piece, static_cast<std::size_t>(count));
  for (auto end = worker.received.find('\n'); end != std::string::npos; end = worker.received.find('\n')) {
    const auto verdict = from_line(std::string_view(worker.received).substr(0, end));
    worker.received.erase(0, end + 1);
    worker.next += static_cast<std::uint64_t>(seeds.jobs);
    if (verdict && !on_verdict(*verdict)) return false;
  }
  if (count > 0) return true;
  ::close(worker.pipe);
  int status = 0;
  ::waitpid(worker.process, &status, 0);
  worker.process = -1;
  if (worker.next >= seeds.first + seeds.count) return true;
  Verdict died;
  died.seed = worker.next;
  died.findings = {WIFSIGNALED(status) ? "the process died of signal " + std::to_string(WTERMSIG(status)) : "the process ended"};
  worker.next += static_cast<std::uint64_t>(seeds.jobs);
  worker.received.clear();
  if (worker.next < seeds.first + seeds.count) start(worker, seeds);
  return on_verdict(died);
}

}  // namespace

void run_seeds(const Seeds& seeds, const std::function<bool(const Verdict&)>& on_verdict) {
  std::vector<Worker> workers(static_cast<std::size_t>(seeds.jobs));
  for (std::size_t i = 0; i < workers.size(); ++i) {
    workers[i].next = seeds.first + i;
    if (workers[i].next < seeds.first + seeds.count) start(workers[i], seeds);
  }
  for (bool goes_on = true; goes_on;) {
    std::vector<pollfd> polled;
    std::vector<Worker*> who;
    for (auto& worker : workers) {
      if (worker.process < 0) continue;
      polled.push_back({worker.pipe, POLLIN, 0});
      who.push_back(&worker);
    }
    if (polled.empty()) return;
    ::poll(polled.data(), polled.size(), -1);
    for (std::size_t i = 0; i < polled.size() && goes_on; ++i)
      if (polled[i].revents != 0) goes_on = listen(*who[i], seeds, on_verdict);
  }
  for (auto& worker : workers) stop(worker);
}

}  // namespace postroad::sim
