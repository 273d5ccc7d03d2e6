#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "message/summary.h"

namespace postroad::message {

// Where a field of the top header stands.
struct Field {
  std::string name;  // as it came, without white space; empty for a junk line
  Range raw;         // all of it with its line ends
  Range value;       // behind the colon, to raw.end
  bool operator==(const Field&) const = default;
};

struct Indexed {
  Summary summary;
  std::vector<Field> fields;  // of the top header, at most limits::kFields
};

// Makes the index of a message in one pass, fed in pieces of any size: where they are cut changes nothing. Needs a
// few MiB at most however large and hostile the message is. Never fails; what is wrong with the message is in Summary::flaws.
//
// Lines end with LF (CRLF is the rule; a bare LF is a flaw). Only an empty line ends a header, or a boundary line of a
// multipart around it. A boundary line is "--", the boundary, "--" for the last, and nothing but white space behind, as far
// as limits::kLineHead: we don't take a line that merely begins so (rfc2046 5.1.1 allows it), or one boundary could end
// another's part.
//
// What stands in for broken structure:
// - A multipart without a usable boundary parameter is text/plain.
// - A multipart whose boundary never comes has one child, text/plain, which is all of its body.
// - Multiparts and messages below limits::kDepth, messages with an encoding (rfc2045 6.4 forbids it), and the last part
//   of limits::kParts are application/octet-stream.
// - A Content-Type that can't be parsed is text/plain (rfc2045 5.2); of two fields the first counts. What stands behind
//   the subtype, up to a semicolon, is skipped.
class Index {
 public:
  Index();
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  void feed(std::string_view bytes);
  // Once, after everything was fed.
  Indexed finish();

 private:
  class Builder;
  std::unique_ptr<Builder> builder_;
};

// The index of a message that is all in memory.
Indexed index(std::string_view message);

}  // namespace postroad::message
