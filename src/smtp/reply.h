#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace postroad::smtp {

// What the server answers.  rfc5321 4.2
struct Reply {
  int code = 250;
  std::string status;  // enhanced, `2.1.5`; empty where the reply has none: greeting, EHLO, 3yz.  rfc2034 4
  std::string text;    // lines parted by LF

  bool is_ok() const { return code < 400; }
  bool is_permanent() const { return code >= 500; }
  bool operator==(const Reply&) const = default;
};

// Appends the reply as it goes out: each line with the code and the status, a hyphen on all but the last. Bytes that
// are not printable ASCII become '?', and a line is cut at 512 octets, so that no text of a peer can forge a reply.
void append(std::string& into, const Reply& reply);
std::string format(const Reply& reply);

// The reply to a failure. `code` of the error may be an enhanced status, alone or after a reply code: `5.1.3`,
// `553 5.6.7`; otherwise its fault decides.
Reply reply_to(const Error& error);

}  // namespace postroad::smtp
