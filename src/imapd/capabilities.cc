#include "imapd/capabilities.h"

#include "sasl/exchange.h"

namespace postroad::imapd {

std::string capabilities(const Session& session) {
  std::string made =
      "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE CHILDREN UNSELECT UIDPLUS MOVE CONDSTORE ESEARCH "
      "SPECIAL-USE "
      "CREATE-SPECIAL-USE OBJECTID STATUS=SIZE APPENDLIMIT=" +
      std::to_string(session.parts.options.message_bytes_max);
  if (session.state() != kNotAuthenticated) return made;
  const bool is_secure = session.wire.stream().is_secure();
  if (!is_secure && session.parts.tls != nullptr) made += " STARTTLS";
  if (!session.may_sign_in()) made += " LOGINDISABLED";  // rfc3501 6.2.3
  for (const auto name : sasl::mechanisms(is_secure, session.parts.options.allow_plaintext))
    made += " AUTH=" + std::string(name);
  return made;
}

}  // namespace postroad::imapd
