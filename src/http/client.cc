#include "http/client.h"

#include "io/reader.h"

namespace postroad::http {

io::Task<Result<Response>> ask(io::Stream& stream, Request request, std::string host, Limits limits) {
  co_await stream.write(to_wire(request, host));
  io::Reader reader(stream);
  Parser<Response> parser(limits);
  while (!parser.is_done()) {
    bool has_ended = false;
    try {
      co_await reader.some();
    } catch (const io::Ended& ended) {
      if (ended.why() != io::Ended::Why::Closed) throw;
      has_ended = true;
    }
    if (has_ended) {
      CO_TRY_OK(parser.feed_end());
      break;
    }
    CO_TRY(const auto taken, parser.feed(reader.buffered()));
    if (taken == 0 && !parser.is_done()) {
      co_await reader.more();
    } else {
      reader.consume(taken);
    }
  }
  co_return parser.take();
}

}  // namespace postroad::http
