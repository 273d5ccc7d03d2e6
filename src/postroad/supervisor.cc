#include "postroad/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "io/real/network.h"

namespace postroad::wiring {

using namespace std::chrono_literals;
using io::Task;

namespace {
constexpr auto kFirstPause = 100ms;
constexpr auto kLongestPause = 10s;
constexpr auto kSteady = 60s;
constexpr auto kStartPatience = 120s;
constexpr auto kStopPatience = 20s;
}  // namespace

struct Supervisor::Child {
  Plane plane;
  std::vector<int> sockets;  // as in plane.sockets
  int process = 0;
  bool is_ready = false;
  bool has_ended_early = false;
  std::unique_ptr<io::Stream> ready;
};

Supervisor::Supervisor(io::real::Loop& loop, Path folder, std::vector<Plane> planes, log::Log& log)
    : loop_(loop), folder_(std::move(folder)), log_(log), changed_(loop) {
  for (auto& plane : planes) {
    children_.push_back(std::make_unique<Child>());
    children_.back()->plane = std::move(plane);
  }
}

Supervisor::~Supervisor() {
  for (const auto& child : children_)
    for (const int socket : child->sockets) ::close(socket);
}

Result<> Supervisor::open_sockets() {
  for (const auto& child : children_) {
    for (const auto& socket : child->plane.sockets) {
      try {
        child->sockets.push_back(io::real::open_listening(socket.at));
      } catch (const io::Ended& ended) {
        return fail(Fault::Conflict, std::string(ended.what()) + "; choose other ports with --port-base");
      }
    }
  }
  return {};
}

Task<Result<>> Supervisor::start() {
  const auto until = loop_.clock().steady() + kStartPatience;
  for (const auto& child : children_) {
    loop_.spawn(keep(child.get()), "supervise " + child->plane.title());
    // One after the other: clusters find control there, and status finds both.
    while (!child->is_ready) {
      const bool is_late = loop_.clock().steady() >= until;
      if (child->has_ended_early || is_late)
        co_return fail(Fault::Broken, child->plane.title() + (is_late ? " is not ready" : " ended at once") + "; see " +
                                          (folder_ / "log" / (child->plane.title() + ".log")).string());
      co_await changed_.wait(until);
    }
  }
  co_return Result<>();
}

// A child's life: start it, await its end, pause, again.
Task<void> Supervisor::keep(Child* child) {
  std::chrono::microseconds pause = kFirstPause;
  while (!is_stopping_) {
    const auto started = loop_.clock().steady();
    if (const auto launched = launch(*child); !launched) {
      log_.error("supervisor.start_failed", {{"process", child->plane.title()}, {"reason", launched.error().text}});
    }
    while (child->process != 0) co_await changed_.wait();
    if (!child->is_ready) child->has_ended_early = true;
    child->is_ready = false;
    changed_.ring();
    if (is_stopping_) co_return;
    if (loop_.clock().steady() - started >= kSteady) pause = kFirstPause;
    log_.warning("supervisor.restart", {{"process", child->plane.title()}, {"pause_ms", pause.count() / 1000}});
    co_await loop_.sleep(pause);
    pause = std::min<std::chrono::microseconds>(pause * 2, kLongestPause);
  }
}

Result<> Supervisor::launch(Child& child) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return fail(Fault::Busy, std::string("no socket: ") + std::strerror(errno));
  const int process = ::fork();
  if (process == 0) become(child, ends[1]);
  ::close(ends[1]);
  if (process < 0) {
    ::close(ends[0]);
    return fail(Fault::Busy, std::string("no process: ") + std::strerror(errno));
  }
  child.process = process;
  log_.info("supervisor.started", {{"process", child.plane.title()}, {"pid", process}});
  loop_.spawn(await_ready(&child, ends[0]), "await " + child.plane.title());
  return {};
}

// In the new process, between fork and exec: only what is safe there.
void Supervisor::become(const Child& child, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // without its supervisor it would hold the folder
  std::string sockets;
  for (std::size_t i = 0; i < child.sockets.size(); ++i) {
    ::fcntl(child.sockets[i], F_SETFD, 0);
    sockets += (i == 0 ? "" : ",") + child.plane.sockets[i].service + "=" + std::to_string(child.sockets[i]);
  }
  ::fcntl(ready, F_SETFD, 0);
  ::setenv("POSTROAD_SOCKETS", sockets.c_str(), 1);
  ::setenv("POSTROAD_READY", std::to_string(ready).c_str(), 1);
  const auto title = child.plane.title();
  const auto log_path = (folder_ / "log" / (title + ".log")).string();
  const int log_file = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file >= 0) {
    ::dup2(log_file, STDOUT_FILENO);
    ::dup2(log_file, STDERR_FILENO);
  }
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  const auto folder = folder_.string();
  const char* const kind = child.plane.kind == Plane::Kind::Cluster   ? "cluster"
                           : child.plane.kind == Plane::Kind::Control ? "control"
                                                                      : "status";
  std::vector<const char*> words = {"postroad", kind, "--dir", folder.c_str()};
  if (child.plane.kind == Plane::Kind::Cluster) words.insert(words.end(), {"--name", child.plane.name.c_str()});
  if (child.plane.kind != Plane::Kind::Status) words.push_back("--demo");
  words.push_back(nullptr);
  ::execv("/proc/self/exe", const_cast<char* const*>(words.data()));
  ::_exit(127);
}

// The child writes a byte when it is ready; its death closes the socket.
Task<void> Supervisor::await_ready(Child* child, int descriptor) {
  const auto stream = io::real::adopt_stream(loop_, descriptor);
  const int process = child->process;
  try {
    char byte[1];
    if (co_await stream->read(byte) == 1 && child->process == process) {
      child->is_ready = true;
      log_.info("supervisor.ready", {{"process", child->plane.title()}, {"pid", process}});
      if (on_ready_) on_ready_();
    }
  } catch (const io::Ended&) {
  }
  changed_.ring();
}

void Supervisor::reap() {
  int status = 0;
  for (int process; (process = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    for (const auto& child : children_) {
      if (child->process != process) continue;
      child->process = 0;
      if (!is_stopping_)
        log_.warning("supervisor.ended", {{"process", child->plane.title()},
                                          {"pid", process},
                                          {"exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1},
                                          {"signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0}});
    }
  }
  changed_.ring();
}

void Supervisor::reload() {
  for (const auto& child : children_)
    if (child->process != 0) ::kill(child->process, SIGHUP);
}

Task<void> Supervisor::stop() {
  is_stopping_ = true;
  const auto until = loop_.clock().steady() + kStopPatience;
  bool is_killing = false;
  const auto signal_all = [this](int number) {
    for (const auto& child : children_)
      if (child->process != 0) ::kill(child->process, number);
  };
  signal_all(SIGTERM);
  while (std::ranges::any_of(children_, [](const auto& child) { return child->process != 0; })) {
    if (!is_killing && loop_.clock().steady() >= until) {
      is_killing = true;
      log_.error("supervisor.killing");
      signal_all(SIGKILL);
    }
    co_await changed_.wait(is_killing ? io::kNever : until);
  }
}

std::map<std::string, int> Supervisor::process_ids() const {
  std::map<std::string, int> all;
  for (const auto& child : children_) all[child->plane.title()] = child->process;
  return all;
}

}  // namespace postroad::wiring
