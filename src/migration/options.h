#pragma once

#include <chrono>
#include <cstdint>

namespace postroad::migration {

struct Options {
  std::uint16_t cluster = 0;                   // stands in the ids that are made here
  std::size_t running_max = 4;                 // items pulled at once
  std::size_t per_server_max = 2;              // of them from one server
  std::uint64_t bandwidth = 0;                 // octets a second that all take in together; 0: no limit
  bool allow_private_addresses = false;        // sources on private networks, and on this machine
  bool allow_loopback = false;                 // sources on this machine alone
  bool allow_any_certificate = false;          // items may ask for it
  bool allow_plaintext = false;                // likewise
  std::uint64_t message_bytes_max = 50UL << 20;
  std::chrono::seconds timeout{60};            // for each answer of a source, and for each 4 KiB of a long one
  std::chrono::seconds retry_least{30};        // after a failed attempt; doubles
  std::chrono::seconds retry_most{3600};
  std::uint32_t tries = 12;                    // attempts in a row that add nothing, then it has failed
  std::chrono::hours keep{30 * 24};            // an item that is over
};

}  // namespace postroad::migration
