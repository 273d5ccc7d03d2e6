#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// The codec of rows that must be dense: a format byte, then numbers of base 128 and bytes. docs/formats-mailbox.md.
namespace postroad::mailbox {

class DenseWriter {
 public:
  explicit DenseWriter(std::uint8_t format) : bytes_(1, static_cast<char>(format)) {}
  void number(std::uint64_t value);
  void signed_number(std::int64_t value);  // small ones of either sign are short
  void bytes(std::string_view value) { bytes_ += value; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// The first failure sticks: reads give 0 and nothing after it, and end() tells.
class DenseReader {
 public:
  // Broken where the row is newer than `newest`. The row must outlive the reader; `what` too.
  static Result<DenseReader> open(std::string_view row, std::uint8_t newest, std::string_view what);

  std::uint64_t number(std::uint64_t max = UINT64_MAX);
  std::int64_t signed_number();
  std::string_view bytes(std::size_t count);
  // How many entries follow: each takes at least one byte, so a damaged row asks for no more memory than it has.
  std::size_t count();
  std::string_view rest();
  bool failed() const { return failed_; }
  // Broken where anything failed or is left over.
  Result<> end() const;

 private:
  DenseReader(std::string_view row, std::string_view what) : left_(row), what_(what) {}
  std::string_view left_;
  std::string_view what_;
  bool failed_ = false;
};

}  // namespace postroad::mailbox
