#include "mailbox/siphash.h"

#include <bit>

namespace postroad::mailbox {
namespace {

struct Words {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(std::uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t at = bytes.size(); at-- > 0;) word = word << 8 | static_cast<std::uint8_t>(bytes[at]);
  return word;
}

}  // namespace

std::uint64_t siphash(const std::array<std::uint64_t, 2>& secret, std::string_view text) {
  Words words{secret[0] ^ 0x736f6d6570736575U, secret[1] ^ 0x646f72616e646f6dU, secret[0] ^ 0x6c7967656e657261U,
              secret[1] ^ 0x7465646279746573U};
  const std::uint64_t size = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) words.take(word_of(text.substr(0, 8)));
  words.take(size << 56 | word_of(text));
  words.c ^= 0xff;
  for (int round = 0; round < 4; ++round) words.round();
  return words.a ^ words.b ^ words.c ^ words.d;
}

}  // namespace postroad::mailbox
