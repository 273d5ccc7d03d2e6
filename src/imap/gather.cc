#include "imap/gather.h"

#include "base/chars.h"
#include "base/limits.h"
#include "base/text.h"
#include "imap/append.h"
#include "imap/command.h"
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

// Where everything before it is a valid APPEND, the literal is the message; else it is a mailbox's name, or a mistake.
bool Gather::announces_message(std::string_view line) const {
  if (is_too_long_ || text_.size() + line.size() > most_bytes_) return false;
  const auto so_far = text_ + std::string(line);
  const auto command = split_command(so_far);
  return command.name == "APPEND" && parse_append(command.arguments).has_value();
}

Gather::Next Gather::line(std::string_view line) {
  literal_ = literal_of(line);
  if (literal_) ++literals_;
  if (literal_ && announces_message(line)) {
    text_ += line;
    return Next::Message;
  }
  // Once too long, for ever: what is left out can't be made good.
  if (is_too_long_ || !fits(line.size())) {
    is_too_long_ = true;
    if (text_.empty()) text_ = line.substr(0, 2 * kTagBytes);
    return Next::TooLong;
  }
  text_ += literal_ ? line : without_end(line);
  return literal_ ? Next::Literal : Next::Command;
}

}  // namespace postroad::imap
