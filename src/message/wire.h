#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::message {

// Each number is a varint (7 bits an octet, the lowest first, the high bit set on all but the last), each text its size
// and its octets, each list its count and its entries, each thing that may be absent 0, or 1 and the thing.
class Writer {
 public:
  explicit Writer(std::string& into) : into_(into) {}

  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) into_ += static_cast<char>(value | 0x80);
    into_ += static_cast<char>(value);
  }
  // Small where the number is near zero: 0, -1, 1, -2, ...
  void signed_number(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void text(std::string_view value) {
    number(value.size());
    into_ += value;
  }
  void text(const std::optional<std::string>& value) {
    number(value ? 1 : 0);
    if (value) text(std::string_view(*value));
  }
  template <class T, class Write>
  void list(const std::vector<T>& entries, Write write) {
    number(entries.size());
    for (const auto& entry : entries) write(entry);
  }
  void texts(const std::vector<std::string>& entries) {
    list(entries, [this](const std::string& entry) { text(std::string_view(entry)); });
  }

 private:
  std::string& into_;
};

// The first failure sticks; every read after it gives nothing.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }
  void fail() { failed_ = true; }

  std::uint64_t number(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto octet = static_cast<std::uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(octet & 0x7f) << shift;
      if (octet >= 0x80) continue;
      if (value > most) break;
      return failed_ ? 0 : value;
    }
    fail();
    return 0;
  }
  std::int64_t signed_number() {
    const auto value = number();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  bool flag() { return number(1) == 1; }
  std::string text() {
    const auto size = number(bytes_.size());
    if (failed_ || size > bytes_.size()) {
      fail();
      return {};
    }
    std::string made(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return made;
  }
  std::optional<std::string> maybe_text() {
    if (!flag()) return std::nullopt;
    return text();
  }
  // Each entry takes an octet at least, so a damaged count can't make us reserve or loop for long.
  template <class T, class Read>
  std::vector<T> list(Read read) {
    std::vector<T> made;
    for (auto count = number(bytes_.size()); count > 0 && !failed_; --count) made.push_back(read());
    return made;
  }
  std::vector<std::string> texts() {
    return list<std::string>([this] { return text(); });
  }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace postroad::message
