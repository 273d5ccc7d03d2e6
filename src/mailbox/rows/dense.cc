#include "mailbox/rows/dense.h"

#include "store/format.h"

namespace postroad::mailbox {

void DenseWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
  bytes_.push_back(static_cast<char>(value));
}

// Zigzag: 0, -1, 1, -2 become 0, 1, 2, 3.
void DenseWriter::signed_number(std::int64_t value) {
  number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

Result<DenseReader> DenseReader::open(std::string_view row, std::uint8_t newest, std::string_view what) {
  const auto found = row.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(row.front());
  TRY_OK(store::format::check_version(found, newest, what));
  return DenseReader(row.substr(1), what);
}

std::uint64_t DenseReader::number(std::uint64_t max) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !failed_ && shift < 64; shift += 7) {
    if (left_.empty()) break;
    const auto byte = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    if (value > max) break;
    return value;
  }
  failed_ = true;
  return 0;
}

std::int64_t DenseReader::signed_number() {
  const auto value = number();
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

std::string_view DenseReader::bytes(std::size_t count) {
  if (failed_ || count > left_.size()) {
    failed_ = true;
    return {};
  }
  const auto taken = left_.substr(0, count);
  left_.remove_prefix(count);
  return taken;
}

std::size_t DenseReader::count() {
  const auto value = number();
  if (value > left_.size()) failed_ = true;
  return failed_ ? 0 : static_cast<std::size_t>(value);
}

std::string_view DenseReader::rest() { return bytes(left_.size()); }

Result<> DenseReader::end() const {
  if (failed_ || !left_.empty()) return fail(Fault::Broken, std::string(what_) + " is damaged");
  return {};
}

}  // namespace postroad::mailbox
