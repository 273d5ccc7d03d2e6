#include "imapd/reading.h"

#include <algorithm>

#include "message/index.h"

namespace postroad::imapd {

io::Task<Result<const message::Summary*>> Reading::summary() {
  if (!summary_) {
    CO_TRY(auto bytes, co_await account_.summary(email_));
    auto decoded = bytes.empty() ? fail(Fault::NotFound, "no summary was kept") : message::decode(bytes);
    if (!decoded) decoded = co_await make_summary();
    CO_TRY(auto summary, std::move(decoded));
    summary_ = std::make_unique<message::Summary>(std::move(summary));
  }
  co_return summary_.get();
}

io::Task<Result<message::Summary>> Reading::make_summary() {
  message::Index index;
  for (std::uint64_t offset = 0;;) {
    CO_TRY(const auto bytes, co_await account_.read(email_, offset, kPieceBytes));
    if (bytes.empty()) break;
    index.feed(bytes);
    offset += bytes.size();
  }
  co_return index.finish().summary;
}

io::Task<Result<std::string>> Reading::piece(std::uint64_t offset, std::uint64_t length) {
  return account_.read(email_, offset, std::min<std::uint64_t>(length, kPieceBytes));
}

io::Task<Result<std::string>> Reading::header(message::Range range) {
  return account_.read(email_, range.begin, std::min<std::uint64_t>(range.size(), kHeaderBytes));
}

}  // namespace postroad::imapd
