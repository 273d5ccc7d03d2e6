#pragma once

#include <optional>
#include <string>

#include "imap/gather.h"
#include "imapd/session.h"

namespace postroad::imapd {

// Reads a command with its literals, but APPEND's message: that is then session.message. Nothing where what came was
// no command and has been answered, or the session is over.
io::Task<std::optional<std::string>> read_command(Session& session);

// When all of a literal of that size has to be there: however little a client sends at a time, it can't hold what the
// server keeps for it for ever.
io::Tick literal_deadline(const Session& session, std::uint64_t size_bytes);

// What ends an APPEND behind its message: a line end, and nothing else.
io::Task<Result<>> end_message(Session& session);

// Where an APPEND was refused before it read its message: that is read and dropped, if it comes at all.
io::Task<void> skip_message(Session& session);

}  // namespace postroad::imapd
