#include "base/scanner.h"

#include "base/text.h"

namespace postroad {

void Scanner::fail(std::string_view what) {
  if (failed_) return;
  failed_ = true;
  text_of_failure_ = "expected ";
  text_of_failure_ += what;
}

bool Scanner::maybe(std::string_view token) {
  if (failed_ || !starts_nocase(text_.substr(at_), token)) return false;
  at_ += token.size();
  return true;
}

void Scanner::expect(std::string_view token) {
  if (!maybe(token)) fail(token == " " ? "space" : token);
}

void Scanner::end() {
  if (!at_end()) fail("end of command");
}

std::string_view Scanner::run(const CharClass& members, std::size_t least, std::string_view what) {
  if (failed_) return {};
  std::size_t stop = at_;
  while (stop < text_.size() && members.has(text_[stop])) ++stop;
  if (stop - at_ < least) {
    fail(what);
    return {};
  }
  const auto found = text_.substr(at_, stop - at_);
  at_ = stop;
  return found;
}

std::string_view Scanner::take(std::size_t count, std::string_view what) {
  if (failed_) return {};
  if (text_.size() - at_ < count) {
    fail(what);
    return {};
  }
  const auto taken = text_.substr(at_, count);
  at_ += count;
  return taken;
}

std::uint64_t Scanner::number(std::uint64_t max, std::string_view what) {
  const auto start = at_;
  const auto digits = run(kDigit, 1, what);
  if (failed_) return 0;
  const auto value = parse_number(digits, max);
  if (!value) {
    at_ = start;
    fail(what);
    return 0;
  }
  return *value;
}

}  // namespace postroad
