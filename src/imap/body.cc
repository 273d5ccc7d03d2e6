#include "imap/format.h"
#include "imap/structure.h"

namespace postroad::imap {
namespace {

using message::Part;

// rfc3501 9 "body-fld-param".
void put_parameters(std::string& out, const std::vector<message::Parameter>& parameters) {
  if (parameters.empty()) {
    out += "NIL";
    return;
  }
  char before = '(';
  for (const auto& parameter : parameters) {
    out += before;
    put_string(out, parameter.name);
    out += ' ';
    put_string(out, parameter.value);
    before = ' ';
  }
  out += ')';
}

// rfc3501 9 "body-fld-dsp".
void put_disposition(std::string& out, const Part& part) {
  if (!part.disposition) {
    out += "NIL";
    return;
  }
  out += '(';
  put_string(out, *part.disposition);
  out += ' ';
  put_parameters(out, part.disposition_parameters);
  out += ')';
}

// rfc3501 9 "body-fld-lang".
void put_languages(std::string& out, const std::vector<std::string>& languages) {
  if (languages.empty()) {
    out += "NIL";
    return;
  }
  char before = '(';
  for (const auto& language : languages) {
    out += before;
    put_string(out, language);
    before = ' ';
  }
  out += ')';
}

void put_where(std::string& out, const Part& part) {
  out += ' ';
  put_disposition(out, part);
  out += ' ';
  put_languages(out, part.languages);
  out += ' ';
  put_nstring(out, part.location);
}

// rfc3501 9 "body-type-mpart".
void put_multipart(std::string& out, const Part& part, bool with_extension) {
  for (const auto& child : part.children) put_body(out, child, with_extension);
  out += ' ';
  put_string(out, part.subtype);
  if (!with_extension) return;
  out += ' ';
  put_parameters(out, part.parameters);
  put_where(out, part);
}

// rfc3501 9 "body-fields".
void put_fields(std::string& out, const Part& part) {
  put_string(out, part.type);
  out += ' ';
  put_string(out, part.subtype);
  out += ' ';
  put_parameters(out, part.parameters);
  out += ' ';
  put_nstring(out, part.id);
  out += ' ';
  put_nstring(out, part.description);
  out += ' ';
  put_string(out, part.encoding_name.empty() ? "7bit" : part.encoding_name);
  out += ' ' + std::to_string(part.size_bytes());
}

// rfc3501 9 "body-type-1part". message/global is a basic type to rfc3501's clients.
void put_single_part(std::string& out, const Part& part, bool with_extension) {
  put_fields(out, part);
  if (part.is_message() && part.subtype == "rfc822") {
    const auto& inner = part.children.front();
    out += ' ';
    put_envelope(out, *inner.envelope);
    out += ' ';
    put_body(out, inner, with_extension);
    out += ' ' + std::to_string(part.lines);
  } else if (part.is_text()) {
    out += ' ' + std::to_string(part.lines);
  }
  if (!with_extension) return;
  out += ' ';
  put_nstring(out, part.md5);
  put_where(out, part);
}

}  // namespace

void put_body(std::string& out, const Part& part, bool with_extension) {
  out += '(';
  if (part.is_multipart())
    put_multipart(out, part, with_extension);
  else
    put_single_part(out, part, with_extension);
  out += ')';
}

}  // namespace postroad::imap
