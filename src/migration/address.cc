#include "migration/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace postroad::migration {
namespace {

struct Block4 {
  std::uint32_t first;
  int bits;
};
constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0, std::uint32_t d = 0) {
  return a << 24 | b << 16 | c << 8 | d;
}
// rfc6890 2.2.2, rfc5771, rfc1112 4
constexpr Block4 kClosed4[] = {
    {v4(0, 0), 8},      {v4(10, 0), 8},        {v4(100, 64), 10},    {v4(127, 0), 8},   {v4(169, 254), 16},
    {v4(172, 16), 12},  {v4(192, 0, 0), 24},   {v4(192, 0, 2), 24},  {v4(192, 168), 16}, {v4(198, 18), 15},
    {v4(198, 51, 100), 24}, {v4(203, 0, 113), 24}, {v4(224, 0), 4}, {v4(240, 0), 4},
};

bool is_public_4(std::uint32_t address) {
  return std::ranges::none_of(kClosed4, [address](const Block4& block) {
    return (address ^ block.first) >> (32 - block.bits) == 0;
  });
}

using Bytes = std::array<std::uint8_t, 16>;

std::uint32_t number_at(const Bytes& bytes, std::size_t at) {
  return v4(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

bool starts(const Bytes& bytes, std::span<const std::uint8_t> prefix) {
  return std::ranges::equal(std::span(bytes).first(prefix.size()), prefix);
}

bool is_public_6(const Bytes& bytes) {
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};  // rfc4291 2.5.5.2
  constexpr std::uint8_t kTranslated[12] = {0, 0x64, 0xff, 0x9b};                    // rfc6052 2.1
  if (starts(bytes, kMapped) || starts(bytes, kTranslated)) return is_public_4(number_at(bytes, 12));
  constexpr std::uint8_t k6to4[] = {0x20, 0x02};  // rfc3056 2
  if (starts(bytes, k6to4)) return is_public_4(number_at(bytes, 2));
  constexpr std::uint8_t kDocumentation[] = {0x20, 0x01, 0x0d, 0xb8};
  constexpr std::uint8_t kSpecial[] = {0x20, 0x01};  // 2001::/23: Teredo and other protocols' own.  rfc6890 2.2.3
  if (starts(bytes, kDocumentation) || (starts(bytes, kSpecial) && bytes[2] < 2)) return false;
  return (bytes[0] & 0xe0) == 0x20;  // 2000::/3 is all that was given out for the internet.  rfc4291 2.4
}

}  // namespace

bool is_loopback_address(std::string_view address) {
  const std::string text(address);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  Bytes six{};
  Bytes own{};
  own.back() = 1;
  return inet_pton(AF_INET6, text.c_str(), six.data()) == 1 && six == own;
}

bool is_public_address(std::string_view address) {
  const std::string text(address);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return is_public_4(ntohl(four.s_addr));
  Bytes six{};
  return inet_pton(AF_INET6, text.c_str(), six.data()) == 1 && is_public_6(six);
}

}  // namespace postroad::migration
