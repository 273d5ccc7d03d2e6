#include "store/rocksdb/log_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>
#include <vector>

// The log format is github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format: blocks of 32 KiB, in each records of
// a masked CRC-32C, two bytes of length, one of type. A write is one record, or a first, middle ones and a last.
// Its bytes start with the sequence number of its first row and the count of rows.
namespace postroad::store::rocksdb {
namespace {

constexpr std::size_t kBlockBytes = 32768;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::size_t kWriteHeaderBytes = 12;
enum Type : std::uint8_t { kZero, kFull, kFirst, kMiddle, kLast };

constexpr auto kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0x82f63b78U : 0);
  }
  return table;
}();

std::uint32_t masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes) crc = kCrcTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xff] ^ crc >> 8;
  crc = ~crc;
  return (crc >> 15 | crc << 17) + 0xa282ead8U;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes | std::views::reverse) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

struct Record {
  std::uint8_t type = kZero;
  std::string_view bytes;
};

// The record at the start of what is left of a block; nothing where there is none that is whole.
std::optional<Record> record_at(std::string_view left) {
  if (left.size() < kHeaderBytes) return std::nullopt;
  const auto length = little_endian(left.substr(4, 2));
  if (left[6] < kFull || left[6] > kLast || length > left.size() - kHeaderBytes) return std::nullopt;
  if (masked_crc(left.substr(6, 1 + length)) != little_endian(left.substr(0, 4))) return std::nullopt;
  return Record{static_cast<std::uint8_t>(left[6]), left.substr(kHeaderBytes, length)};
}

// Follows the sequence numbers through all logs, in their order.
class Follower {
 public:
  // False where the block shows that writes are missing.
  bool read(std::string_view block) {
    while (block.size() >= kHeaderBytes) {
      const auto record = record_at(block);
      if (record && !follow(*record)) return false;
      if (!record) lose();
      block.remove_prefix(record ? kHeaderBytes + record->bytes.size() : 1);
    }
    return true;
  }
  void end_of_log() {
    if (unfinished_) lose();
    was_torn_ = was_torn_ || is_damaged_;
    is_damaged_ = false;
  }

 private:
  bool follow(const Record& record) {
    if (record.type == kFull || record.type == kFirst) {
      if (unfinished_) lose();  // its last record never came
      if (is_damaged_) return false;
      if (record.bytes.size() < kWriteHeaderBytes) return true;
      const auto sequence = little_endian(record.bytes.substr(0, 8));
      if (was_torn_ && next_ && sequence > *next_) return false;
      was_torn_ = false;
      const auto after = sequence + little_endian(record.bytes.substr(8, 4));
      (record.type == kFull ? next_ : unfinished_) = after;
    } else if (record.type == kLast && unfinished_) {
      next_ = std::exchange(unfinished_, std::nullopt);
    }
    return true;
  }
  void lose() {
    is_damaged_ = true;
    unfinished_.reset();
  }

  std::optional<std::uint64_t> next_;        // what the next write must bear
  std::optional<std::uint64_t> unfinished_;  // the same, once the write that has begun is whole
  bool is_damaged_ = false;                  // this log: nothing may follow
  bool was_torn_ = false;                    // one before: what follows must be next
};

std::vector<std::filesystem::path> logs_in(const std::string& folder) {
  std::vector<std::filesystem::path> logs;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  std::ranges::sort(logs);  // six digits at least: by number as long as there are not more
  return logs;
}

}  // namespace

Result<> check_logs(const std::string& folder) {
  Follower follower;
  std::string block(kBlockBytes, '\0');
  for (const auto& path : logs_in(folder)) {
    std::ifstream file(path, std::ios::binary);
    while (file) {
      file.read(block.data(), kBlockBytes);
      if (!follower.read(std::string_view(block).substr(0, static_cast<std::size_t>(file.gcount()))))
        return fail(Fault::Broken, "log " + path.string() + ", or one before it, is damaged, and acknowledged commits " +
                                       "would be lost; restore the store from a backup");
    }
    follower.end_of_log();
  }
  return {};
}

}  // namespace postroad::store::rocksdb
