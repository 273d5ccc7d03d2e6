#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// Roughly the words of an HTML text: without tags, comments, script, style and title; entities decoded. UTF-8 in and
// out, linear in its size. For previews and search; never for display as HTML.
std::string html_to_text(std::string_view html);

}  // namespace postroad::message
