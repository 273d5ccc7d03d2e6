#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// A way to write a row's value that later versions can add to: a format byte, then fields of tag, length and bytes.
// A reader skips tags that it does not know; the format byte goes up only where an old reader would go wrong by that.
// Rows that must be dense (pages) have their own codec behind the same first byte.
namespace postroad::store {

class RowWriter {
 public:
  explicit RowWriter(std::uint8_t format) : bytes_(1, static_cast<char>(format)) {}
  RowWriter& number(std::uint8_t tag, std::uint64_t value);
  RowWriter& text(std::uint8_t tag, std::string_view value);  // a tag may come again: a list
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what RowWriter wrote. The views are into the row, which must outlive them.
class RowReader {
 public:
  // Broken where the row is damaged, or newer than `newest`. `what` names it: "row of a folder".
  static Result<RowReader> open(std::string_view row, std::uint8_t newest, std::string_view what);

  std::uint8_t format() const { return format_; }
  bool has(std::uint8_t tag) const;
  // The first field of that tag; 0 and the empty text where there is none.
  std::uint64_t number(std::uint8_t tag) const;
  std::string_view text(std::uint8_t tag) const;
  std::vector<std::string_view> texts(std::uint8_t tag) const;

 private:
  struct Field {
    std::uint8_t tag;
    std::string_view bytes;
  };
  std::uint8_t format_ = 0;
  std::vector<Field> fields_;
};

}  // namespace postroad::store
