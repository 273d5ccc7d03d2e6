#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "status/component.h"

namespace postroad::status {

// What a probe found of a component.
enum class Finding {
  Good,
  Slow,    // it works, later than it should: a change not applied in time, mail that took long
  Failed,  // it does not work
};

struct BoardOptions {
  int failures_until_offline = 2;             // one failure alone is Degraded: it may be the network
  std::chrono::seconds silence_most{120};     // after that without a probe the state is not known
};

struct Standing {
  State state = State::Online;
  bool is_known = false;       // a probe has looked lately, or an operator has said so
  bool is_operators = false;   // said by an operator, and above what probes find
  Time since{};                // when this state began
  Time checked{};              // the latest probe
  std::string reason;          // of the latest failure; for operators, not for the page
};

// The states of all components, from probes' findings and operators' words. Pure: time comes in with each call.
class Board {
 public:
  Board(std::vector<Component> components, BoardOptions options = {});

  // True where what people see changed by it: another state, or one after none was known.
  bool find(const Component& component, Finding finding, std::string reason, Time now);
  // Nothing: probes decide again. Nothing comes of one that is not on the board, as of a cluster that is gone.
  bool say(const Component& component, std::optional<State> state, Time now);

  const std::vector<Component>& components() const { return components_; }
  // Not known where the component is not on the board.
  Standing standing(const Component& component, Time now) const;
  // The worst of a cluster's components; of all where `cluster` is empty. Unknown ones are left out.
  State worst(std::string_view cluster, Time now) const;
  // What a cluster as a whole is, or all of them where `cluster` is empty: the worst, but Offline only where nothing
  // works. Nothing: it is not known, because something of it is not, and all else is Online.
  std::optional<State> overall(std::string_view cluster, Time now) const;

  // What probes found, as text for restore() after a restart: a state then goes on since when it began.
  std::string save() const;
  void restore(std::string_view saved);

 private:
  struct Entry {
    State found = State::Online;
    std::optional<State> said;
    int failures = 0;
    Time since{};
    Time checked{};
    std::string reason;
    State shown() const { return said.value_or(found); }
  };
  bool settle(Entry& entry, State before, Time now);
  static bool holds(std::string_view cluster, const Component& component) { return cluster.empty() || component.cluster == cluster; }
  std::vector<Component> components_;
  BoardOptions options_;
  std::map<Component, Entry> entries_;
};

}  // namespace postroad::status
