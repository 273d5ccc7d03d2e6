#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postroad::app {

// Takes a request off a stream of bytes: lines up to one that holds a dot alone. Line ends are CRLF or LF, leading dots are
// un-stuffed. What is over the limit, or given up, is read to its end and forgotten.
class Framer {
 public:
  // `most`: bytes of the request, its end not counted.
  explicit Framer(std::size_t most) : most_(most) {}

  // Takes bytes up to the request's end; how many those were.
  std::size_t take(std::string_view bytes);
  bool is_whole() const { return is_whole_; }

  // The request's text, with CRLF behind each line; empty where it is_too_large() or was given up.
  const std::string& text() const { return text_; }
  bool is_too_large() const { return is_too_large_; }
  // Keeps nothing of the request from now on.
  void give_up();

 private:
  void end_line();
  const std::size_t most_;
  std::string text_;
  std::size_t line_start_ = 0;   // where the current line begins in the text
  std::string line_head_;        // its first bytes, which tell whether it is the end
  std::size_t line_bytes_ = 0;
  bool is_kept_ = true;
  bool is_too_large_ = false;
  bool is_whole_ = false;
};

}  // namespace postroad::app
