#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "smtp/data_decoder.h"

// However the bytes are cut, the message, its end and its flaws are the same; and what is accepted has no other end
// inside, however another server might look for one.
namespace {

using namespace postroad;
using namespace postroad::smtp;

struct Decoded {
  std::string message;
  std::size_t used = 0;
  bool is_done = false;
  Flaws flaws;
};

Decoded decode(std::string_view bytes, std::size_t piece) {
  Decoded got;
  DataDecoder decoder(got.message, 1 << 20);
  while (got.used < bytes.size() && !decoder.is_done()) got.used += decoder.feed(bytes.substr(got.used, piece));
  got.is_done = decoder.is_done();
  got.flaws = decoder.flaws();
  return got;
}

// The message as a client would send it.  rfc5321 4.5.2
std::string stuffed(std::string_view message) {
  std::string made;
  bool line_start = true;
  for (const char c : message) {
    if (line_start && c == '.') made += '.';
    made += c;
    line_start = c == '\n';
  }
  return made + ".\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto whole = decode(input, input.size() + 1);
  const auto cut = decode(input, bytes[0] % 16 + 1U);
  check(whole.is_done == cut.is_done && whole.used == cut.used && whole.flaws == cut.flaws, "cuts change nothing");
  if (!whole.is_done || whole.flaws.any()) return 0;
  check(whole.message == cut.message, "cuts change nothing");
  // An accepted message ends a line at its end; the client's own dots may have been more than needed.
  const auto again = decode(stuffed(whole.message), 1 << 20);
  check(again.is_done && !again.flaws.any() && again.message == whole.message, "a message goes there and back");

  LineCheck lines;
  lines.feed(whole.message);
  lines.end();
  check(!lines.flaws().any(), "an accepted message has no flaw");
  return 0;
}
