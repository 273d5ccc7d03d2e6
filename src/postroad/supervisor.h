#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/event.h"
#include "io/real/machine.h"
#include "log/log.h"
#include "postroad/folder.h"
#include "postroad/plan.h"

namespace postroad::wiring {

// Owns the listening sockets, starts the planes' processes and passes them theirs, restarts one that dies (after
// 0.1 s, doubling to 10 s; from anew once it has run a minute), and stops all on request. A connection that comes
// while a process is away waits in its socket. Where it is killed itself, the planes end, but for status: survivor.h.
class Supervisor {
 public:
  Supervisor(io::real::Loop& loop, Path folder, std::vector<Plane> planes, log::Log& log);
  ~Supervisor();

  // Opens every socket. Conflict with the address where one is taken.
  Result<> open_sockets();
  // Starts all and resumes when each has said it is ready. Broken where one ended instead: its log tells why.
  io::Task<Result<>> start();
  // SIGTERM to all, SIGKILL to those that are there after 20 s; resumes when none is left.
  io::Task<void> stop();
  // To be called on SIGCHLD.
  void reap();
  // SIGHUP to all: they read their settings again.
  void reload();

  // Called whenever a process has become ready: its id may be new.
  void on_ready(std::function<void()> call) { on_ready_ = std::move(call); }
  // By title; 0: not running.
  std::map<std::string, int> process_ids() const;

 private:
  struct Child;
  struct Image;
  io::Task<void> keep(Child* child);
  Result<> launch(Child& child);
  std::uint16_t feed_port() const;
  io::Task<Result<>> await_child(Child* child, io::Tick until);
  io::Task<void> await_ready(Child* child, int descriptor);
  [[noreturn]] void become(const Child& child, Image& image);

  io::real::Loop& loop_;
  const Path folder_;
  log::Log& log_;
  std::vector<std::unique_ptr<Child>> children_;
  io::Bell changed_;
  std::function<void()> on_ready_;
  bool is_stopping_ = false;
};

}  // namespace postroad::wiring
