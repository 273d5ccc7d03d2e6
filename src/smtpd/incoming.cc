#include "smtpd/incoming.h"

#include <algorithm>

#include "smtp/hops.h"

namespace postroad::smtpd {
namespace {

// A client's word is good for that much memory; what really comes gets its own.
constexpr std::uint64_t kTrustedBytes = 256UL << 10;

Refused bare_line_end(const smtp::Flaws& flaws) {
  const auto* text = flaws.bare_lf ? "the message holds a bare LF; lines end with CRLF"
                     : flaws.nul   ? "the message holds a NUL"
                                   : "the message holds a bare CR; lines end with CRLF";
  return {{550, "5.6.0", text}, "line_ends", flaws.bare_lf};
}

}  // namespace

bool Incoming::start(std::string_view trace, std::uint64_t declared_bytes) {
  trace_bytes_ = trace.size();
  const auto room = trace.size() + std::min(declared_bytes, kTrustedBytes);
  if (!hold_.grow_to(room)) return false;
  text_->reserve(room);
  text_->append(trace);
  return true;
}

// A string that grows holds up to twice its bytes; what is held covers the text.
bool Incoming::make_room(std::size_t more) {
  if (has_room_ && !hold_.grow_to(text_->size() + more)) {
    has_room_ = false;
    *text_ = {};
    hold_.release();
  }
  return has_room_;
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
  if (!has_room_) return Refused{{452, "4.3.1", "too much mail at once; try again later"}, "no_room"};
  if (smtp::count_hops(std::string_view(*text_).substr(trace_bytes_)) > hops_max)
    return Refused{{554, "5.4.6", "the message went through too many hosts: a loop"}, "hops"};
  return std::nullopt;
}

}  // namespace postroad::smtpd
