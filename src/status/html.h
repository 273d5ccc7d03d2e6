#pragma once

#include <string>
#include <string_view>

namespace postroad::status {

// Text as HTML shows it; safe in elements and in quoted attributes.
std::string escape_html(std::string_view text);

// Plain text of several paragraphs as <p> elements, single line ends as <br>.
std::string paragraphs(std::string_view text);

}  // namespace postroad::status
