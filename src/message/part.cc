#include "message/part.h"

#include "base/chars.h"

namespace postroad::message {

bool operator==(const Part& a, const Part& b) {
  const bool same_envelope = (a.envelope == nullptr) == (b.envelope == nullptr) &&
                             (a.envelope == nullptr || *a.envelope == *b.envelope);
  return same_envelope && a.header == b.header && a.body == b.body && a.lines == b.lines && a.type == b.type &&
         a.subtype == b.subtype && a.parameters == b.parameters && a.disposition == b.disposition &&
         a.disposition_parameters == b.disposition_parameters && a.encoding == b.encoding &&
         a.encoding_name == b.encoding_name && a.id == b.id && a.description == b.description &&
         a.languages == b.languages && a.location == b.location && a.md5 == b.md5 && a.children == b.children;
}

std::string file_name(const Part& part) {
  auto name = parameter(part.disposition_parameters, "filename");
  if (!name || name->empty()) name = parameter(part.parameters, "name");
  if (!name) return {};
  const auto separator = name->find_last_of("/\\");
  return separator == name->npos ? *name : name->substr(separator + 1);
}

const Part* find_part(const Part& root, const std::vector<std::uint32_t>& numbers) {
  const Part* at = &root;
  bool is_whole = true;  // `at` is a message, of which numbers tell the parts; else it is a part
  for (const auto number : numbers) {
    if (!is_whole && at->is_message() && !at->children.empty()) {
      at = &at->children.front();
      is_whole = true;
    }
    if (at->is_multipart()) {
      if (number == 0 || number > at->children.size()) return nullptr;
      at = &at->children[number - 1];
    } else if (number != 1 || !is_whole) {
      return nullptr;
    }
    is_whole = false;  // a message that is no multipart is its own part 1
  }
  return at;
}

std::optional<Range> find_section(const Part& root, const std::vector<std::uint32_t>& numbers, Section section) {
  const Part* part = find_part(root, numbers);
  if (part == nullptr) return std::nullopt;
  if (numbers.empty()) {
    if (section == Section::Body) return Range{root.header.begin, root.body.end};
    if (section == Section::Mime) return std::nullopt;
    return section == Section::Header ? root.header : root.body;
  }
  if (section == Section::Body) return part->body;
  if (section == Section::Mime) return part->header;
  if (!part->is_message() || part->children.empty()) return std::nullopt;
  const Part& message = part->children.front();
  return section == Section::Header ? message.header : message.body;
}

}  // namespace postroad::message
