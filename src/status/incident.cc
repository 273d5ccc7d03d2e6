#include "status/incident.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"

namespace postroad::status {

Time Incident::in_state_since() const {
  auto since = updates.back().at;
  for (auto it = updates.rbegin(); it != updates.rend() && it->state == state(); ++it) since = it->at;
  return since;
}

Result<> check_post(const Post& post) {
  if (trim(post.text).empty()) return fail(Fault::Syntax, "a post has a text; give one with --text");
  if (post.text.size() > kTextBytes) return fail(Fault::Syntax, "the text is over 16,384 bytes");
  if (!post.incident && trim(post.title).empty()) return fail(Fault::Syntax, "a new incident has a title; give one with --title");
  if (post.title.size() > kTitleBytes) return fail(Fault::Syntax, "the title is over 200 bytes");
  if (!is_utf8(post.title) || !is_utf8(post.text)) return fail(Fault::Syntax, "the text is not UTF-8");
  const auto is_control = [](char c) { return kControl.has(c); };
  const auto is_other_than_line_end = [](char c) { return kControl.has(c) && c != '\n' && c != '\r' && c != '\t'; };
  if (std::ranges::any_of(post.title, is_control)) return fail(Fault::Syntax, "the title is one line, without control characters");
  if (std::ranges::any_of(post.text, is_other_than_line_end)) return fail(Fault::Syntax, "the text has control characters");
  if (post.incident && !post.title.empty()) return fail(Fault::Syntax, "a title is given to a new incident, and stays");
  if (post.incident && !post.components.empty()) return fail(Fault::Syntax, "components are given to a new incident, and stay");
  return {};
}

}  // namespace postroad::status
