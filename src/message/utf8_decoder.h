#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// Makes well-formed UTF-8 (rfc3629) of what may be none, in pieces cut anywhere.
class Utf8Decoder {
 public:
  // What becomes of bytes that aren't of a well-formed character: one U+FFFD for each start of one, or the characters
  // that they are in windows-1252.
  enum class Else { Replacement, Windows1252 };
  explicit Utf8Decoder(Else otherwise = Else::Replacement) : else_(otherwise) {}

  void feed(std::string_view bytes, std::string& into);
  void finish(std::string& into) { give_up(into); }

 private:
  void byte(char c, std::string& into);
  bool may_go_on() const;
  void give_up(std::string& into);

  Else else_;
  std::string held_;  // the start of a character
};

}  // namespace postroad::message
