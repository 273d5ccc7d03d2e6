#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/summary.h"

namespace postroad::message {

// A place between two lines.
struct Place {
  std::uint64_t offset = 0;
  std::uint64_t lines = 0;           // LFs before it
  std::uint64_t line_end_bytes = 0;  // of the line end right before it, which a boundary takes with it: rfc2046 5.1.1
};

// The parts of a message that are open at the place that an index has come to, from the root to the innermost.
class Tree {
 public:
  explicit Tree(Flaws& flaws) : flaws_(flaws) {}

  std::size_t depth() const { return open_.size(); }
  Part& innermost() { return open_.back().part; }
  bool is_in_digest() const { return !open_.empty() && open_.back().part.subtype == "digest"; }
  // Whether the innermost part is of the message itself, not of one in it.
  bool is_of_root() const;
  bool may_open() const { return parts_ + 1 < limits::kParts; }

  void open(Place header_begin);
  void begin_body(Place place);
  // From now on lines with this boundary are of the innermost part.
  void expect(std::string_view boundary);
  bool expects_any() const { return expecting_ > 0; }
  // No line is a boundary any more.
  void expect_none();

  // The innermost part whose boundary this line is: its depth, and whether the boundary is its last.
  struct Boundary {
    std::size_t depth = 0;
    bool is_last = false;
  };
  std::optional<Boundary> match(std::string_view line) const;

  // Ends the innermost part.
  void close(Place end);
  // The innermost part's last boundary came.
  void end_parts();
  Part take_root() { return std::move(root_); }

 private:
  struct Open {
    Part part;
    std::string boundary;  // empty: none is expected
    bool was_ended = false;
    std::uint64_t lines_before = 0;
  };
  void forget_boundary(Open& open);
  void ensure_child(Part& part);

  Flaws& flaws_;
  std::vector<Open> open_;
  std::size_t parts_ = 0;
  std::size_t expecting_ = 0;
  Part root_;
};

}  // namespace postroad::message
