#include <algorithm>

#include "imap/format.h"
#include "imapd/capabilities.h"
#include "imapd/changes.h"
#include "imapd/commands.h"

namespace postroad::imapd {

// CAPABILITY: rfc3501 6.1.1.
Answer run_capability(Session& session, imap::Nothing) {
  session.untagged("CAPABILITY " + capabilities(session));
  co_return Reply{"OK that is all"};
}

// NOOP and CHECK: rfc3501 6.1.2, 6.4.1. What is new is told with any command.
Answer run_noop(Session&, imap::Nothing) { co_return Reply{"OK done"}; }

// LOGOUT: rfc3501 6.1.3.
Answer run_logout(Session& session, imap::Nothing) {
  session.leave("until next time");
  co_return Reply{"OK signed out"};
}

// ID: rfc2971 3.1.
Answer run_id(Session& session, imap::Id id) {
  for (const auto& [field, value] : id.fields)
    if (field == "name") session.parts.log.debug("imap.client", {{"session", session.id}, {"name", value}});
  auto& out = session.wire.out();
  out += "* ID (\"name\" \"Postroad\"";
  if (!session.parts.options.version.empty()) {
    out += " \"version\" ";
    imap::put_string(out, session.parts.options.version);
  }
  out += ")\r\n";
  co_return Reply{"OK pleased to meet you"};
}

// ENABLE: rfc5161 3.1. What isn't known is passed over.
Answer run_enable(Session& session, imap::Enable enable) {
  const bool has_condstore = std::ranges::find(enable.capabilities, "CONDSTORE") != enable.capabilities.end();
  if (has_condstore) enable_condstore(session);
  session.untagged(has_condstore ? "ENABLED CONDSTORE" : "ENABLED");
  co_return Reply{"OK enabled"};
}

// NAMESPACE: rfc2342 5. There is one, the user's own.
Answer run_namespace(Session& session, imap::Nothing) {
  session.untagged("NAMESPACE ((\"\" \"/\")) NIL NIL");
  co_return Reply{"OK that is all"};
}

}  // namespace postroad::imapd
