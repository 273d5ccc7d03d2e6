#include "control/signing_in.h"

#include "base/check.h"
#include "base/text.h"

namespace postroad::control {

using io::Task;

namespace {

constexpr std::size_t kThrottled = 65'536;  // names and networks watched, each
constexpr std::uint32_t kCodesMost = 10;    // wrong ones in a window: a guess is right one time in 30,000 or so
constexpr std::size_t kRemembered = 10'000;

std::string hash_of_nothing(Machine& machine, const Options& options) {
  auto made = sasl::hash_password(base64(machine.random.bytes(16)), options.hash, machine.random);
  check(made.has_value(), "the options of password hashes are in range");
  return std::move(*made);
}

}  // namespace

SigningIn::SigningIn(Machine machine, const Options& options)
    : loop_(machine.loop), names_(options.failures_most, options.failures_window, kThrottled),
      networks_(options.failures_per_network, options.failures_window, kThrottled),
      codes_(kCodesMost, options.failures_window, kThrottled), remembered_(kRemembered, options.remember, machine.random), nobodys_hash_(hash_of_nothing(machine, options)) {}

SigningIn::Attempt::Attempt(std::string network, std::string name, Turns& turns, std::shared_ptr<io::Mutex> turn, io::Mutex::Guard guard)
    : network_(std::move(network)), name_(std::move(name)), turns_(&turns), turn_(std::move(turn)), guard_(std::move(guard)) {}

// The last one of a name takes its turns away: the map holds one share, this another.
SigningIn::Attempt::~Attempt() {
  if (turn_ != nullptr && turn_.use_count() == 2) turns_->erase(name_);
}

Task<SigningIn::Attempt> SigningIn::enter(std::string network, std::string name) {
  auto both = network + " " + name;
  auto& kept = turns_[both];
  if (kept == nullptr) kept = std::make_shared<io::Mutex>(loop_);
  auto turn = kept;
  auto guard = co_await turn->lock();
  co_return Attempt(std::move(network), std::move(both), turns_, std::move(turn), std::move(guard));
}

std::chrono::seconds SigningIn::wait(const Attempt& attempt) {
  return std::max(names_.wait(attempt.name_, now()), networks_.wait(attempt.network_, now()));
}

void SigningIn::failed(const Attempt& attempt) {
  names_.failed(attempt.name_, now());
  networks_.failed(attempt.network_, now());
}

std::size_t SigningIn::forget_name(const std::string& name, const std::string& holder) {
  return names_.forget([&](const std::string_view each) { return each.ends_with(" " + name); }) + codes_.forget([&](const std::string_view each) { return each == holder; });
}

std::size_t SigningIn::forget_network(const std::string& network) {
  return names_.forget([&](const std::string_view each) { return each.starts_with(network + " "); }) + networks_.forget([&](const std::string_view each) { return each == network; });
}

bool SigningIn::remembers(const std::string& who, const std::string& password) { return remembered_.has(who, 0, password, now()); }
void SigningIn::remember(const std::string& who, const std::string& password) { remembered_.add(who, 0, password, now()); }

}  // namespace postroad::control
