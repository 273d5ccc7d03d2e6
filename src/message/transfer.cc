#include "message/transfer.h"

#include <array>
#include <utility>

#include "base/chars.h"

namespace postroad::message {
namespace {

constexpr std::uint8_t kNone = 255;

constexpr std::array<std::uint8_t, 256> values_of_base64() {
  std::array<std::uint8_t, 256> made{};
  made.fill(kNone);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < kAlphabet.size(); ++at)
    made[static_cast<std::uint8_t>(kAlphabet[at])] = static_cast<std::uint8_t>(at);
  return made;
}
constexpr auto kBase64 = values_of_base64();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

void TransferDecoder::feed(std::string_view bytes, std::string& into) {
  if (encoding_ == Encoding::Base64) feed_base64(bytes, into);
  else if (encoding_ == Encoding::QuotedPrintable) feed_quoted(bytes, into);
  else into += bytes;
}

void TransferDecoder::feed_base64(std::string_view bytes, std::string& into) {
  for (const char c : bytes) {
    if (is_over_) return;
    const auto value = kBase64[static_cast<std::uint8_t>(c)];
    if (value == kNone) {
      // Padding ends a quantum; more may follow, as where two encoded texts were put together. What isn't encoded ends it
      // all then, as a mailing list's footer does.  rfc2045 6.8
      if (c == '=') {
        is_padded_ = is_padded_ || characters_ > 0;
        end_quantum(into);
      } else if (!kWsp.has(c) && c != '\r' && c != '\n') {
        is_flawed_ = true;
        is_over_ = is_padded_;
      }
      continue;
    }
    bits_ = bits_ << 6 | value;
    if (++characters_ < 4) continue;
    into += static_cast<char>(bits_ >> 16 & 0xff);
    into += static_cast<char>(bits_ >> 8 & 0xff);
    into += static_cast<char>(bits_ & 0xff);
    bits_ = 0;
    characters_ = 0;
  }
}

void TransferDecoder::end_quantum(std::string& into) {
  if (characters_ == 1) is_flawed_ = true;
  bits_ <<= 6 * (4 - characters_);
  if (characters_ >= 2) into += static_cast<char>(bits_ >> 16 & 0xff);
  if (characters_ == 3) into += static_cast<char>(bits_ >> 8 & 0xff);
  bits_ = 0;
  characters_ = 0;
}

void TransferDecoder::feed_quoted(std::string_view bytes, std::string& into) {
  for (const char c : bytes) quoted_byte(c, into);
}

// held_ is empty, or white space that may end a line (and goes then: rfc2045 6.7 rule 3), or '=' and what may make an
// encoded octet or a soft line break of it.
void TransferDecoder::quoted_byte(char c, std::string& into) {
  if (held_.starts_with('=')) return after_equals(c, into);
  const bool is_space = kWsp.has(c) || c == '\r';
  if (c == '\n') {
    into += held_.ends_with('\r') ? "\r\n" : "\n";
    held_.clear();
    return;
  }
  if (!is_space || held_.ends_with('\r') || held_.size() > kHeld) into += std::exchange(held_, {});
  if (is_space || c == '=') held_ += c;
  else into += c;
}

void TransferDecoder::after_equals(char c, std::string& into) {
  if (held_.size() == 2 && hex_value(held_[1]) >= 0 && hex_value(c) >= 0) {
    into += static_cast<char>(hex_value(held_[1]) * 16 + hex_value(c));
    held_.clear();
    return;
  }
  const bool may_be_octet = held_.size() == 1 && hex_value(c) >= 0;
  const bool is_padding = held_.find_first_not_of(" \t", 1) == held_.npos && (kWsp.has(c) || c == '\r');
  if (may_be_octet || (is_padding && held_.size() <= kHeld)) {
    held_ += c;
    return;
  }
  const bool is_soft_break = c == '\n' && (held_.size() == 1 || hex_value(held_[1]) < 0);
  if (is_soft_break) {
    held_.clear();
    return;
  }
  // An '=' that encodes nothing stays.
  is_flawed_ = true;
  into += std::exchange(held_, {});
  quoted_byte(c, into);
}

void TransferDecoder::finish(std::string& into) {
  if (encoding_ == Encoding::Base64) {
    if (characters_ != 0) is_flawed_ = true;
    end_quantum(into);
  }
  // "=" at the very end is a soft line break whose line end is not of this part.
  if (held_.starts_with('=') && held_.size() > 1 && hex_value(held_[1]) >= 0) into += held_;
  held_.clear();
}

std::string decode_transfer(std::string_view bytes, Encoding encoding) {
  std::string made;
  made.reserve(bytes.size());
  TransferDecoder decoder(encoding);
  decoder.feed(bytes, made);
  decoder.finish(made);
  return made;
}

}  // namespace postroad::message
