#include "migration/line_ends.h"

namespace postroad::migration {

std::string LineEnds::feed(std::string piece) {
  if (piece.empty()) return piece;
  std::string made;
  std::size_t copied = 0;  // of `piece`; nothing is copied as long as nothing is wrong
  for (auto at = piece.find('\n'); at != piece.npos; at = piece.find('\n', at + 1)) {
    const bool has_cr = at == 0 ? after_cr_ : piece[at - 1] == '\r';
    if (has_cr) continue;
    made.append(piece, copied, at - copied) += '\r';
    copied = at;
  }
  after_cr_ = piece.back() == '\r';
  if (copied > 0 || !made.empty()) {
    made.append(piece, copied);
    piece = std::move(made);
  }
  for (auto at = piece.find('\0'); at != piece.npos; at = piece.find('\0', at + 1)) piece[at] = static_cast<char>(0x80);
  return piece;
}

}  // namespace postroad::migration
