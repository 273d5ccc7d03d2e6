#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postroad::message {

// A field of a header block; views into the block.
struct FieldView {
  std::string_view name;   // without white space; empty where the line has no colon (junk, kept so that nothing is lost)
  std::string_view raw;    // the whole field with its line ends
  std::string_view value;  // behind the colon, folded as it came, with its last line end
};

// Where the colon of a field's first line stands, and npos where the line is no field: rfc5322 2.2, with white space
// before the colon (4.5.8).
std::size_t find_colon(std::string_view line);

// The fields of a header block in their order, up to the empty line or the block's end. Lines end with CRLF or LF.
std::vector<FieldView> fields(std::string_view block);

// The value of the first field of that name, unfolded and trimmed; empty where there is none.
std::string field_value(std::string_view block, std::string_view name);

// Unfolded and trimmed: line ends go, white space stays (rfc5322 2.2.3); NULs become spaces.
std::string unfold(std::string_view value);

}  // namespace postroad::message
