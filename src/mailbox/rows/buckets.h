#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mailbox/mail.h"

// Look-ups by hash: rows that each hold the entries of one bucket. There are as many buckets as an account needs: where
// one overflows, the next in turn is cut in two (linear hashing), so a look-up needs the head row and one bucket only.
namespace postroad::mailbox {

// Which of `buckets` (at least 1) has the hash.
std::uint32_t bucket_of(std::uint64_t hash, std::uint32_t buckets);
// Which one is cut when the number of buckets goes from `buckets` to one more, the new one being the last.
std::uint32_t bucket_to_cut(std::uint32_t buckets);

// A Message-ID together with a base subject, and the thread that they belong to.
struct Reference {
  std::uint64_t hash = 0;
  std::uint64_t thread = 0;

  std::uint64_t bucket_hash() const { return hash; }
  static constexpr std::size_t kOverflow = 64;
  static constexpr std::uint32_t kMostBuckets = 1U << 14;
  bool operator==(const Reference&) const = default;
};

// A delivery by its acceptance id, and what became of it.
struct Acceptance {
  std::array<std::uint64_t, 2> hash{};
  std::int64_t at = 0;  // seconds since 1970
  FolderNumber folder = 0;
  Uid uid = 0;
  EmailNumber email = 0;
  std::uint64_t modseq = 0;

  std::uint64_t bucket_hash() const { return hash[0]; }
  static constexpr std::size_t kOverflow = 32;
  static constexpr std::uint32_t kMostBuckets = 1U << 13;
  bool operator==(const Acceptance&) const = default;
};

// What a bucket takes in memory, about.
template <class Entry>
std::int64_t bucket_memory(const std::vector<Entry>& bucket) {
  return static_cast<std::int64_t>(64 + bucket.size() * sizeof(Entry));
}

std::string encode(const std::vector<Reference>& bucket);
std::string encode(const std::vector<Acceptance>& bucket);
Result<> decode(std::string_view row, std::vector<Reference>& bucket);
Result<> decode(std::string_view row, std::vector<Acceptance>& bucket);

}  // namespace postroad::mailbox
