#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "message/part.h"

namespace postroad::message {

// Takes off a Content-Transfer-Encoding, in pieces of any size: rfc2045 6.7, 6.8. Lenient: base64 skips what isn't of
// the alphabet and goes on after padding, but ends where both came; quoted-printable keeps an = that encodes nothing. Other encodings pass through.
class TransferDecoder {
 public:
  explicit TransferDecoder(Encoding encoding) : encoding_(encoding) {}

  // Appends what `bytes` decode to.
  void feed(std::string_view bytes, std::string& into);
  // Appends what was held back. Nothing may be fed after it.
  void finish(std::string& into);
  // Whether anything had to be guessed or skipped so far (BINARY: UNKNOWN-CTE is for Encoding::Other alone).
  bool is_flawed() const { return is_flawed_; }

 private:
  static constexpr std::size_t kHeld = 998;
  void feed_base64(std::string_view bytes, std::string& into);
  void end_quantum(std::string& into);
  void feed_quoted(std::string_view bytes, std::string& into);
  void quoted_byte(char c, std::string& into);
  void after_equals(char c, std::string& into);

  Encoding encoding_;
  bool is_flawed_ = false;
  std::uint32_t bits_ = 0;  // base64: of the characters of an unfinished quantum
  int characters_ = 0;      // of it
  bool is_padded_ = false;  // padding came
  bool is_over_ = false;    // and then what isn't base64
  std::string held_;        // quoted-printable: what can't be decided yet, kHeld octets at most
};

std::string decode_transfer(std::string_view bytes, Encoding encoding);

}  // namespace postroad::message
