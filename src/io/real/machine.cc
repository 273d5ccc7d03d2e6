#include "io/real/machine.h"

#include <sys/random.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "base/check.h"

namespace postroad::io::real {
namespace asio = boost::asio;
using std::chrono::duration_cast;

Time Clock::now() const { return std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()); }

Tick Clock::steady() const {
  return Tick(duration_cast<Tick::duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

void Random::fill(std::span<char> into) {
  while (!into.empty()) {
    const auto count = ::getrandom(into.data(), into.size(), 0);
    check(count >= 0 || errno == EINTR, "the kernel gives random bytes");
    if (count > 0) into = into.subspan(static_cast<std::size_t>(count));
  }
}

// One timer of Asio's for all of the loop's; it may fire early, never late.
struct Loop::Alarm {
  explicit Alarm(asio::io_context& context) : timer(context), work(asio::make_work_guard(context)) {}
  asio::steady_timer timer;
  Tick armed = kNever;
  asio::executor_work_guard<asio::io_context::executor_type> work;
};

Loop::Loop(const io::Clock& clock)
    : io::Loop(clock),
      context_(std::make_unique<asio::io_context>(BOOST_ASIO_CONCURRENCY_HINT_SAFE)),
      alarm_(std::make_unique<Alarm>(*context_)) {}

Loop::~Loop() {
  destroy_tasks();
  alarm_.reset();
}

void Loop::post(std::function<void()> work) { asio::post(*context_, std::move(work)); }

bool Loop::is_here() const { return context_->get_executor().running_in_this_thread(); }

void Loop::run() { context_->run(); }

void Loop::stop() { context_->stop(); }

void Loop::earliest_changed(Tick at) {
  if (at < alarm_->armed) arm(at);
}

void Loop::arm(Tick at) {
  alarm_->armed = at;
  if (at == kNever) return;
  alarm_->timer.expires_at(std::chrono::steady_clock::time_point(
      duration_cast<std::chrono::steady_clock::duration>(at.time_since_epoch())));
  alarm_->timer.async_wait([this](const boost::system::error_code& failed) {
    if (failed) return;  // armed anew meanwhile
    alarm_->armed = kNever;
    run_due(clock().steady());
    earliest_changed(earliest());
  });
}

Pool::Pool(std::size_t threads, std::size_t queue_most) : queue_most_(queue_most) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Pool::~Pool() {
  {
    const std::lock_guard held(mutex_);
    is_stopping_ = true;
    queue_.clear();
  }
  has_work_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool Pool::submit(std::function<void()> work) {
  {
    const std::lock_guard held(mutex_);
    if (is_stopping_ || queue_.size() >= queue_most_) return false;
    queue_.push_back(std::move(work));
  }
  has_work_.notify_one();
  return true;
}

void Pool::run() {
  for (;;) {
    std::unique_lock held(mutex_);
    has_work_.wait(held, [this] { return is_stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto work = std::move(queue_.front());
    queue_.pop_front();
    held.unlock();
    work();
  }
}

struct Signals::Set {
  Set(asio::io_context& context, std::function<void(int)> call) : signals(context), on_signal(std::move(call)) {}
  void wait() {
    signals.async_wait([this](const boost::system::error_code& failed, int number) {
      if (failed) return;
      on_signal(number);
      wait();
    });
  }
  asio::signal_set signals;
  std::function<void(int)> on_signal;
};

Signals::Signals(Loop& loop, std::vector<int> numbers, std::function<void(int)> on_signal)
    : set_(std::make_unique<Set>(loop.context(), std::move(on_signal))) {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int number : numbers) set_->signals.add(number);
  set_->wait();
}

Signals::~Signals() = default;

Machine::Machine(std::size_t loops) {
  check(loops >= 1, "a machine has a loop");
  for (std::size_t i = 0; i < loops; ++i) loops_.push_back(std::make_unique<Loop>(clock_));
}

Machine::~Machine() = default;

std::vector<io::Loop*> Machine::loops() {
  std::vector<io::Loop*> all;
  for (auto& loop : loops_) all.push_back(loop.get());
  return all;
}

void Machine::run() {
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < loops_.size(); ++i) threads.emplace_back([this, i] { loops_[i]->run(); });
  loops_[0]->run();
  for (auto& thread : threads) thread.join();
}

void Machine::stop() {
  for (auto& loop : loops_) loop->stop();
}

void Machine::kill() {
  for (auto& loop : loops_) loop->kill();
}

}  // namespace postroad::io::real
