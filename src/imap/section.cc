#include "imap/section.h"

#include "base/text.h"
#include "imap/format.h"
#include "imap/limits.h"

namespace postroad::imap {
namespace {

// rfc3501 9 "header-list".
void header_list(Scanner& in, Section& section) {
  in.expect(" (");
  do {
    section.fields.push_back(upper(in.astring("header field name")));
    if (section.fields.back().empty()) in.fail("header field name");
    if (section.fields.size() > kSectionFields) in.fail("fewer header fields");
  } while (in.maybe(" "));
  in.expect(")");
}

// rfc3501 9 "section-msgtext". Longer names stand before their prefixes.
bool section_msgtext(Scanner& in, Section& section) {
  if (in.maybe("HEADER.FIELDS.NOT")) {
    section.what = Section::What::HeaderFieldsNot;
    header_list(in, section);
  } else if (in.maybe("HEADER.FIELDS")) {
    section.what = Section::What::HeaderFields;
    header_list(in, section);
  } else if (in.maybe("HEADER")) {
    section.what = Section::What::Header;
  } else if (in.maybe("TEXT")) {
    section.what = Section::What::Text;
  } else {
    return false;
  }
  return true;
}

// rfc3501 9 "section-spec": "section-part ["." section-text]" or "section-msgtext".
void section_spec(Scanner& in, Section& section) {
  if (section_msgtext(in, section)) return;
  for (;;) {
    section.part.push_back(in.nz_number());
    if (section.part.size() > kSectionDepth) in.fail("fewer part numbers");
    if (!in.maybe(".")) return;
    if (section_msgtext(in, section)) return;
    if (in.maybe("MIME")) {
      section.what = Section::What::Mime;
      return;
    }
  }
}

std::string_view what_text(Section::What what) {
  switch (what) {
    case Section::What::All: return "";
    case Section::What::Header: return "HEADER";
    case Section::What::HeaderFields: return "HEADER.FIELDS";
    case Section::What::HeaderFieldsNot: return "HEADER.FIELDS.NOT";
    case Section::What::Text: return "TEXT";
    case Section::What::Mime: return "MIME";
  }
  return "";
}

}  // namespace

Section parse_section(Scanner& in) {
  Section section;
  in.expect("[");
  if (in.maybe("]")) return section;
  section_spec(in, section);
  in.expect("]");
  return in.failed() ? Section() : section;
}

std::optional<Partial> parse_partial(Scanner& in) {
  if (!in.maybe("<")) return std::nullopt;
  Partial partial;
  partial.offset = static_cast<std::uint32_t>(in.number(UINT32_MAX, "offset"));
  in.expect(".");
  partial.length = in.nz_number();
  in.expect(">");
  return in.failed() ? std::nullopt : std::optional(partial);
}

std::string section_text(const Section& section) {
  std::string made;
  for (const auto number : section.part) {
    if (!made.empty()) made += '.';
    made += std::to_string(number);
  }
  if (!made.empty() && section.what != Section::What::All) made += '.';
  made += what_text(section.what);
  for (std::size_t at = 0; at < section.fields.size(); ++at) {
    made += at == 0 ? " (" : " ";
    put_astring(made, section.fields[at]);
  }
  if (!section.fields.empty()) made += ')';
  return made;
}

}  // namespace postroad::imap
