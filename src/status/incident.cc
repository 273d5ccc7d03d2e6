#include "status/incident.h"

#include "base/text.h"

namespace postroad::status {

Result<> check_post(const Post& post) {
  if (trim(post.text).empty()) return fail(Fault::Syntax, "a post has a text; give one with --text");
  if (post.text.size() > kTextBytes) return fail(Fault::Syntax, "the text is over 16,384 bytes");
  if (!post.incident && trim(post.title).empty()) return fail(Fault::Syntax, "a new incident has a title; give one with --title");
  if (post.title.size() > kTitleBytes) return fail(Fault::Syntax, "the title is over 200 bytes");
  if (!is_utf8(post.title) || !is_utf8(post.text)) return fail(Fault::Syntax, "the text is not UTF-8");
  return {};
}

}  // namespace postroad::status
