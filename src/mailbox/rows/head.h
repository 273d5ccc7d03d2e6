#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postroad::mailbox {

inline constexpr std::uint8_t kHeadFormat = 1;
inline constexpr std::size_t kMarks = 8;

// The account's own row: expected and written by each commit, so it is what makes commits one after another.
struct Head {
  std::uint64_t version = 0;            // the greatest mod-sequence given; 0: the account does not exist
  std::uint64_t next_email = 1;
  std::uint64_t next_thread = 1;
  std::uint32_t next_folder = 1;
  std::uint32_t last_uid_validity = 0;  // each folder gets a greater one
  std::uint64_t used_bytes = 0;         // of emails in folders, each once: what the quota counts
  std::uint64_t used_emails = 0;
  std::uint64_t placements = 0;
  std::uint64_t shared = 0;             // emails with more than one placement
  std::uint64_t recoverable = 0;        // emails that no folder holds
  std::uint64_t recoverable_bytes = 0;
  std::array<std::uint64_t, 2> secret{};// of the hashes in buckets, so that nobody can aim at one
  std::uint32_t reference_buckets = 1;
  std::uint32_t acceptance_buckets = 1;
  std::int64_t due_ms = 0;              // when the account's timed row in the agenda is due; 0: there is none
  std::array<std::uint32_t, kMarks> marks{};  // random, of the last commits, newest first: tells whether one happened
  bool operator==(const Head&) const = default;
};
std::string encode(const Head& head);
Result<Head> decode_head(std::string_view row);

}  // namespace postroad::mailbox
