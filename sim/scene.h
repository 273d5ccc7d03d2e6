#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "findings.h"
#include "io/simulated.h"
#include "model/mailbox.h"

namespace postroad::sim {

// A mail account as its users know it.
struct Person {
  std::string address;
  std::string password;
  std::string host;  // of the cluster that has the account
  std::shared_ptr<model::Mailbox> mailbox;
  std::map<std::string, std::string> uidls;  // POP's unique ids, and whose they were
  Person(Findings& findings, std::string at, std::string secret, std::string where)
      : address(std::move(at)), password(std::move(secret)), host(std::move(where)), mailbox(std::make_shared<model::Mailbox>(findings, address)) {}
  Person(std::string at, std::string secret, std::string where, std::shared_ptr<model::Mailbox> known)
      : address(std::move(at)), password(std::move(secret)), host(std::move(where)), mailbox(std::move(known)) {}
};

// What the people of a run share: the world they live in, and what they write down.
struct Scene {
  io::simulated::World& world;
  io::simulated::Loop& loop;  // the people's; it never crashes
  io::simulated::Network& network;
  Findings& findings;
  const io::simulated::TlsContext& tls;

  std::map<std::string, std::uint64_t> acknowledged;  // operations, by kind
  std::uint64_t next_letter = 1;
  std::uint64_t next_group = 1;
  bool is_closing = false;  // people finish what they do and leave
  std::function<void()> delicate = [] {};  // something begins that trouble likes to fall into

  // A server that says no sooner than this after it was asked has not been in doubt: nothing of it has happened.
  static constexpr std::chrono::seconds kCertain{25};

  io::Tick now() const { return world.now(); }
  void acknowledge(const std::string& kind) {
    ++acknowledged[kind];
    world.note("acknowledged " + kind);
  }
  std::uint64_t acknowledged_total() const {
    std::uint64_t total = 0;
    for (const auto& [kind, count] : acknowledged) total += count;
    return total;
  }
};

}  // namespace postroad::sim
