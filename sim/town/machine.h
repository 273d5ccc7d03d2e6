#pragma once

#include <string>
#include <vector>

#include "io/simulated.h"

namespace postroad::sim {

// A machine that may crash and start again: what is on its disk stays, all else goes.
class Machine {
 public:
  Machine(io::simulated::World& world, io::simulated::Network& network, std::string name)
      : world_(world), network_(network), name_(std::move(name)), clock_(world) {}
  virtual ~Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const std::string& name() const { return name_; }
  bool is_up() const { return is_up_; }

  // Boots, and starts what runs on it.
  void start();
  // The process is killed where it stands. The host stays, and closes its connections.
  void crash();
  // All of it is gone at once; peers are not told.
  void lose_power();

  // What runs on it can't go on: whoever runs it starts it anew.
  virtual bool has_failed() const = 0;

  virtual std::vector<io::simulated::Loop*> loops() = 0;
  io::simulated::Clock& clock() { return clock_; }

  // What may go wrong with its disk; calm_disk() ends all of it. False where that can't happen to this one.
  virtual bool make_disk_slow() = 0;
  virtual bool make_disk_uncertain() = 0;
  virtual bool make_disk_fail() = 0;
  // A part of it, for longer than anybody waits for a commit: the rest is well.
  virtual bool make_part_fail() = 0;
  virtual void calm_disk() = 0;
  // Whether something is being written at this moment.
  virtual bool is_writing() const = 0;

  // It says goodbye, finishes what is under way within `most`, and has failed then. False where it can't do so.
  virtual bool drain(std::chrono::microseconds most) = 0;

 protected:
  virtual void build() = 0;                         // everything is made and started
  virtual void tear_down(bool loses_power) = 0;     // the loops are killed first, then everything is destroyed

  io::simulated::World& world_;
  io::simulated::Network& network_;

 private:
  std::string name_;
  io::simulated::Clock clock_;
  bool is_up_ = false;
};

}  // namespace postroad::sim
