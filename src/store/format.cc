#include "store/format.h"

#include "store/row.h"

namespace postroad::store::format {
namespace {

enum Tag : std::uint8_t { kVersion = 1, kRows = 2, kBytes = 3 };

}  // namespace

Result<> check_version(std::uint8_t found, std::uint8_t newest, std::string_view what) {
  if (found >= 1 && found <= newest) return {};
  const auto text = std::string(what) + " is of format " + std::to_string(found) + ", and this program knows 1 to " +
                    std::to_string(newest);
  return fail(Fault::Broken, found == 0 ? text + "; it is damaged" : text + "; run the newer program that wrote it");
}

std::string encode(const PartitionHeader& header) {
  return RowWriter(kPartition)
      .number(kVersion, header.version)
      .number(kRows, header.rows)
      .number(kBytes, header.bytes)
      .take();
}

Result<PartitionHeader> decode_partition(std::string_view stored) {
  TRY(const auto row, RowReader::open(stored, kPartition, "header of a partition"));
  return PartitionHeader{row.number(kVersion), row.number(kRows), row.number(kBytes)};
}

std::string encode(const BodyHeader& header) {
  return {static_cast<char>(kBody), static_cast<char>(header.codec), static_cast<char>(header.key_id)};
}

Result<std::string_view> decode_body(std::string_view stored) {
  if (stored.size() < kBodyHeaderBytes) return fail(Fault::Broken, "piece of a body is shorter than its header");
  TRY_OK(check_version(static_cast<std::uint8_t>(stored[0]), kBody, "piece of a body"));
  if (stored[1] != 0) return fail(Fault::Broken, "piece of a body has a codec that this program does not know");
  if (stored[2] != 0) return fail(Fault::Broken, "piece of a body is encrypted with a key that this program lacks");
  return stored.substr(kBodyHeaderBytes);
}

}  // namespace postroad::store::format
