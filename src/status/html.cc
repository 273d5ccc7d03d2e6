#include "status/html.h"

#include "base/text.h"

namespace postroad::status {

std::string escape_html(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': made += "&amp;"; break;
      case '<': made += "&lt;"; break;
      case '>': made += "&gt;"; break;
      case '"': made += "&quot;"; break;
      case '\'': made += "&#39;"; break;
      default: made += c;
    }
  }
  return made;
}

std::string paragraphs(std::string_view text) {
  std::string made;
  bool is_open = false;
  for (const auto raw : split(text, '\n')) {
    const auto line = trim(raw);
    if (line.empty()) {
      if (is_open) made += "</p>\n";
      is_open = false;
    } else {
      made += (is_open ? "<br>\n" : "<p>") + escape_html(line);
      is_open = true;
    }
  }
  return is_open ? made + "</p>\n" : made;
}

}  // namespace postroad::status
