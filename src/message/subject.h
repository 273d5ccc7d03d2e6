#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// What is left of a decoded subject (text.h) when Re:, Fwd:, [lists] and trailers are taken off: rfc5256 2.1. UTF-8 in
// and out; upper and lower case stay, so a comparison folds them (charset.h).
struct BaseSubject {
  std::string text;
  bool is_reply = false;  // or a forward
};
BaseSubject base_subject(std::string_view decoded);

}  // namespace postroad::message
