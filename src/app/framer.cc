#include "app/framer.h"

#include <algorithm>

namespace postroad::app {

namespace {
constexpr std::size_t kEndBytes = 3;  // `.` CR LF
}

std::size_t Framer::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !is_whole_) {
    const auto rest = bytes.substr(taken);
    const auto piece = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    taken += piece.size();
    line_head_.append(piece.substr(0, kEndBytes - line_head_.size()));
    line_bytes_ += piece.size();
    if (is_kept_) text_.append(piece);
    if (piece.ends_with('\n')) end_line();
    // What may yet turn out to be the end does not count.
    const bool may_be_end = line_bytes_ <= kEndBytes && line_head_.starts_with('.');
    if ((may_be_end ? line_start_ : text_.size()) <= most_) continue;
    is_too_large_ = true;
    give_up();
  }
  return taken;
}

void Framer::give_up() {
  is_kept_ = false;
  text_ = std::string();  // and its memory
  line_start_ = 0;
}

void Framer::end_line() {
  is_whole_ = line_bytes_ <= kEndBytes && (line_head_ == ".\n" || line_head_ == ".\r\n");
  if (is_kept_ && is_whole_) text_.resize(line_start_);
  if (is_kept_ && !is_whole_) {
    text_.pop_back();
    if (text_.size() > line_start_ && text_.back() == '\r') text_.pop_back();
    if (line_head_.starts_with('.')) text_.erase(line_start_, 1);
    text_ += "\r\n";
  }
  line_start_ = text_.size();
  line_head_.clear();
  line_bytes_ = 0;
}

}  // namespace postroad::app
