#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "status/component.h"

namespace postroad::status {

// One post of an operator. Never changed: a correction is a further update.
struct Update {
  int no = 1;  // within its incident, from 1
  Time at{};
  State state = State::Online;  // of the incident's components, as of this post
  std::string text;             // plain; blank lines separate paragraphs
};

// What operators told of one matter, from its first post to its last.
struct Incident {
  std::int64_t number = 0;  // for people to refer to; never reused
  std::string title;
  std::vector<Component> components;  // whom it concerns; sorted
  std::vector<Update> updates;        // at least one, oldest first

  State state() const { return updates.back().state; }
  // Begun as maintenance: people are told of it as that, not as an incident.
  bool is_maintenance() const { return updates.front().state == State::InMaintenance; }
  // Open: its components still are what it says, whatever the probes find.
  bool is_open() const { return state() != State::Online; }
  Time opened_at() const { return updates.front().at; }
  Time changed_at() const { return updates.back().at; }
  Time in_state_since() const;
};

// What an operator asks for.
struct Post {
  std::optional<std::int64_t> incident;  // nothing: a new one
  std::string title;                     // of a new one
  std::vector<Component> components;     // of a new one; empty: all
  State state = State::Online;
  std::string text;
};

inline constexpr std::size_t kTitleBytes = 200;
inline constexpr std::size_t kTextBytes = 16'384;

// Whether it may be posted. Syntax, saying what is missing, too long, or no text (control characters).
Result<> check_post(const Post& post);

}  // namespace postroad::status
