#include "smtpd/incoming.h"

#include <algorithm>

#include "base/limits.h"
#include "smtp/hops.h"

namespace postroad::smtpd {
namespace {

// What a message may hold for the asking; a client's word is good for no more. Beyond it, it is large.
constexpr std::uint64_t kSmallBytes = limits::kSessionBufferBytes;
constexpr std::uint64_t kFirstBytes = 8UL << 10;
constexpr std::size_t kPieceBytes = 64UL << 10;  // that a stream's reader gives at most, about

Refused bare_line_end(const smtp::Flaws& flaws) {
  const auto* text = flaws.bare_lf ? "the message holds a bare LF; lines end with CRLF"
                     : flaws.nul   ? "the message holds a NUL"
                                   : "the message holds a bare CR; lines end with CRLF";
  return {{550, "5.6.0", text}, "line_ends", flaws.bare_lf};
}

}  // namespace

smtp::Reply no_room() { return {451, "4.3.1", "too much mail at once; try again later"}; }

bool Incoming::start(std::string_view trace, std::uint64_t declared_bytes) {
  trace_bytes_ = trace.size();
  const auto room = trace.size() + std::clamp(declared_bytes, kFirstBytes, kSmallBytes);
  if (!hold_.grow_to(room, Budget::For::New)) return false;
  text_->reserve(room);
  text_->append(trace);
  return true;
}

Budget::For Incoming::what() const { return text_->size() > kSmallBytes ? Budget::For::Large : Budget::For::Small; }

// What the text's memory would have to be, with some to spare as long as it grows.
std::size_t Incoming::room_for(std::size_t more) const {
  const auto needed = text_->size() + more;
  if (needed <= text_->capacity()) return text_->capacity();
  return std::max(needed, std::min<std::size_t>(needed + needed / 2, trace_bytes_ + most_));
}

// What is held covers the text's memory, used or not.
bool Incoming::make_room(std::size_t more) {
  if (!has_room_) return false;
  auto room = room_for(more);
  if (!hold_.could_grow_to(room, what())) room = text_->size() + more;
  if (!hold_.grow_to(room, what())) {
    has_room_ = false;
    *text_ = {};
    hold_.release();
    return false;
  }
  if (room <= text_->capacity()) return true;
  // A string that grows by itself at least doubles.
  std::string grown;
  grown.reserve(room);
  grown += *text_;
  *text_ = std::move(grown);
  return true;
}

bool Incoming::must_wait() const {
  return has_room_ && what() == Budget::For::Large && !hold_.could_grow_to(text_->size() + kPieceBytes, what());
}

std::size_t Incoming::feed_data(std::string_view piece) {
  // Without room the message is only read to its end.
  if (!make_room(piece.size())) decoder_.drop();
  const auto used = decoder_.feed(piece);
  size_bytes_ = decoder_.size_bytes();
  return used;
}

bool Incoming::feed_chunk(std::string_view piece) {
  is_chunked_ = true;
  size_bytes_ += piece.size();
  lines_.feed(piece);
  if (!make_room(piece.size())) return false;
  text_->append(piece);
  return true;
}

// The order is the order in which errors win.
std::optional<Refused> Incoming::judge(std::size_t hops_max) {
  if (is_chunked_) lines_.end();
  const auto flaws = is_chunked_ ? lines_.flaws() : decoder_.flaws();
  if (flaws.any()) return bare_line_end(flaws);
  if (size_bytes_ > most_) return Refused{{552, "5.3.4", "the message is too large"}, "too_large"};
  if (!has_room_) return Refused{no_room(), "no_room"};
  if (smtp::count_hops(std::string_view(*text_).substr(trace_bytes_)) > hops_max)
    return Refused{{554, "5.4.6", "the message went through too many hosts: a loop"}, "hops"};
  return std::nullopt;
}

}  // namespace postroad::smtpd
