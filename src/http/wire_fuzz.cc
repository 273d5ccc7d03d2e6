#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/wire.h"

using namespace postroad;

namespace {

constexpr http::Limits kLimits{2048, 4096};

// Feeds it whole, or in pieces of a size that the first byte says; whether it ended as a message.
template <class Message>
bool parse(std::string_view bytes, std::size_t piece, Message& made) {
  http::Parser<Message> parser(kLimits);
  std::string waiting;
  for (std::size_t at = 0; at < bytes.size() && !parser.is_done(); at += piece) {
    waiting += bytes.substr(at, piece);
    const auto taken = parser.feed(waiting);
    if (!taken) return false;
    check(*taken <= waiting.size(), "no more is taken than there is");
    waiting.erase(0, *taken);
  }
  if (!parser.is_done()) return false;
  made = parser.take();
  check(made.body.size() <= kLimits.body_bytes, "a body within its bound");
  return true;
}

}  // namespace

// Any bytes are a message or an error, and the same one however they come.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 16'384) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  http::Request whole;
  http::Request pieces;
  if (parse(bytes, bytes.size(), whole) && parse(bytes, 1 + data[0] % 64, pieces)) {
    check(whole.method == pieces.method && whole.target == pieces.target && whole.body == pieces.body, "pieces make the same request");
    whole.path();
    http::to_wire(whole, "host");
  }
  http::Response response;
  parse(bytes, 1 + data[0] % 64, response);
  return 0;
}
