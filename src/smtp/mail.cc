#include "smtp/mail.h"

#include "base/text.h"
#include "smtp/limits.h"
#include "smtp/parameters.h"
#include "smtp/xtext.h"

namespace postroad::smtp {
namespace {

// ENVID and ORCPT decode to printable ASCII and spaces.  rfc3461 4.2, 4.4
constexpr CharClass kPrintable = CharClass::range(0x20, 0x7e);

// SIZE: rfc1870 3.
Result<> take_size(Mail& mail, std::string_view value) {
  const auto size = parse_number(value, kMostBytes);
  if (!size) return bad_parameter("SIZE is a number of octets");
  mail.size_bytes = size;
  return {};
}

// BODY: rfc6152 2. BINARYMIME is not offered.
Result<> take_body(Mail& mail, std::string_view value) {
  if (!equal_nocase(value, "7BIT") && !equal_nocase(value, "8BITMIME"))
    return bad_parameter("BODY is 7BIT or 8BITMIME");
  mail.is_eight_bit = equal_nocase(value, "8BITMIME");
  return {};
}

// SMTPUTF8: rfc6531 3.4.
Result<> take_utf8(Mail& mail, std::string_view value) {
  if (!value.empty()) return bad_parameter("SMTPUTF8 has no value");
  mail.is_utf8 = true;
  return {};
}

// RET: rfc3461 4.3.
Result<> take_ret(Mail& mail, std::string_view value) {
  if (!equal_nocase(value, "FULL") && !equal_nocase(value, "HDRS")) return bad_parameter("RET is FULL or HDRS");
  mail.ret = equal_nocase(value, "FULL") ? Return::Full : Return::Headers;
  return {};
}

// ENVID: rfc3461 4.4.
Result<> take_envid(Mail& mail, std::string_view value) {
  const auto decoded = parse_xtext(value);
  if (!decoded || decoded->empty() || decoded->size() > kEnvidBytes || !kPrintable.has_all(*decoded))
    return bad_parameter("ENVID is xtext of at most 100 printable characters");
  mail.envid = *decoded;
  return {};
}

struct Row {
  std::string_view keyword;
  Result<> (*take)(Mail& mail, std::string_view value);
};

constexpr Row kParametersOfMail[] = {
    {"SIZE", take_size}, {"BODY", take_body}, {"SMTPUTF8", take_utf8}, {"RET", take_ret}, {"ENVID", take_envid},
};

Result<> take(Mail& mail, const Parameter& parameter) {
  for (const auto& row : kParametersOfMail)
    if (row.keyword == parameter.keyword) return row.take(mail, parameter.value);
  return unknown_parameter();
}

}  // namespace

std::string text_of(Return ret) { return ret == Return::Unset ? "" : ret == Return::Full ? "FULL" : "HDRS"; }

// MAIL: rfc5321 4.1.1.2.
Result<Command> parse_mail(Scanner in) {
  Mail mail;
  in.space();
  in.expect("FROM:");
  in.maybe(" ");  // not allowed, and sent by many.  rfc5321 3.3
  if (in.failed()) return fail(Fault::Syntax, in.error().text, "501 5.5.4");
  mail.from = parse_reverse_path(in, Charset::Utf8);
  if (in.failed()) return fail(Fault::Syntax, in.error().text, "501 5.1.7");

  TRY(const auto parameters, parse_parameters(in));
  for (const auto& parameter : parameters) {
    TRY_OK(take(mail, parameter));
  }

  // rfc6531 3.5
  if (!mail.is_utf8 && !mail.from.is_ascii())
    return fail(Fault::Syntax, "an address with UTF-8 needs SMTPUTF8", "553 5.6.7");
  return mail;
}

}  // namespace postroad::smtp
