#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "message/utf8_decoder.h"

namespace postroad::message {

// Bytes in a charset as well-formed UTF-8. What can't be decoded becomes U+FFFD. An unknown charset, US-ASCII with 8-bit
// bytes and the empty name: UTF-8 where it is well-formed, else windows-1252, as browsers do.
std::string to_utf8(std::string_view bytes, std::string_view charset);

// The same in pieces, cut anywhere.
class CharsetDecoder {
 public:
  explicit CharsetDecoder(std::string_view charset);
  ~CharsetDecoder();
  CharsetDecoder(CharsetDecoder&&) noexcept;
  CharsetDecoder& operator=(CharsetDecoder&&) noexcept;

  void feed(std::string_view bytes, std::string& into);
  void finish(std::string& into);  // what an unfinished character at the end becomes

 private:
  class Icu;
  std::unique_ptr<Icu> icu_;  // where null:
  Utf8Decoder utf8_;
};

// Whether to_utf8 knows it (IMAP: BADCHARSET).
bool is_known_charset(std::string_view charset);

}  // namespace postroad::message
