#include "smtpd/trace.h"

#include <fmt/format.h>

#include "base/chars.h"
#include "message/date.h"
#include "smtp/literal.h"
#include "smtp/path.h"

namespace postroad::smtpd {
namespace {

// What may stand in a comment without quoting.
constexpr CharClass kPlain = kAlnum | CharClass("-._:[]");

std::string literal_of(std::string_view address) {
  const auto tagged = std::string(address.contains(':') ? "IPv6:" : "") + std::string(address);
  return smtp::is_address_literal(tagged) ? "[" + tagged + "]" : "[127.0.0.1]";
}

bool is_host(std::string_view name) {
  if (name.starts_with('[') && name.ends_with(']')) return smtp::is_address_literal(name.substr(1, name.size() - 2));
  return smtp::is_domain(name, smtp::Charset::Ascii);
}

// From-domain: what the client calls itself where that is a host's name, and always its address.  rfc5321 4.4
std::string from_clause(const Trace& trace) {
  const auto address = literal_of(trace.client_address);
  if (is_host(trace.client_name)) return fmt::format("{} ({})", trace.client_name, address);
  std::string shown(trace.client_name);
  for (char& c : shown)
    if (!kPlain.has(c)) c = '?';
  return fmt::format("{} (helo={})", address, shown);
}

// Protocol names: rfc3848, rfc6531 4.3.
std::string protocol(const Trace& trace, bool is_utf8) {
  const auto* secure = trace.tls.empty() ? "" : "S";
  if (is_utf8) return std::string(trace.is_lmtp ? "UTF8LMTP" : "UTF8SMTP") + secure;
  if (trace.is_lmtp) return std::string("LMTP") + secure;
  return trace.is_extended ? std::string("ESMTP") + secure : "SMTP";
}

std::string for_clause(const smtp::Envelope& envelope) {
  if (envelope.recipients.size() != 1) return {};
  const auto& to = envelope.recipients[0].to;
  if (!to.is_ascii() && !envelope.mail.is_utf8) return {};
  return "\r\n\tfor <" + to.text() + ">";
}

}  // namespace

std::string trace_fields(const Trace& trace, const smtp::Envelope& envelope) {
  const auto tls = trace.tls.empty() ? std::string() : fmt::format("\r\n\t({})", trace.tls);
  return fmt::format("Return-Path: <{}>\r\nReceived: from {}\r\n\tby {} with {}{}\r\n\tid {}{};\r\n\t{}\r\n",
                     envelope.mail.from.text(), from_clause(trace), trace.host, protocol(trace, envelope.mail.is_utf8),
                     tls, trace.id, for_clause(envelope), message::format_date(trace.now));
}

}  // namespace postroad::smtpd
