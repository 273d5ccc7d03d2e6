#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "io/clock.h"
#include "io/loop.h"
#include "io/pool.h"
#include "io/random.h"

namespace boost::asio {
class io_context;
}

namespace postroad::io::real {

class Clock : public io::Clock {
 public:
  Time now() const override;
  Tick steady() const override;
};

// The kernel's random source.
class Random : public io::Random {
 public:
  void fill(std::span<char> into) override;
};

// An io_context and the thread that runs it.
class Loop : public io::Loop {
 public:
  explicit Loop(const io::Clock& clock);
  ~Loop() override;

  void post(std::function<void()> work) override;
  bool is_here() const override;

  // Runs on the calling thread until stop().
  void run();
  void stop();  // from any thread
  // Destroys all tasks, after run() has returned: before what they refer to goes.
  void kill() { destroy_tasks(); }
  boost::asio::io_context& context() { return *context_; }

 private:
  void earliest_changed(Tick at) override;
  void arm(Tick at);
  struct Alarm;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Alarm> alarm_;
};

class Pool : public io::Pool {
 public:
  // At most `queue_most` pieces of work wait.
  Pool(std::size_t threads, std::size_t queue_most);
  ~Pool() override;  // finishes what runs, drops what waits
  bool submit(std::function<void()> work) override;

 private:
  void run();
  const std::size_t queue_most_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<std::function<void()>> queue_;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

// Blocks SIGPIPE and the given signals for all threads to come, and tells of them by `on_signal` on the loop.
class Signals {
 public:
  Signals(Loop& loop, std::vector<int> numbers, std::function<void(int)> on_signal);
  ~Signals();

 private:
  struct Set;
  std::unique_ptr<Set> set_;
};

// A process's loops: the first runs on the thread that calls run(), each other on its own.
class Machine {
 public:
  explicit Machine(std::size_t loops);
  ~Machine();

  const Clock& clock() const { return clock_; }
  Random& random() { return random_; }
  Loop& loop(std::size_t at) { return *loops_[at]; }
  std::vector<io::Loop*> loops();

  void run();   // until stop()
  void stop();  // from any thread
  void kill();  // all loops' tasks, after run()

 private:
  Clock clock_;
  Random random_;
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace postroad::io::real
