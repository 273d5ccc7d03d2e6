#include "message/tree.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"

namespace postroad::message {

bool Tree::is_of_root() const {
  return std::ranges::count_if(open_, [](const Open& open) { return open.part.envelope != nullptr; }) == 1;
}

void Tree::open(Place header_begin) {
  ++parts_;
  open_.emplace_back().part.header.begin = header_begin.offset;
}

void Tree::begin_body(Place place) {
  auto& open = open_.back();
  open.part.header.end = open.part.body.begin = place.offset;
  open.lines_before = place.lines;
}

void Tree::expect(std::string_view boundary) {
  open_.back().boundary = boundary;
  ++expecting_;
}

void Tree::expect_none() {
  for (auto& open : open_) forget_boundary(open);
}

void Tree::forget_boundary(Open& open) {
  if (!open.boundary.empty()) --expecting_;
  open.boundary.clear();
}

// From the inside out: where parts within each other have the same boundary, it is the inner's until that one ends.
std::optional<Tree::Boundary> Tree::match(std::string_view line) const {
  if (!line.starts_with("--")) return std::nullopt;
  line = line.substr(2, line.find_last_not_of(" \t\r\n") - 1);
  for (auto depth = open_.size(); depth > 0; --depth) {
    const std::string_view boundary = open_[depth - 1].boundary;
    if (boundary.empty() || !line.starts_with(boundary)) continue;
    if (line.size() == boundary.size()) return Boundary{depth, false};
    if (line.size() == boundary.size() + 2 && line.ends_with("--")) return Boundary{depth, true};
  }
  return std::nullopt;
}

void Tree::end_parts() {
  forget_boundary(open_.back());
  open_.back().was_ended = true;
}

void Tree::close(Place end) {
  auto& open = open_.back();
  auto& part = open.part;
  // The line end in front of a boundary is the boundary's, unless it ends a header that the boundary cut.
  const auto header_end = part.children.empty() ? part.body.begin : part.children.back().body.end;
  const bool has_line_end = end.line_end_bytes > 0 && end.offset - end.line_end_bytes >= header_end;
  part.body.end = has_line_end ? end.offset - end.line_end_bytes : end.offset;
  part.lines = end.lines - open.lines_before - (has_line_end ? 1 : 0);
  forget_boundary(open);
  if (part.is_multipart() && !open.was_ended) flaws_.add(Flaw::NoFinalBoundary);
  ensure_child(part);

  auto closed = std::move(part);
  open_.pop_back();
  if (open_.empty()) root_ = std::move(closed);
  else open_.back().part.children.push_back(std::move(closed));
}

// A multipart whose boundary never came has all of its body for a child.
void Tree::ensure_child(Part& part) {
  if (!part.is_multipart() || !part.children.empty()) return;
  flaws_.add(Flaw::NoParts);
  auto& child = part.children.emplace_back();
  child.header = {part.body.begin, part.body.begin};
  child.body = part.body;
  child.lines = part.lines;
}

}  // namespace postroad::message
