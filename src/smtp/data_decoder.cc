#include "smtp/data_decoder.h"

#include "base/mutant.h"

namespace postroad::smtp {

void DataDecoder::keep(std::string_view run) {
  size_bytes_ += run.size();
  if (keeps_ && !is_too_large() && !flaws_.any()) into_.append(run);
}

std::size_t DataDecoder::feed(std::string_view piece) {
  std::size_t at = 0;
  std::size_t kept = 0;  // piece[kept, at) is of the message and not yet appended
  while (at < piece.size() && state_ != State::Done) {
    const char next = piece[at];
    switch (state_) {
      case State::LineStart:
        if (next != '.') {
          state_ = State::Line;
          break;
        }
        keep(piece.substr(kept, at - kept));
        kept = POSTROAD_MUTANT(dot_kept) ? at++ : ++at;  // the dot is not of the message.  rfc5321 4.5.2
        state_ = State::Dot;
        break;
      case State::Dot:
        state_ = next == '\r' ? State::DotCr : State::Line;
        if (next == '\r') kept = ++at;  // of the end, or else bare
        break;
      case State::DotCr:
        if (next == '\n') {
          kept = ++at;
          state_ = State::Done;
        } else {
          flaws_.bare_cr = true;
          state_ = State::Line;
        }
        break;
      case State::Line: {
        const auto line = piece.substr(at);
        const auto cr = line.find('\r');
        check_run(line.substr(0, cr), flaws_);
        at = cr == line.npos ? piece.size() : at + cr + 1;
        if (cr != line.npos) state_ = State::Cr;
        break;
      }
      case State::Cr:
        if (next == '\n') {
          ++at;
          state_ = State::LineStart;
        } else {
          flaws_.bare_cr = true;
          state_ = State::Line;
        }
        break;
      case State::Done: break;
    }
  }
  if (at > kept) keep(piece.substr(kept, at - kept));
  return at;
}

}  // namespace postroad::smtp
