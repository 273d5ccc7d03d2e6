#include "message/builder.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "message/attachment.h"
#include "message/header.h"
#include "message/preview.h"

namespace postroad::message {
namespace {

bool has_eight_bit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return kEightBit.has(c); });
}

// What we don't look into.
void make_opaque(Part& part) {
  part.type = "application";
  part.subtype = "octet-stream";
  part.parameters.clear();
}

bool is_encoded(const Part& part) {
  return part.encoding == Encoding::Base64 || part.encoding == Encoding::QuotedPrintable;
}

// The boundary of a multipart; empty where there is none that can be used. White space at its end is not of it.
std::string boundary_of(const Part& part) {
  const auto plain = std::ranges::find(part.parameters, "boundary", &Parameter::name);
  auto text = plain != part.parameters.end() ? plain->value : parameter(part.parameters, "boundary").value_or("");
  text.resize(text.find_last_not_of(" \t") + 1);
  return text.size() <= limits::kBoundaryBytes ? text : "";
}

}  // namespace

Index::Builder::Builder() : flaws_(made_.summary.flaws), lines_(*this), tree_(flaws_) { open_part({}, true, false); }

void Index::Builder::feed(std::string_view bytes) {
  note_bytes(bytes);
  lines_.feed(bytes);
}

Indexed Index::Builder::finish() {
  lines_.finish();
  if (opens_part_) open_next();
  if (last_ == '\r') flaws_.add(Flaw::BareCr);
  const Place end{lines_.offset(), lf_count_, 0};
  if (is_in_header_) flaws_.add(Flaw::NoHeaderEnd);
  while (is_in_header_) end_header(end);
  while (tree_.depth() > 0) close_part(end);

  auto& summary = made_.summary;
  summary.root = tree_.take_root();
  summary.size_bytes = end.offset;
  summary.lines = end.lines;
  if (summary.preview.empty()) summary.preview = std::move(html_preview_);
  summary.has_attachment = has_attachment(summary.root);
  return std::move(made_);
}

// Each octet with the one before it, branch-free: the compiler makes wide instructions of it.
void Index::Builder::note_bytes(std::string_view bytes) {
  bool has_bare_cr = false;
  bool has_bare_lf = false;
  bool has_nul = false;
  char before = last_;
  for (const char c : bytes) {
    has_bare_cr |= (before == '\r') & (c != '\n');
    has_bare_lf |= (before != '\r') & (c == '\n');
    has_nul |= c == '\0';
    before = c;
  }
  last_ = before;
  if (has_bare_cr) flaws_.add(Flaw::BareCr);
  if (has_bare_lf) flaws_.add(Flaw::BareLf);
  if (has_nul) flaws_.add(Flaw::Nul);
}

void Index::Builder::head(std::string_view text, bool is_whole) {
  line_ = Line::Other;
  if (const auto found = tree_.match(text)) {
    boundary(*found);
  } else if (is_in_header_) {
    header_line(text, is_whole);
  } else {
    line_ = Line::Body;
    add_to_preview(text);
  }
  note_end(text);
}

void Index::Builder::rest(std::string_view text) {
  if (line_ == Line::Body) add_to_preview(text);
  if (line_ == Line::Field) {
    header_.add(text, budget_, flaws_);
    if (has_eight_bit(text)) flaws_.add(Flaw::EightBitHeader);
  }
  note_end(text);
}

void Index::Builder::note_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.empty()) last_of_line_ = text.back();
}

void Index::Builder::end_line() {
  line_end_bytes_ = last_of_line_ == '\r' ? 2 : 1;
  last_of_line_ = '\n';
  ++lf_count_;
  if (opens_part_) open_next();
}

void Index::Builder::header_line(std::string_view line, bool is_whole) {
  if (is_whole && (line == "\r\n" || line == "\n")) {
    if (tree_.depth() == 1) end_field(lines_.line_begin());
    return end_header({lines_.line_begin() + line.size(), lf_count_ + 1, line.size()});
  }
  if (has_eight_bit(line)) flaws_.add(Flaw::EightBitHeader);
  const bool goes_on = kWsp.has(line.front()) && lines_.line_begin() > tree_.innermost().header.begin;
  line_ = Line::Field;
  if (goes_on) header_.add(line, budget_, flaws_);
  else begin_field(line);
}

