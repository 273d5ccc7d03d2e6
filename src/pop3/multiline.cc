#include "pop3/multiline.h"

namespace postroad::pop3 {

void Multiline::feed(std::string_view piece, std::string& into) {
  while (!piece.empty() && !is_done_) {
    if (at_line_start_) {
      if (is_top_ && !in_header_ && lines_left_ == 0) {
        is_done_ = true;
        return;
      }
      if (piece.front() == '.') into += '.';
      at_line_start_ = false;
      is_blank_so_far_ = true;
    }
    const auto end = piece.find('\n');
    const auto part = piece.substr(0, end == piece.npos ? end : end + 1);
    into += part;
    piece.remove_prefix(part.size());
    if (part.find_first_not_of("\r\n") != part.npos) is_blank_so_far_ = false;
    if (end == std::string_view::npos) continue;
    at_line_start_ = true;
    if (in_header_) {
      in_header_ = !is_blank_so_far_;
    } else if (is_top_) {
      --lines_left_;
    }
  }
}

void Multiline::finish(std::string& into) {
  if (!at_line_start_) into += "\r\n";
  into += ".\r\n";
  is_done_ = true;
}

}  // namespace postroad::pop3
