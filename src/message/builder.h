#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/index.h"
#include "message/lines.h"
#include "message/part_header.h"
#include "message/tree.h"

namespace postroad::message {

// What an Index does, line by line.
class Index::Builder {
 public:
  Builder();
  void feed(std::string_view bytes);
  Indexed finish();

 private:
  friend class Lines<Builder>;
  bool wants_head(std::string_view start) const { return is_in_header_ || (start == "--" && tree_.expects_any()); }
  void head(std::string_view text, bool is_whole);
  void rest(std::string_view text);
  void end_line();
  void note_end(std::string_view text);

  void note_bytes(std::string_view bytes);
  void header_line(std::string_view line, bool is_whole);
  void begin_field(std::string_view line);
  void end_field(std::uint64_t offset);
  void end_header(Place place);
  void begin_body(Part& part, Place place);
  void begin_multipart(Part& part);
  void begin_message(Part& part, Place place);
  void boundary(Tree::Boundary found);
  void open_next();
  void open_part(Place place, bool is_message, bool is_in_digest);
  void open_rest(Place place);
  void close_part(Place place);
  void add_to_preview(std::string_view text);

  enum class Line { Field, Body, Other };

  Indexed made_;
  Flaws& flaws_;
  Lines<Builder> lines_;
  Tree tree_;
  PartHeader header_;
  Budget budget_;
  bool is_in_header_ = false;
  bool opens_part_ = false;  // this line is a boundary; a part begins behind it
  Line line_ = Line::Other;
  std::uint64_t lf_count_ = 0;
  std::uint64_t line_end_bytes_ = 0;  // of the line before
  char last_ = '\0';                  // octet that was fed
  char last_of_line_ = '\n';          // octet of this line that was told, but for its LF
  std::optional<std::string> preview_source_;  // of the innermost part, where it is one to make a preview of
  std::string html_preview_;
};

}  // namespace postroad::message
