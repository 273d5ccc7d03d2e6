#include "delivery/welcome.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "message/build.h"
#include "message/date.h"

namespace postroad::delivery {
namespace {

constexpr std::size_t kLineBytes = 57;  // 76 characters of base64.  rfc2045 6.8

// The canonical form, with CRLF, in lines of base64.  rfc2049 4, rfc2045 6.8
std::string encoded_body(std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r' && text[at] != '\n') {
      lines += text[at];
      continue;
    }
    lines += "\r\n";
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
  }
  std::string made;
  for (std::size_t at = 0; at < lines.size(); at += kLineBytes) made += base64(std::string_view(lines).substr(at, kLineBytes)) + "\r\n";
  return made;
}

// A phrase: encoded words, which stand in no quotes, or a quoted string.  rfc5322 3.2.4, rfc2047 5
std::string phrase(std::string_view name) {
  if (auto encoded = message::encode_text(name); encoded != name) return encoded;
  std::string made = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + "\"";
}

std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }

}  // namespace

std::string welcome_letter(const feed::WelcomeMail& mail, std::string_view recipient, std::string_view id, Time now) {
  const auto from = mail.from_name.empty() ? mail.from_address : phrase(mail.from_name) + " <" + mail.from_address + ">";
  const std::string name(id.empty() ? "welcome" : id);
  return message::format_field("Date", message::format_date(now)) + message::format_field("From", from) +
         message::format_field("To", "<" + std::string(recipient) + ">") + message::format_field("Subject", message::encode_text(mail.subject)) +
         message::format_field("Message-ID", "<" + name + "@" + std::string(domain_of(recipient)) + ">") +
         message::format_field("Auto-Submitted", "auto-generated") + message::format_field("MIME-Version", "1.0") +
         message::format_field("Content-Type", std::string(mail.is_html ? "text/html" : "text/plain") + "; charset=utf-8") +
         message::format_field("Content-Transfer-Encoding", "base64") + "\r\n" + encoded_body(mail.text);
}

}  // namespace postroad::delivery
