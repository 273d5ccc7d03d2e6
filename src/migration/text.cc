#include "migration/text.h"

#include "base/text.h"

namespace postroad::migration {

std::string plain(std::string_view text) {
  constexpr std::size_t kMost = 200;
  std::string made;
  for (const char c : trim(text).substr(0, kMost)) made += c >= 0x20 && c < 0x7f ? c : '?';
  return made;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  // What continues a character is 10xxxxxx.  rfc3629 3
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

}  // namespace postroad::migration
