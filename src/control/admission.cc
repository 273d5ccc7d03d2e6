#include "control/admission.h"

#include <algorithm>
#include <cmath>

#include "control/busy.h"
#include "control/round.h"

namespace postroad::control {

using io::Task;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kClients = 10'000;    // watched at a time
constexpr double kInvalidLeast = 20;        // requests before a share of them says something
constexpr double kInvalidFree = 0.2;        // so many of a hundred may be invalid for nothing
constexpr double kForgetSeconds = 60;       // in which what was counts a third
constexpr std::size_t kFew = 4;             // requests at once of one who does not do much
constexpr auto kWaitMost = std::chrono::seconds(30);

}  // namespace

struct Admission::Client {
  explicit Client(io::Loop& loop) : bell(loop) {}
  std::size_t running = 0;
  std::list<int> waiting;  // in the order of coming
  io::Bell bell;
  io::Tick next{};         // when the next change is due, at the allowed rate
  double requests = 0;     // the late ones count most
  double invalid = 0;
  io::Tick counted_at{};
};

Admission::Admission(io::Loop& loop, metrics::Registry& metrics, AdmissionOptions options)
    : loop_(loop), options_(options),
      slowed_(metrics.counter("postroad_control_slowed_total", "Requests that waited since many of their client's are invalid")),
      refused_(metrics.counter("postroad_control_not_admitted_total", "Requests refused since their client asks for too much")) {}

Admission::~Admission() = default;

// A client is a company or one of its jobs; until the first answer tells whose a caller is, the caller stands for itself.
std::string Admission::name_of(const Caller& caller) const {
  if (!caller.job.empty()) return job_client("", caller.job);
  const auto known = client_of_.find(caller.id);
  return known == client_of_.end() ? "caller " + caller.id : known->second;
}

Admission::Client& Admission::client(const std::string& name) {
  auto& made = clients_[name];
  if (made == nullptr) {
    forget_idle();
    auto& again = clients_[name];
    again = std::make_unique<Client>(loop_);
    return *again;
  }
  return *made;
}

void Admission::forget_idle() {
  if (client_of_.size() > kClients) client_of_.clear();
  if (clients_.size() <= kClients) return;
  std::erase_if(clients_, [](const auto& entry) {
    return entry.second == nullptr || (entry.second->running == 0 && entry.second->waiting.empty() && entry.second->bell.waiting() == 0);
  });
}

// Grows with the square of their share, from nothing at a fifth: one that errs now and then does not notice.
milliseconds Admission::delay(Client& client) {
  if (client.requests < kInvalidLeast) return milliseconds(0);
  const auto over = std::max(client.invalid / client.requests - kInvalidFree, 0.0) / (1 - kInvalidFree);
  return milliseconds(static_cast<std::int64_t>(over * over * static_cast<double>(options_.slow_most.count())));
}

// How long until the client may ask for another change; it may, where zero.
microseconds Admission::over_rate(Client& client) {
  if (options_.per_second == 0) return microseconds(0);
  const auto now = loop_.clock().steady();
  const auto interval = microseconds(1'000'000 / options_.per_second);
  const auto due = std::max(client.next, now) + interval;
  if (due > now + options_.burst) return std::chrono::duration_cast<microseconds>(due - now - options_.burst);
  client.next = due;
  return microseconds(0);
}

// At most until the burst is used up.
void Admission::charge(Client& client, std::uint64_t changes) {
  if (options_.per_second == 0 || changes == 0) return;
  const auto now = loop_.clock().steady();
  const auto most = now + options_.burst;
  const auto interval = microseconds(1'000'000 / options_.per_second);
  if (client.next < most) client.next = std::min(most, std::max(client.next, now) + interval * static_cast<std::int64_t>(std::min<std::uint64_t>(changes, 1'000'000)));
}

Task<Result<Admission::Place>> Admission::enter(Caller caller, What what) {
  if (caller.is_operator()) co_return Place{};
  const auto name = name_of(caller);
  auto& it = client(name);
  if (it.waiting.size() >= options_.waiting) {
    refused_.add();
    co_return busy("too many of your requests at once", std::chrono::seconds(5));
  }
  // A job keeps to a budget of its own.
  if (const auto wait = what == What::Change && caller.job.empty() ? over_rate(it) : microseconds(0); wait.count() > 0) {
    refused_.add();
    co_return busy("more than " + std::to_string(options_.per_second) + " changes a second", wait);
  }
  const auto until = loop_.clock().steady() + kWaitMost;
  const auto place = it.waiting.insert(it.waiting.end(), 0);
  struct Wait {
    Client& client;
    std::list<int>::iterator at;
    ~Wait() {
      client.waiting.erase(at);
      client.bell.ring();
    }
  };
  {
    const Wait waits{it, place};
    while (it.running >= options_.at_once || it.waiting.begin() != place) {
      if (loop_.clock().steady() >= until) {
        refused_.add();
        co_return busy("too many of your requests at once", std::chrono::seconds(5));
      }
      co_await it.bell.wait(until);
    }
    ++it.running;
  }
  Place made(this, name, it.running > kFew);
  if (const auto slow = delay(it); slow.count() > 0) {
    slowed_.add();
    co_await loop_.sleep(slow);
  }
  co_return made;
}

void Admission::leave(const std::string& name) {
  auto& it = client(name);
  if (it.running > 0) --it.running;
  it.bell.ring();
}

void Admission::ended(const Caller& caller, bool is_valid, const std::string& learned, std::uint64_t changes) {
  if (caller.is_operator()) return;
  if (caller.job.empty() && !learned.empty()) client_of_[caller.id] = learned;
  auto& it = client(name_of(caller));
  if (caller.job.empty() && changes > 1) charge(it, changes - 1);
  const auto now = loop_.clock().steady();
  if (it.requests > 0) {
    const auto keep = std::exp(-std::chrono::duration<double>(now - it.counted_at).count() / kForgetSeconds);
    it.requests *= keep;
    it.invalid *= keep;
  }
  it.counted_at = now;
  it.requests += 1;
  it.invalid += is_valid ? 0 : 1;
}

}  // namespace postroad::control
