#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "message/limits.h"

namespace postroad::message {

// Cuts what is fed into lines, and each line into its head (at most limits::kLineHead octets, enough to tell what the line
// is) and the rest, which comes in pieces. Where the input is cut changes no head, only the pieces.
//
// Sink has: bool wants_head(std::string_view start) -- false where these first two octets tell enough, so that the line
// comes in pieces alone, the first of them as head(piece, false); head(std::string_view, bool is_whole);
// rest(std::string_view); end_line(). is_whole: the head has all of the line, with its LF unless the input ends there.
template <class Sink>
class Lines {
 public:
  explicit Lines(Sink& sink) : sink_(sink) {}

  std::uint64_t offset() const { return offset_; }          // of what was fed
  std::uint64_t line_begin() const { return line_begin_; }  // of the line whose head or rest is told

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto lf = bytes.find('\n');
      const auto piece = lf == bytes.npos ? bytes : bytes.substr(0, lf + 1);
      bytes.remove_prefix(piece.size());
      offset_ += piece.size();
      take(piece, lf != bytes.npos);
    }
  }

  void finish() {
    if (is_in_rest_ || held_.empty()) return;
    sink_.head(held_, true);
    held_.clear();
  }

 private:
  void take(std::string_view piece, bool ends_line) {
    if (is_in_rest_) {
      sink_.rest(piece);
    } else if (held_.empty() && (ends_line || piece.size() >= limits::kLineHead || is_plain(piece))) {
      tell(piece, ends_line);
    } else {
      hold(piece, ends_line);
    }
    if (ends_line) {
      sink_.end_line();
      line_begin_ = offset_;
    }
    is_in_rest_ = is_in_rest_ && !ends_line;
  }

  bool is_plain(std::string_view start) const { return start.size() >= 2 && !sink_.wants_head(start.substr(0, 2)); }

  // A piece that starts a line and tells what it is.
  void tell(std::string_view piece, bool ends_line) {
    const auto head = piece.substr(0, limits::kLineHead);
    sink_.head(head, ends_line && head.size() == piece.size());
    is_in_rest_ = true;
    if (head.size() < piece.size()) sink_.rest(piece.substr(head.size()));
  }

  void hold(std::string_view piece, bool ends_line) {
    const auto more = piece.substr(0, limits::kLineHead - held_.size());
    held_ += more;
    if (!ends_line && held_.size() < limits::kLineHead && !is_plain(held_)) return;
    sink_.head(held_, ends_line && more.size() == piece.size());
    held_.clear();
    is_in_rest_ = true;
    if (more.size() < piece.size()) sink_.rest(piece.substr(more.size()));
  }

  Sink& sink_;
  std::uint64_t offset_ = 0;
  std::uint64_t line_begin_ = 0;
  bool is_in_rest_ = false;
  std::string held_;  // the head of a line that was cut
};

}  // namespace postroad::message
