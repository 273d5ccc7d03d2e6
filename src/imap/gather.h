#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postroad::imap {

// What a client announces at the end of a line: {5} or, not waiting to be asked, {5+}.  rfc3501 4.3, rfc7888 4
struct Literal {
  std::uint64_t size_bytes = 0;  // UINT64_MAX where the number is larger still
  bool is_synchronizing = true;
};
// `line` may have its line end.
std::optional<Literal> literal_of(std::string_view line);

// Puts a command together from its lines and literals. It does no I/O: the session feeds it, and it tells what must
// come next.
class Gather {
 public:
  // A command of more than `most_bytes` is not kept.
  explicit Gather(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  enum class Next {
    Command,  // it is whole: text()
    Literal,  // literal() follows; the session appends its bytes with add(), then feeds the next line
    Message,  // it is an APPEND up to its message, which is literal() and may have any size; text() is complete
    TooLong,  // the whole is too long, or has too many literals, here and from now on; literal() tells what follows
  };
  // A line with its line end.
  Next line(std::string_view line);
  void add(std::string_view bytes) { text_ += bytes; }

  // The literal that the last line ended with.
  const std::optional<Literal>& literal() const { return literal_; }
  // Without the last line end. Of one that is too long: its beginning, for the tag.
  const std::string& text() const { return text_; }

 private:
  bool fits(std::size_t line_bytes) const;
  bool announces_message(std::string_view line) const;
  std::size_t most_bytes_;
  std::string text_;
  std::optional<Literal> literal_;
  int literals_ = 0;
  bool is_too_long_ = false;
};

}  // namespace postroad::imap
