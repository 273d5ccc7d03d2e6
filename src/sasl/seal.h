#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/random.h"

namespace postroad::sasl {

// A password in clear, wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }
  bool empty() const { return bytes_.empty(); }

 private:
  std::vector<char> bytes_;
};

// Of a text that held one.
void wipe(std::string& text);

// Passwords that are needed in clear later on, and wait until then: sealed by a key that lies elsewhere than they do.
// XChaCha20-Poly1305, with a new nonce each time; the length is hidden to 64 bytes.
class Sealer {
 public:
  // `key`: 64 hexadecimal digits, as new_key() gives them. Syntax where it is none.
  static Result<Sealer> open(std::string_view key);
  static std::string new_key(io::Random& random);
  Sealer(const Sealer&) = default;
  ~Sealer();

  // `context` names what it belongs to: it opens with no other.
  std::string seal(std::string_view secret, std::string_view context, io::Random& random) const;
  // Broken where it was sealed by another key or for another context, or is damaged.
  Result<Secret> unseal(std::string_view sealed, std::string_view context) const;

 private:
  Sealer() = default;
  std::array<unsigned char, 32> key_{};
};

}  // namespace postroad::sasl
