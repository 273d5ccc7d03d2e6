#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/clock.h"

// What operators did to the queue, by what they were told.
namespace postroad::sim::model {

// Which changes to cancel. What is empty matches all.
struct Filter {
  std::string client;  // `operator`, or the company's
  std::string kind;
  std::string domain;
  std::chrono::seconds older_than{0};
};

struct Cancellation {
  Filter filter;
  io::Tick begun{};
  io::Tick over = io::kNever;              // surely it is under way no more
  std::optional<std::uint64_t> cancelled;  // changes, as it was told at the end; nothing: control crashed before
};

struct Levers {
  std::vector<Cancellation> cancellations;
  io::Tick held_since = io::kNever;            // since then the company surely is held
  std::map<std::string, io::Tick> paused_since;  // by cluster, in the same way
  io::Tick pulled{};  // what was accepted up to then may go out though it is held: an operator asked for something behind it

  bool is_cancelling() const { return !cancellations.empty() && cancellations.back().over == io::kNever; }
  // Whether one may have been under way at some moment between those.
  bool were_cancelling(io::Tick from, io::Tick to) const {
    for (const auto& each : cancellations)
      if (each.begun <= to && from <= each.over) return true;
    return false;
  }
};

}  // namespace postroad::sim::model
