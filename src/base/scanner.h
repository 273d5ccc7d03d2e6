#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/chars.h"
#include "base/result.h"

namespace postroad {

// Reads a text from left to right for a hand-written grammar. The first failure sticks: after it every read returns
// an empty value and moves nothing, so grammar code has no error branches; result() tells at the end.
//
// The text must outlive the scanner and every view that it gave.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool failed() const { return failed_; }
  std::size_t at() const { return at_; }
  bool at_end() const { return failed_ || at_ == text_.size(); }
  std::string_view rest() const { return failed_ ? std::string_view{} : text_.substr(at_); }
  // The next byte, or NUL at the end. (A NUL in the text looks the same; grammars refuse it before.)
  char peek() const { return at_end() ? '\0' : text_[at_]; }

  // Fails with 'expected WHAT'; only the first call counts.
  void fail(std::string_view what);

  // Takes the token if it is next; case of ASCII letters ignored.
  bool maybe(std::string_view token);
  // The same, or fails with 'expected TOKEN'.
  void expect(std::string_view token);
  // Exactly one SP.
  void space() { expect(" "); }
  // Fails where anything is left.
  void end();

  // The longest run of members; `least` is how many there must be.
  std::string_view run(const CharClass& members, std::size_t least, std::string_view what);
  // The next `count` bytes.
  std::string_view take(std::size_t count, std::string_view what);
  // A decimal number, at most `max`.
  std::uint64_t number(std::uint64_t max, std::string_view what);

  // The value, or the first failure as Fault::Syntax.
  template <class T>
  Result<T> result(T value) const {
    if (failed_) return std::unexpected(error());
    return value;
  }
  Result<> result() const {
    if (failed_) return std::unexpected(error());
    return {};
  }
  Error error() const { return Error{Fault::Syntax, text_of_failure_, {}}; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::string text_of_failure_;
};

}  // namespace postroad
