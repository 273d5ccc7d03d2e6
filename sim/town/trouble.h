#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scene.h"
#include "town/machine.h"

namespace postroad::sim {

// Makes things go wrong, one after another and sometimes at once, as the seed says: crashes and lost power between any
// two steps, cut, slow and lossy links, slow, failing and uncertain disks, clocks that jump, machines that stand still or are
// replaced in peace.
class Trouble {
 public:
  struct Options {
    std::chrono::microseconds pause{4'000'000};  // between faults, about
    std::chrono::microseconds longest{15'000'000};  // that one lasts
    std::chrono::microseconds longest_of_part{90'000'000};  // that a part of a disk fails
  };
  // `people`: the hosts of those who use the machines.
  Trouble(Scene& scene, std::vector<Machine*> machines, std::vector<std::string> people, Options options,
          io::simulated::Random random);

  // After each step of the world.
  void look();
  // Something delicate begins: now and then one of these crashes soon, or several do.
  void tempt(const std::vector<Machine*>& machines);
  // Nothing goes wrong any more, and what is wrong is mended.
  void end();

  std::uint64_t total() const;
  std::uint64_t by_chance() const { return total() - tempted_; }  // without those that something delicate called for
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  void begin_one();
  struct Doom {
    Machine* machine = nullptr;      // crashes
    std::uint64_t step = 0;          // when the world has made so many steps
    std::uint64_t wait_for_write = 0;  // so many more, until it writes
    bool was_tempted = false;
  };
  void crash(Machine& machine);
  void doom(Machine& machine, std::uint64_t steps, bool was_tempted);
  bool is_here(const Doom& doom) const;
  void take_down(Machine& machine, bool was_tempted);
  void disturb_link(Machine& machine);
  void disturb_disk(Machine& machine);
  void jump_clock(Machine& machine);
  void replace(Machine& machine);
  void count(const std::string& kind, const std::string& whom);
  std::chrono::microseconds some_time() { return random_.between(std::chrono::milliseconds(100), options_.longest); }
  // Calls `mend` then, unless the trouble has ended for good.
  void later(std::chrono::microseconds time, std::function<void()> mend);
  std::string some_peer(const Machine& machine);

  Scene& scene_;
  std::vector<Machine*> machines_;
  std::vector<std::string> people_;
  Options options_;
  io::simulated::Random random_;
  std::map<std::string, std::uint64_t> counts_;
  io::Tick next_;
  std::vector<Doom> doomed_;
  std::uint64_t tempted_ = 0;
  bool is_over_ = false;
};

}  // namespace postroad::sim