void Index::Builder::begin_field(std::string_view line) {
  const auto colon = find_colon(line);
  const bool is_junk = colon == line.npos;
  if (is_junk) flaws_.add(Flaw::JunkInHeader);
  const auto name = is_junk ? std::string_view{} : trim(line.substr(0, colon));
  header_.begin_field(name, flaws_);
  if (!is_junk) header_.add(line.substr(colon + 1), budget_, flaws_);

  if (tree_.depth() != 1) return;
  const auto begin = lines_.line_begin();
  end_field(begin);
  if (made_.fields.size() < limits::kFields)
    made_.fields.push_back({std::string(name), {begin, 0}, {is_junk ? begin : begin + colon + 1, 0}});
  else
    flaws_.add(Flaw::FieldLimit);
}

// The last field of the top header ends here, unless it has ended.
void Index::Builder::end_field(std::uint64_t offset) {
  if (made_.fields.empty() || made_.fields.back().raw.end != 0) return;
  made_.fields.back().raw.end = made_.fields.back().value.end = offset;
}

void Index::Builder::end_header(Place place) {
  if (tree_.depth() == 1) {
    end_field(place.offset);
    header_.fill(made_.summary);
  }
  auto& part = tree_.innermost();
  header_.fill(part, budget_, flaws_);
  tree_.begin_body(place);
  is_in_header_ = false;
  begin_body(part, place);
}

void Index::Builder::begin_body(Part& part, Place place) {
  if (part.is_multipart()) return begin_multipart(part);
  if (part.is_message()) return begin_message(part, place);
  const bool is_shown = part.is_text() && (part.subtype == "plain" || part.subtype == "html");
  const bool is_wanted = part.subtype == "plain" ? made_.summary.preview.empty() : html_preview_.empty();
  if (is_shown && is_wanted && part.disposition != "attachment" && tree_.is_of_root()) preview_source_.emplace();
}

void Index::Builder::begin_multipart(Part& part) {
  if (tree_.depth() >= limits::kDepth) {
    flaws_.add(Flaw::DepthLimit);
    return make_opaque(part);
  }
  const auto boundary = boundary_of(part);
  if (boundary.empty()) {
    flaws_.add(Flaw::NoBoundary);
    part.type = "text";
    part.subtype = "plain";
    part.parameters.clear();
    return;
  }
  if (is_encoded(part)) flaws_.add(Flaw::EncodedComposite);
  tree_.expect(boundary);
}

void Index::Builder::begin_message(Part& part, Place place) {
  if (is_encoded(part) || part.encoding == Encoding::Other) {
    flaws_.add(Flaw::EncodedComposite);
    return make_opaque(part);
  }
  if (tree_.depth() >= limits::kDepth || !tree_.may_open()) {
    flaws_.add(tree_.may_open() ? Flaw::DepthLimit : Flaw::PartLimit);
    return make_opaque(part);
  }
  open_part(place, true, false);
}

void Index::Builder::boundary(Tree::Boundary found) {
  const Place begin{lines_.line_begin(), lf_count_, line_end_bytes_};
  if (is_in_header_) flaws_.add(Flaw::NoHeaderEnd);
  while (is_in_header_) end_header(begin);
  while (tree_.depth() > found.depth) close_part(begin);
  if (found.is_last) tree_.end_parts();
  else opens_part_ = true;
}

// The boundary's line is over.
void Index::Builder::open_next() {
  opens_part_ = false;
  const Place next{lines_.offset(), lf_count_, 0};
  if (tree_.may_open()) open_part(next, false, tree_.is_in_digest());
  else open_rest(next);
}

void Index::Builder::open_part(Place place, bool is_message, bool is_in_digest) {
  tree_.open(place);
  header_.start(is_message, is_in_digest);
  is_in_header_ = true;
}

// The last part that there may be: all the rest.
void Index::Builder::open_rest(Place place) {
  flaws_.add(Flaw::PartLimit);
  tree_.open(place);
  tree_.begin_body(place);
  tree_.expect_none();
  make_opaque(tree_.innermost());
}

void Index::Builder::close_part(Place place) {
  if (!preview_source_) return tree_.close(place);
  // What was taken of the boundary's line end goes again.
  const auto source = std::move(*preview_source_);
  preview_source_.reset();
  auto& part = tree_.innermost();
  const auto body_end = place.offset - std::min(place.line_end_bytes, place.offset - part.body.begin);
  auto& preview = part.subtype == "html" ? html_preview_ : made_.summary.preview;
  preview = make_preview(part, std::string_view(source).substr(0, body_end - part.body.begin));
  tree_.close(place);
}

void Index::Builder::add_to_preview(std::string_view text) {
  if (!preview_source_) return;
  const auto room = limits::kPreviewSource + 1 - std::min(limits::kPreviewSource + 1, preview_source_->size());
  *preview_source_ += text.substr(0, room);
}

}  // namespace postroad::message
