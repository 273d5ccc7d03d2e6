#include "mailbox/rows/summary.h"

#include "mailbox/rows/dense.h"

namespace postroad::mailbox {
namespace {

constexpr std::uint8_t kSummaryFormat = 1;

}  // namespace

std::string encode(const Summary& summary) {
  DenseWriter out(kSummaryFormat);
  out.number(summary.reference_hashes.size());
  for (const auto hash : summary.reference_hashes) out.number(hash);
  out.bytes(summary.record);
  return out.take();
}

Result<Summary> decode_summary(std::string_view bytes) {
  TRY(auto in, DenseReader::open(bytes, kSummaryFormat, "summary of an email"));
  Summary summary;
  summary.reference_hashes.resize(in.count());
  for (auto& hash : summary.reference_hashes) hash = in.number();
  summary.record = in.rest();
  TRY_OK(in.end());
  return summary;
}

}  // namespace postroad::mailbox
