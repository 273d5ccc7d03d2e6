#include "store/row.h"

#include <algorithm>

#include "base/check.h"
#include "store/format.h"

namespace postroad::store {
namespace {

// Base 128, least significant first.
void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<char>(value | 0x80));
  to.push_back(static_cast<char>(value));
}

// Takes one from the front; false where there is none, or it is longer than 64 bits.
bool take_varint(std::string_view& from, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (from.empty()) return false;
    const auto byte = static_cast<std::uint8_t>(from.front());
    from.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace

RowWriter& RowWriter::number(std::uint8_t tag, std::uint64_t value) {
  std::string bytes;
  put_varint(bytes, value);
  return text(tag, bytes);
}

RowWriter& RowWriter::text(std::uint8_t tag, std::string_view value) {
  bytes_.push_back(static_cast<char>(tag));
  put_varint(bytes_, value.size());
  bytes_ += value;
  return *this;
}

Result<RowReader> RowReader::open(std::string_view row, std::uint8_t newest, std::string_view what) {
  RowReader reader;
  reader.format_ = row.empty() ? 0 : static_cast<std::uint8_t>(row.front());
  TRY_OK(format::check_version(reader.format_, newest, what));
  row.remove_prefix(1);
  while (!row.empty()) {
    const auto tag = static_cast<std::uint8_t>(row.front());
    row.remove_prefix(1);
    std::uint64_t size = 0;
    if (!take_varint(row, size) || size > row.size()) return fail(Fault::Broken, std::string(what) + " is damaged");
    reader.fields_.push_back({tag, row.substr(0, size)});
    row.remove_prefix(size);
  }
  return reader;
}

bool RowReader::has(std::uint8_t tag) const {
  return std::ranges::any_of(fields_, [tag](const Field& field) { return field.tag == tag; });
}

std::uint64_t RowReader::number(std::uint8_t tag) const {
  auto bytes = text(tag);
  std::uint64_t value = 0;
  return take_varint(bytes, value) ? value : 0;
}

std::string_view RowReader::text(std::uint8_t tag) const {
  const auto found = std::ranges::find(fields_, tag, &Field::tag);
  return found == fields_.end() ? std::string_view{} : found->bytes;
}

std::vector<std::string_view> RowReader::texts(std::uint8_t tag) const {
  std::vector<std::string_view> all;
  for (const auto& field : fields_)
    if (field.tag == tag) all.push_back(field.bytes);
  return all;
}

}  // namespace postroad::store
