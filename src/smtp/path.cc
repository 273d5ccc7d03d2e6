#include "smtp/path.h"

#include "base/text.h"
#include "smtp/limits.h"
#include "smtp/literal.h"

namespace postroad::smtp {
namespace {

// atext: rfc5322 3.2.3, with UTF8-non-ascii: rfc6531 3.3.
constexpr CharClass kAtextUtf8 = kAtext | kEightBit;
// qtextSMTP, with a space, without '"' and '\'.
constexpr CharClass kQtext = CharClass::range(32, 126) - CharClass("\"\\");
constexpr CharClass kQtextUtf8 = kQtext | kEightBit;
// What a backslash may quote: %d32-126.
constexpr CharClass kQuotable = CharClass::range(32, 126);
// Let-dig and '-'. Hosts with an underscore exist in the field, and refusing them would only lose their mail.
constexpr CharClass kLabel = kAlnum | CharClass("-_");
constexpr CharClass kLabelUtf8 = kLabel | kEightBit;
constexpr CharClass kAscii = CharClass::range(0, 127);
// dcontent: %d33-90 / %d94-126.
constexpr CharClass kDcontent = CharClass::range(33, 90) | CharClass::range(94, 126);

// Dot-string.
std::string dot_string(Scanner& in, Charset charset) {
  const auto& atext = charset == Charset::Utf8 ? kAtextUtf8 : kAtext;
  std::string made(in.run(atext, 1, "a local part"));
  while (in.maybe(".")) {
    made += '.';
    made += in.run(atext, 1, "a local part");
  }
  return made;
}

// Quoted-string, unquoted. The empty one is grammatical and names nobody, so it is refused here.
std::string quoted_string(Scanner& in, Charset charset) {
  std::string made;
  in.expect("\"");
  while (!in.at_end() && !in.maybe("\"")) {
    if (in.maybe("\\")) {
      const auto quoted = in.take(1, "a quoted character");
      if (!kQuotable.has_all(quoted)) in.fail("a printable quoted character");
      made += quoted;
    } else {
      made += in.run(charset == Charset::Utf8 ? kQtextUtf8 : kQtext, 1, "a closed quoted string");
    }
  }
  if (made.empty()) in.fail("a local part");
  return made;
}

// Local-part.
std::string local_part(Scanner& in, Charset charset) {
  auto made = in.peek() == '"' ? quoted_string(in, charset) : dot_string(in, charset);
  if (made.size() > kLocalPartBytes) in.fail("a shorter local part");
  if (!is_utf8(made)) in.fail("well-formed UTF-8");
  return made;
}

// sub-domain: Let-dig [Ldh-str], or a U-label.  rfc5321 4.1.2, rfc6531 3.3
void sub_domain(Scanner& in, Charset charset) {
  const auto label = in.run(charset == Charset::Utf8 ? kLabelUtf8 : kLabel, 1, "a domain");
  if (label.size() > kLabelBytes) in.fail("a label of at most 63 octets");
  if (label.starts_with('-') || label.ends_with('-')) in.fail("a label without a hyphen at its ends");
  if (!is_utf8(label)) in.fail("well-formed UTF-8");
}

// Domain.
std::string domain(Scanner& in, Charset charset) {
  const auto start = in.rest();
  const auto first = in.at();
  sub_domain(in, charset);
  while (in.maybe(".")) sub_domain(in, charset);
  if (in.failed()) return {};
  const auto made = start.substr(0, in.at() - first);
  if (made.size() > kDomainBytes) in.fail("a domain of at most 255 octets");
  return lower(made);
}

// Domain / address-literal.
std::string host(Scanner& in, Charset charset) {
  if (!in.maybe("[")) return domain(in, charset);
  const auto literal = in.run(kDcontent, 1, "an address literal");
  in.expect("]");
  if (!in.failed() && !is_address_literal(literal)) in.fail("an address literal");
  return "[" + lower(literal) + "]";
}

// Mailbox.
Path mailbox(Scanner& in, Charset charset) {
  Path path;
  path.local = local_part(in, charset);
  in.expect("@");
  path.domain = host(in, charset);
  return path;
}

// A-d-l ":", the source route: parsed, and ignored.  rfc5321 4.1.2, appendix C
void source_route(Scanner& in, Charset charset) {
  if (in.peek() != '@') return;
  do {
    in.expect("@");
    domain(in, charset);
  } while (in.maybe(","));
  in.expect(":");
}

}  // namespace

bool Path::is_ascii() const { return kAscii.has_all(local) && kAscii.has_all(domain); }

std::string Path::text() const {
  if (is_null()) return {};
  Scanner in(local);
  dot_string(in, Charset::Utf8);
  in.end();
  std::string made;
  if (in.result()) {
    made = local;
  } else {
    made = "\"";
    for (const char c : local) {
      if (c == '"' || c == '\\') made += '\\';
      made += c;
    }
    made += '"';
  }
  return domain.empty() ? made : made + "@" + domain;
}

Path parse_reverse_path(Scanner& in, Charset charset) {
  in.expect("<");
  if (in.maybe(">")) return {};
  source_route(in, charset);
  auto path = mailbox(in, charset);
  in.expect(">");
  return path;
}

Path parse_forward_path(Scanner& in, Charset charset) {
  // The only address without a domain.  rfc5321 4.1.1.3, 4.5.1
  if (in.maybe("<Postmaster>")) return Path{"postmaster", {}};
  in.expect("<");
  source_route(in, charset);
  auto path = mailbox(in, charset);
  in.expect(">");
  return path;
}

Result<Path> parse_mailbox(std::string_view text, Charset charset) {
  Scanner in(text);
  auto path = mailbox(in, charset);
  in.end();
  return in.result(std::move(path));
}

bool is_domain(std::string_view text, Charset charset) {
  Scanner in(text);
  domain(in, charset);
  in.end();
  return in.result().has_value();
}

}  // namespace postroad::smtp
