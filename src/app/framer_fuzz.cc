#include <cstdint>
#include <string_view>

#include "app/framer.h"
#include "base/check.h"

// A stream in pieces is the same requests as the stream at once; nothing over the limit is kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using postroad::check;
  if (size < 2) return 0;
  const std::size_t step = 1 + data[0] % 7;
  const std::size_t most = data[1] % 64;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  while (!bytes.empty()) {
    postroad::app::Framer whole(most);
    postroad::app::Framer pieces(most);
    const auto taken = whole.take(bytes);
    std::size_t at = 0;
    while (at < bytes.size() && !pieces.is_whole()) at += pieces.take(bytes.substr(at, step));
    check(at == taken && whole.is_whole() == pieces.is_whole(), "pieces end where the whole does");
    check(whole.text() == pieces.text() || !whole.is_whole(), "pieces are what the whole is");
    check(!whole.is_whole() || whole.text().size() <= most, "what is kept is within the limit");
    check(whole.is_whole() || taken == bytes.size(), "all is taken up to the end");
    bytes.remove_prefix(taken);
  }
  return 0;
}
