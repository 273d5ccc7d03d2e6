#include "base/id.h"

#include "base/chars.h"
#include "base/check.h"

namespace postroad {
namespace {

// rfc4648 6's alphabet in the order of ASCII, so that text order is the order of the numbers.
constexpr std::string_view kOrdered = "234567abcdefghijklmnopqrstuvwxyz";
constexpr CharClass kIdChar{kOrdered};

std::string text_of(char type, unsigned __int128 bits) {
  std::string made(kIdSize, type);
  for (std::size_t at = kIdSize - 1; at >= 1; --at, bits >>= 5) made[at] = kOrdered[static_cast<std::size_t>(bits & 31)];
  return made;
}

unsigned __int128 bits_of(std::string_view text) {
  check(text.size() == kIdSize, "an id has 27 characters");
  unsigned __int128 bits = 0;
  for (const char c : text.substr(1)) bits = bits << 5 | kOrdered.find(c);
  return bits;
}

}  // namespace

std::string make_id(char type, Time now, std::uint16_t cluster, std::uint64_t random) {
  check(type >= 'a' && type <= 'z', "an id's type is a letter");
  const auto millis =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  return text_of(type, static_cast<unsigned __int128>((millis & 0xffff'ffff'ffffULL) << 16 | cluster) << 64 | random);
}

bool is_id(std::string_view text, char type) {
  return text.size() == kIdSize && text[0] == type && kIdChar.has_all(text.substr(1));
}

Time id_time(std::string_view text) {
  return Time(std::chrono::milliseconds(static_cast<std::int64_t>(bits_of(text) >> 80)));
}

IdBytes pack_id(std::string_view text) {
  IdBytes packed;
  auto bits = bits_of(text);
  for (std::size_t at = packed.size(); at-- > 0; bits >>= 8) packed[at] = static_cast<char>(bits & 0xff);
  return packed;
}

std::string unpack_id(char type, const IdBytes& bytes) {
  unsigned __int128 bits = 0;
  for (const char c : bytes) bits = bits << 8 | static_cast<std::uint8_t>(c);
  return text_of(type, bits);
}

}  // namespace postroad
