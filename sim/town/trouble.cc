#include "town/trouble.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
}  // namespace

Trouble::Trouble(Scene& scene, std::vector<Machine*> machines, std::vector<std::string> people, Options options,
                 io::simulated::Random random)
    : scene_(scene),
      machines_(std::move(machines)),
      people_(std::move(people)),
      options_(options),
      random_(random),
      next_(scene.now() + options.pause) {}

std::uint64_t Trouble::total() const {
  std::uint64_t total = 0;
  for (const auto& [kind, count] : counts_) total += count;
  return total;
}

void Trouble::count(const std::string& kind, const std::string& whom) {
  ++counts_[kind];
  scene_.world.note("fault: " + kind + " " + whom);
}

void Trouble::later(std::chrono::microseconds time, std::function<void()> mend) {
  scene_.world.after(time, [this, mend = std::move(mend)] {
    if (!is_over_) mend();
  });
}

void Trouble::look() {
  for (std::size_t at = 0; at < doomed_.size(); ++at) {
    if (!is_here(doomed_[at])) continue;
    const auto doom = doomed_[at];
    doomed_.erase(doomed_.begin() + static_cast<std::ptrdiff_t>(at));
    take_down(*doom.machine, doom.was_tempted);
    break;
  }
  if (is_over_ || scene_.now() < next_) return;
  next_ = scene_.now() + random_.between(options_.pause / 4, options_.pause * 2);
  begin_one();
}

void Trouble::begin_one() {
  Machine& machine = *machines_[random_.below(machines_.size())];
  if (!machine.is_up()) return;
  switch (random_.below(11)) {
    case 0:
    case 1:
    case 2: return crash(machine);
    case 3:
    case 4: return disturb_link(machine);
    case 5:
    case 6:
    case 7: return disturb_disk(machine);
    case 8: return jump_clock(machine);
    case 9: return replace(machine);
    default: {
      count("stall", machine.name());
      const auto loops = machine.loops();
      loops[random_.below(loops.size())]->stall(random_.between(100ms, 8s));
    }
  }
}

// Not now, but between two steps in the midst of what comes; most often while something is being written.
void Trouble::crash(Machine& machine) {
  if (doomed_.empty()) doom(machine, 3000, false);
}

void Trouble::doom(Machine& machine, std::uint64_t steps, bool was_tempted) {
  const auto step = scene_.world.steps() + random_.below(steps);
  doomed_.push_back({.machine = &machine, .step = step, .wait_for_write = random_.once_in(3) ? 0U : 5000U, .was_tempted = was_tempted});
}

void Trouble::tempt(const std::vector<Machine*>& machines) {
  if (is_over_ || !doomed_.empty() || !random_.once_in(4)) return;
  const auto first = random_.below(machines.size());
  doom(*machines[first], 300, true);
  if (random_.once_in(4)) doom(*machines[(first + 1) % machines.size()], 300, true);
}

bool Trouble::is_here(const Doom& doom) const {
  const auto steps = scene_.world.steps();
  return steps >= doom.step && (steps >= doom.step + doom.wait_for_write || doom.machine->is_writing());
}

void Trouble::take_down(Machine& machine, bool was_tempted) {
  if (!machine.is_up()) return;
  const bool loses_power = random_.once_in(3);
  if (was_tempted) ++tempted_;
  count(loses_power ? "power" : "crash", machine.name());
  if (loses_power) machine.lose_power();
  else machine.crash();
  later(random_.between(500ms, 6s), [&machine] { machine.start(); });
}

std::string Trouble::some_peer(const Machine& machine) {
  const auto which = random_.below(people_.size() + machines_.size());
  if (which < people_.size()) return people_[which];
  const auto& other = machines_[which - people_.size()]->name();
  return other == machine.name() ? people_[0] : other;
}

void Trouble::disturb_link(Machine& machine) {
  auto& network = scene_.network;
  const auto name = machine.name();
  const auto peer = some_peer(machine);
  switch (random_.below(5)) {
    case 0:
      count("cut", name + " " + peer);
      network.cut(name, peer);
      return later(some_time(), [&network, name, peer] { network.heal(name, peer); });
    case 1:
      count("isolation", name);
      network.isolate(name);
      return later(some_time(), [&network, name] { network.rejoin(name); });
    case 2: count("reset", name); return network.reset(name);
    case 3: {
      count("loss", name + " " + peer);
      auto& link = network.link(name, peer);
      link.resets_once_in = random_.between(5, 100);
      return later(some_time(), [&link] { link.resets_once_in = 0; });
    }
    default: {
      count("slow link", name + " " + peer);
      auto& link = network.link(peer, name);
      link.bytes_per_second = random_.between(500, 50'000);
      return later(some_time(), [&link] { link.bytes_per_second = 0; });
    }
  }
}

// Only what happened counts.
void Trouble::disturb_disk(Machine& machine) {
  auto time = some_time();
  switch (random_.below(5)) {
    case 0:
      if (machine.make_disk_slow()) count("slow disk", machine.name());
      break;
    case 1:
      if (machine.make_disk_fail()) count("failing disk", machine.name());
      break;
    case 2:
      if (machine.make_part_fail()) count("failing part", machine.name());
      time = random_.between(time, options_.longest_of_part);
      break;
    default:
      if (machine.make_disk_uncertain()) count("uncertain disk", machine.name());
      break;
  }
  later(time, [&machine] { machine.calm_disk(); });
}

// As for a new release: it stops in peace, and whoever runs it starts it anew.
void Trouble::replace(Machine& machine) {
  if (machine.drain(5s)) count("drain", machine.name());
}

void Trouble::jump_clock(Machine& machine) {
  count("clock", machine.name());
  const auto far = random_.once_in(4) ? std::chrono::microseconds(6h) : std::chrono::microseconds(10min);
  const auto by = random_.between(std::chrono::microseconds{}, far);
  machine.clock().jump(random_.once_in(2) ? by : -by);
}

void Trouble::end() {
  is_over_ = true;
  doomed_.clear();
  auto& network = scene_.network;
  network.heal_all();
  for (Machine* machine : machines_) {
    machine->calm_disk();
    machine->clock().jump(-machine->clock().off());
    machine->start();
    for (const auto& peer : people_) {
      network.link(machine->name(), peer).resets_once_in = 0;
      network.link(peer, machine->name()).bytes_per_second = 0;
    }
    for (const Machine* other : machines_) {
      network.link(machine->name(), other->name()).resets_once_in = 0;
      network.link(machine->name(), other->name()).bytes_per_second = 0;
    }
  }
}

}  // namespace postroad::sim
