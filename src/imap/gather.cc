#include "imap/gather.h"

#include "base/chars.h"
#include "base/limits.h"
#include "base/text.h"
#include "imap/limits.h"

namespace postroad::imap {
namespace {

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::optional<Literal> literal_of(std::string_view line) {
  line = without_end(line);
  if (!line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  Literal literal;
  if (line.ends_with('+')) {
    literal.is_synchronizing = false;
    line.remove_suffix(1);
  }
  const auto brace = line.rfind('{');
  if (brace == line.npos) return std::nullopt;
  const auto digits = line.substr(brace + 1);
  if (digits.empty() || !kDigit.has_all(digits)) return std::nullopt;
  literal.size_bytes = parse_number(digits).value_or(UINT64_MAX);
  return literal;
}

bool Gather::fits(std::size_t line_bytes) const {
  const auto size = literal_ ? literal_->size_bytes : 0;
  return literals_ <= kLiterals && size <= limits::kImapLiteralBytes && text_.size() + line_bytes + size <= most_bytes_;
}

Gather::Next Gather::line(std::string_view line) {
  literal_ = literal_of(line);
  if (literal_) ++literals_;
  // Once too long, for ever: what is left out can't be made good.
  if (is_too_long_ || !fits(line.size())) {
    is_too_long_ = true;
    return Next::TooLong;
  }
  text_ += literal_ ? line : without_end(line);
  return literal_ ? Next::Literal : Next::Command;
}

}  // namespace postroad::imap
