#include "postroad/up.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/text.h"
#include "io/real/machine.h"
#include "log/writer.h"
#include "postroad/endpoints.h"
#include "postroad/plan.h"
#include "postroad/process.h"
#include "postroad/supervisor.h"
#include "postroad/survivor.h"

namespace postroad::wiring {

using io::Task;

namespace {

// Standard input and output are the terminal's or a pipe's: whoever waits for that pipe's end must not wait for us.
void leave_terminal(const Path& folder) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const int file = ::open((folder / "log/supervisor.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
}

// The supervisor's process, from its folder's lock on.
class Up {
 public:
  Up(const UpOptions& options, int told)
      : options_(options),
        told_(told),
        machine_(1),
        log_file_(::open((options.folder / "log/supervisor.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
        log_(machine_.clock(), log_file_, {.hash_key = {}, .process = "supervisor"}),
        planes_(demo_plan(options.port_base)),
        supervisor_(machine_.loop(0), options.folder, planes_, log_) {}

  int run() {
    if (const auto opened = supervisor_.open_sockets(); !opened) return complain(opened.error());
    supervisor_.on_ready([this] { tell_endpoints(); });
    const io::real::Signals signals(machine_.loop(0), {SIGTERM, SIGINT, SIGCHLD, SIGHUP}, [this](int number) { take(number); });
    machine_.loop(0).spawn(start(), "start");
    machine_.run();
    return exit_code_;
  }

 private:
  Task<void> start() {
    const auto started = co_await supervisor_.start();
    if (!started) {
      exit_code_ = is_stopping_ ? 0 : complain(started.error());
      stop();
      co_return;
    }
    tell_endpoints();
    if (const auto screen = welcome(options_.folder, options_.program, options_.is_detached)) std::fputs(screen->c_str(), stdout);
    std::fflush(stdout);
    if (told_ >= 0) {  // the command that started us may return
      leave_terminal(options_.folder);
      if (::write(told_, "r", 1) != 1) log_.warning("supervisor.nobody_waits");
      ::close(told_);
    }
  }

  void tell_endpoints() {
    const auto demo = read_file(options_.folder / "control/demo.json");
    auto written = write_endpoints(options_.folder, planes_, supervisor_.process_ids(), demo.value_or(""));
    if (written) written = write_probes(options_.folder, planes_, demo.value_or(""));
    if (!written) log_.error("supervisor.endpoints_failed", {{"reason", written.error().text}});
  }

  void take(int number) {
    if (number == SIGCHLD) {
      supervisor_.reap();
    } else if (number == SIGHUP) {
      supervisor_.reload();
    } else {
      stop();
    }
  }

  void stop() {
    if (is_stopping_) return;
    is_stopping_ = true;
    log_.info("supervisor.stopping");
    machine_.loop(0).spawn(finish(), "stop");
  }

  Task<void> finish() {
    co_await supervisor_.stop();
    log_.info("supervisor.stopped");
    machine_.stop();
  }

  const UpOptions& options_;
  const int told_;
  io::real::Machine machine_;
  const int log_file_;
  log::Writer log_;
  const std::vector<Plane> planes_;
  Supervisor supervisor_;
  bool is_stopping_ = false;
  int exit_code_ = 0;
};

// Only what postroad made itself, in a folder that is its own.
Result<> wipe(const Path& folder) {
  std::error_code failed;
  for (const char* part : {"tls", "log", "control", "status", "cluster.a", "cluster.b", "endpoints.json", "supervisor.pid"}) {
    std::filesystem::remove_all(folder / part, failed);
    if (failed) return fail(Fault::Broken, "can't remove " + (folder / part).string() + ": " + failed.message());
  }
  return {};
}

// A folder of somebody else's, named by mistake, loses nothing to --fresh.
bool is_foreign(const Path& folder) {
  std::error_code failed;
  return !std::filesystem::exists(folder / "supervisor.lock", failed) &&
         (std::filesystem::exists(folder / "log", failed) || std::filesystem::exists(folder / "tls", failed) ||
          std::filesystem::exists(folder / "control", failed) || std::filesystem::exists(folder / "status", failed));
}

Result<FolderLock> take_folder(const UpOptions& options) {
  TRY_OK(make_folder(options.folder));
  if (options.is_fresh && is_foreign(options.folder))
    return fail(Fault::Refused, options.folder.string() + " was not made by postroad: --fresh removes nothing from it");
  TRY_OK(read_settings(options.folder));  // before a plane ends of what is wrong in them
  TRY(auto lock, FolderLock::take(options.folder));
  TRY_OK(end_survivor(options.folder));
  if (options.is_fresh) TRY_OK(wipe(options.folder));
  std::vector<std::string> titles;
  for (const auto& plane : demo_plan(options.port_base)) titles.push_back(plane.title());
  TRY_OK(prepare_folder(options.folder, titles));
  return lock;
}

// The supervisor's process id, where one runs in the folder; 0 where none does.
Result<int> supervisor_of(const Path& folder) {
  TRY(const auto is_held, FolderLock::is_held(folder));
  if (!is_held) return 0;
  TRY(const auto text, read_file(folder / "supervisor.pid"));
  const auto process = parse_number(trim(text), INT32_MAX);
  if (!process) return fail(Fault::Broken, (folder / "supervisor.pid").string() + " is damaged");
  return static_cast<int>(*process);
}

Result<> signal_supervisor(int process, int number) {
  if (::kill(process, number) == 0) return {};
  return fail(Fault::Refused, "can't signal the supervisor, process " + std::to_string(process) + ": " + std::strerror(errno));
}

int nothing_runs(const Path& folder) {
  std::fprintf(stderr, "postroad: nothing runs in %s\n", folder.c_str());
  return 1;
}

// Goes to the background. In the command's process it does not return: that one ends once the other is ready, or has
// failed. Returns, in the background's, what to write a byte to.
int detach() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const int process = ::fork();
  if (process > 0) {
    ::close(ends[1]);
    char byte = 0;
    ::_exit(::read(ends[0], &byte, 1) == 1 ? 0 : 1);
  }
  ::close(ends[0]);
  ::setsid();
  return ends[1];
}

}  // namespace

int up(const UpOptions& options) {
  ::umask(077);
  const auto lock = take_folder(options);
  if (!lock) return complain(lock.error());

  const int told = options.is_detached ? detach() : -1;
  if (const auto written = write_file(options.folder / "supervisor.pid", std::to_string(::getpid()) + "\n"); !written)
    return complain(written.error());
  int exit_code = 1;
  {
    Up running(options, told);
    exit_code = running.run();
  }
  std::error_code failed;
  std::filesystem::remove(options.folder / "supervisor.pid", failed);
  return exit_code;
}

int down(const Path& folder) {
  const auto process = supervisor_of(folder);
  if (!process) return complain(process.error());
  if (*process == 0) {
    const auto has_survived = end_survivor(folder);
    if (!has_survived) return complain(has_survived.error());
    if (!*has_survived) return nothing_runs(folder);
    std::puts("Stopped the status plane, which had outlived its supervisor.");
    return 0;
  }
  if (const auto told = signal_supervisor(*process, SIGTERM); !told) return complain(told.error());
  const int file = ::open((folder / "supervisor.lock").c_str(), O_RDWR | O_CLOEXEC);
  const bool has_stopped = file >= 0 && ::flock(file, LOCK_EX) == 0;  // it is released when the supervisor ends
  if (file >= 0) ::close(file);
  std::puts(has_stopped ? "Stopped." : "Stopping.");
  return 0;
}

int reload(const Path& folder) {
  const auto process = supervisor_of(folder);
  if (!process) return complain(process.error());
  if (*process == 0) return nothing_runs(folder);
  if (const auto settings = read_settings(folder); !settings) return complain(settings.error());
  if (const auto told = signal_supervisor(*process, SIGHUP); !told) return complain(told.error());
  std::puts("Told every process to read its settings again; the logs tell what waits for a restart.");
  return 0;
}

}  // namespace postroad::wiring
