#include "smtp/rcpt.h"

#include <algorithm>

#include "base/text.h"
#include "smtp/limits.h"
#include "smtp/parameters.h"
#include "smtp/xtext.h"

namespace postroad::smtp {
namespace {

constexpr CharClass kPrintable = CharClass::range(0x20, 0x7e);

bool Notify::* notify_word(std::string_view word) {
  if (equal_nocase(word, "SUCCESS")) return &Notify::success;
  if (equal_nocase(word, "FAILURE")) return &Notify::failure;
  if (equal_nocase(word, "DELAY")) return &Notify::delay;
  return nullptr;
}

// NOTIFY: rfc3461 4.1.
Result<> take_notify(Rcpt& rcpt, std::string_view value) {
  rcpt.notify.is_set = true;
  if (equal_nocase(value, "NEVER")) return {};
  for (const auto word : split(value, ',')) {
    const auto member = notify_word(word);
    if (member == nullptr || rcpt.notify.*member)
      return bad_parameter("NOTIFY is NEVER, or some of SUCCESS, FAILURE and DELAY");
    rcpt.notify.*member = true;
  }
  return {};
}

// The address of ORCPT, decoded: rfc3461 4.2, rfc6533 3.
std::optional<std::string> decode_orcpt(std::string_view type, std::string_view address) {
  if (type != "utf-8") {
    auto decoded = parse_xtext(address);
    if (decoded && !kPrintable.has_all(*decoded)) return std::nullopt;
    return decoded;
  }
  auto decoded = parse_utf8_addr_xtext(address);
  if (!decoded || std::ranges::any_of(*decoded, [](char c) { return kControl.has(c); })) return std::nullopt;
  return decoded;
}

// ORCPT: rfc3461 4.2.
Result<> take_orcpt(Rcpt& rcpt, std::string_view value) {
  constexpr std::string_view kWhat = "ORCPT is an address type, a semicolon and xtext";
  Scanner in(value);
  const auto type = lower(in.run(kAtext, 1, "an address type"));
  in.expect(";");
  const auto address = in.rest();
  if (in.failed() || value.size() > kOrcptBytes) return bad_parameter(std::string(kWhat));
  const auto decoded = decode_orcpt(type, address);
  if (!decoded || decoded->empty()) return bad_parameter(std::string(kWhat));
  rcpt.orcpt_type = type;
  rcpt.orcpt = *decoded;
  return {};
}

Result<> take(Rcpt& rcpt, const Parameter& parameter) {
  if (parameter.keyword == "NOTIFY") return take_notify(rcpt, parameter.value);
  if (parameter.keyword == "ORCPT") return take_orcpt(rcpt, parameter.value);
  return unknown_parameter();
}

}  // namespace

std::string text_of(const Notify& notify) {
  std::string made;
  for (const auto& [is_on, word] : {std::pair(notify.success, "SUCCESS"), std::pair(notify.failure, "FAILURE"),
                                    std::pair(notify.delay, "DELAY")})
    if (is_on) made += (made.empty() ? "" : ",") + std::string(word);
  return notify.is_set && made.empty() ? "NEVER" : made;
}

// RCPT: rfc5321 4.1.1.3.
Result<Command> parse_rcpt(Scanner in) {
  Rcpt rcpt;
  in.space();
  in.expect("TO:");
  in.maybe(" ");  // not allowed, and sent by many.  rfc5321 3.3
  if (in.failed()) return fail(Fault::Syntax, in.error().text, "501 5.5.4");
  rcpt.to = parse_forward_path(in, Charset::Utf8);
  if (in.failed()) return fail(Fault::Syntax, in.error().text, "501 5.1.3");

  TRY(const auto parameters, parse_parameters(in));
  for (const auto& parameter : parameters) {
    TRY_OK(take(rcpt, parameter));
  }
  return rcpt;
}

}  // namespace postroad::smtp
