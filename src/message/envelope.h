#pragma once

#include <optional>
#include <string>
#include <vector>

#include "message/address.h"

namespace postroad::message {

// What IMAP's ENVELOPE needs: rfc9051 7.5.2. Texts are unfolded, with encoded words as they came, and hold no NUL, CR or
// LF. Nothing where the field is absent (NIL), an empty text where it is empty.
//
// A field that stands twice: the first counts; but addresses are joined (rfc5322 4.5.3), so that nobody checks one From and
// shows another. Where Sender or Reply-To is
// absent or empty it is empty here; IMAP then shows From.
struct Envelope {
  std::optional<std::string> date;
  std::optional<std::string> subject;
  std::vector<Address> from;
  std::vector<Address> sender;
  std::vector<Address> reply_to;
  std::vector<Address> to;
  std::vector<Address> cc;
  std::vector<Address> bcc;
  std::optional<std::string> in_reply_to;  // as it came, with < >
  std::optional<std::string> message_id;   // as it came, with < >
  bool operator==(const Envelope&) const = default;
};

}  // namespace postroad::message
