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

#include "base/text.h"
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

std::string last_line(const Path& file) {
  const auto text = read_file(file).value_or("");
  const auto lines = trim(text);
  return std::string(lines.substr(lines.rfind('\n') + 1));
}

}  // namespace

struct Supervisor::Child {
  Plane plane;
  std::vector<int> sockets;  // as in plane.sockets
  int process = 0;
  bool is_ready = false;
  bool has_ended_early = false;
  std::unique_ptr<io::Stream> ready;
};

// What a new process is made of.
struct Supervisor::Image {
  Image(const Path& folder, const Plane& plane, const std::vector<int>& sockets, int ready_descriptor, std::uint16_t feed_port)
      : ready(ready_descriptor), supervisor(::getpid()), log_path((folder / "log" / (plane.title() + ".log")).string()) {
    const char* const kinds[] = {"control", "cluster", "status"};
    arguments = {"postroad", kinds[static_cast<int>(plane.kind)], "--dir", folder.string()};
    if (plane.kind == Plane::Kind::Cluster) arguments.insert(arguments.end(), {"--name", plane.name, "--feed-port", std::to_string(feed_port)});
    if (plane.kind != Plane::Kind::Status) arguments.emplace_back("--demo");

    std::string passed;
    for (std::size_t i = 0; i < sockets.size(); ++i)
      passed += (i == 0 ? "" : ",") + plane.sockets[i].service + "=" + std::to_string(sockets[i]);
    for (char** each = environ; *each != nullptr; ++each) environment.emplace_back(*each);
    environment.push_back("POSTROAD_SOCKETS=" + passed);
    environment.push_back("POSTROAD_READY=" + std::to_string(ready));
    for (auto& word : arguments) argument_list.push_back(word.data());
    for (auto& word : environment) environment_list.push_back(word.data());
    argument_list.push_back(nullptr);
    environment_list.push_back(nullptr);
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  int ready;
  int supervisor;
  std::string log_path;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<char*> argument_list;
  std::vector<char*> environment_list;
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
  // Control and the clusters wait for each other; status looks at all of them.
  for (const bool is_status : {false, true}) {
    const auto belongs = [is_status](const auto& child) { return (child->plane.kind == Plane::Kind::Status) == is_status; };
    for (const auto& child : children_)
      if (belongs(child)) loop_.spawn(keep(child.get()), "supervise " + child->plane.title());
    for (const auto& child : children_)
      if (belongs(child)) CO_TRY_OK(co_await await_child(child.get(), until));
  }
  co_return Result<>();
}

Task<Result<>> Supervisor::await_child(Child* child, io::Tick until) {
  while (!child->is_ready) {
    if (is_stopping_) co_return fail(Fault::Refused, "stopped before everything was ready");
    const bool is_late = loop_.clock().steady() >= until;
    if (child->has_ended_early || is_late) {
      const auto log = folder_ / "log" / (child->plane.title() + ".log");
      co_return fail(Fault::Broken, child->plane.title() + (is_late ? " is not ready" : " ended at once") + "; see " + log.string() +
                                        ", which ends with:\n  " + last_line(log));
    }
    co_await changed_.wait(until);
  }
  co_return Result<>();
}

// A child's life: start it, await its end, pause, again.
Task<void> Supervisor::keep(Child* child) {
  std::chrono::microseconds pause = kFirstPause;
  while (!is_stopping_) {
    const auto started = loop_.clock().steady();
    if (const auto launched = launch(*child); !launched) {
      log_.error("supervisor.start_failed", {{"plane", child->plane.title()}, {"reason", launched.error().text}});
    }
    while (child->process != 0) co_await changed_.wait();
    if (!child->is_ready) child->has_ended_early = true;
    child->is_ready = false;
    changed_.ring();
    if (is_stopping_) co_return;
    if (loop_.clock().steady() - started >= kSteady) pause = kFirstPause;
    log_.warning("supervisor.restart", {{"plane", child->plane.title()}, {"pause_ms", pause.count() / 1000}});
    co_await loop_.sleep(pause);
    pause = std::min<std::chrono::microseconds>(pause * 2, kLongestPause);
  }
}

std::uint16_t Supervisor::feed_port() const {
  for (const auto& child : children_)
    if (const auto* const feed = child->plane.find("feed")) return feed->at.port;
  return 0;
}

Result<> Supervisor::launch(Child& child) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return fail(Fault::Busy, std::string("no socket: ") + std::strerror(errno));
  Image image(folder_, child.plane, child.sockets, ends[1], feed_port());
  const int process = ::fork();
  if (process == 0) become(child, image);
  ::close(ends[1]);
  if (process < 0) {
    ::close(ends[0]);
    return fail(Fault::Busy, std::string("no process: ") + std::strerror(errno));
  }
  child.process = process;
  log_.info("supervisor.started", {{"plane", child.plane.title()}, {"pid", process}});
  loop_.spawn(await_ready(&child, ends[0]), "await " + child.plane.title());
  return {};
}

// Nothing here may allocate: another thread may hold the allocator's lock at the fork.
void Supervisor::become(const Child& child, Image& image) {
  // Without its supervisor a plane would hold the folder. The status plane stays: its page outlives all else.
  if (child.plane.kind != Plane::Kind::Status) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != image.supervisor) ::_exit(0);
  }
  for (const int socket : child.sockets) ::fcntl(socket, F_SETFD, 0);
  ::fcntl(image.ready, F_SETFD, 0);
  const int log_file = ::open(image.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file >= 0) {
    ::dup2(log_file, STDOUT_FILENO);
    ::dup2(log_file, STDERR_FILENO);
  }
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::execve("/proc/self/exe", image.argument_list.data(), image.environment_list.data());
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
      log_.info("supervisor.ready", {{"plane", child->plane.title()}, {"pid", process}});
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
        log_.warning("supervisor.ended", {{"plane", child->plane.title()},
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
