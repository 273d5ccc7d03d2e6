#include "message/outline.h"

namespace postroad::message {

std::string outline(const Part& part, std::string_view message) {
  std::string made = part.type + '/' + part.subtype;
  if (!part.children.empty()) {
    made += '(';
    for (const auto& child : part.children) made += (made.ends_with('(') ? "" : " ") + outline(child, message);
    return made + ')';
  }
  made += '"';
  for (const char c : message.substr(part.body.begin, part.body.size())) {
    if (c == '\n') made += '|';
    else if (c != '\r') made += c;
  }
  return made + '"';
}

}  // namespace postroad::message
