#include "message/attachment.h"

#include <algorithm>

namespace postroad::message {
namespace {

struct TypeName {
  std::string_view type;
  std::string_view subtype;
};
constexpr TypeName kNotFiles[] = {
    {"application", "pgp-signature"},   {"application", "pgp-encrypted"},     {"application", "pkcs7-signature"},
    {"application", "x-pkcs7-signature"}, {"message", "delivery-status"},     {"message", "disposition-notification"},
    {"message", "global-delivery-status"}, {"message", "feedback-report"},    {"text", "rfc822-headers"},
};

bool is_not_file(const Part& part) {
  return std::ranges::any_of(kNotFiles, [&part](const TypeName& name) {
    return part.type == name.type && part.subtype == name.subtype;
  });
}

bool is_file(const Part& part, bool is_in_related) {
  if (part.disposition == "attachment") return true;
  if (is_not_file(part)) return false;
  if (part.is_text()) return part.disposition != "inline" && !file_name(part).empty();
  const bool is_shown = part.type == "image" && (part.disposition == "inline" || part.id.has_value());
  return !(is_in_related && (is_shown || part.id.has_value())) && !(is_shown && part.disposition == "inline");
}

// Depth: limits::kDepth.
bool has_file(const Part& part, bool is_in_related) {
  if (!part.is_multipart()) return is_file(part, is_in_related);
  return std::ranges::any_of(part.children,
                             [&part](const Part& child) { return has_file(child, part.subtype == "related"); });
}

}  // namespace

bool has_attachment(const Part& root) { return has_file(root, false); }

}  // namespace postroad::message
