#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "base/tally.h"
#include "directory/sign_in.h"
#include "directory/view.h"
#include "imap/gather.h"
#include "imapd/counts.h"
#include "imapd/options.h"
#include "imapd/reply.h"
#include "imapd/wire.h"
#include "log/log.h"
#include "mailbox/accounts.h"

namespace postroad::imapd {

class Seat;
class Seats;

// What all sessions of a node stand on. All of it outlives them.
struct Parts {
  const Options& options;
  Seats& seats;
  mailbox::Accounts& accounts;
  directory::SignIn& sign_in;
  const io::TlsContext* tls;  // null: no STARTTLS
  log::Log& log;
  Counts& counts;
  std::atomic<std::uint64_t>& upload_bytes;  // held now
};


// rfc3501 3, as bits, so that a command can be allowed in several.
enum State : std::uint8_t { kNotAuthenticated = 1, kAuthenticated = 2, kSelected = 4 };

// What a conversation knows between and during its commands. Belongs to one loop: at first that of the listener, after
// the sign-in the account's home.
struct Session : std::enable_shared_from_this<Session> {
  Session(const Parts& shared, Seat& first, Tally::Place stranger, std::unique_ptr<io::Stream> stream, std::string name);
  ~Session();

  State state() const { return !account ? kNotAuthenticated : !view ? kAuthenticated : kSelected; }
  // "* " and the text and a line end.
  void untagged(std::string_view text);
  // Says "* BYE"; the session ends after what is being answered now.
  void leave(std::string_view goodbye);
  // Looked at before each command, and before changes are told in IDLE: what was allowed at the sign-in may not be any more.
  // Where it isn't, this says goodbye.
  bool may_go_on();
  // Whether a password may be sent.  rfc3501 6.2.3 LOGINDISABLED
  bool may_sign_in() const { return wire.stream().is_secure() || parts.options.allow_plaintext; }
  io::Loop& loop() const;
  const directory::View& directory() const;

  const Parts& parts;
  Seat* seat;
  Wire wire;
  const std::string id;    // of the session, in logs
  std::string address;     // of the peer
  io::Tick sign_in_until;

  Tally::Place as_stranger;         // until the sign-in
  Tally::Place of_account;          // after it
  directory::Identity identity;     // once signed in
  directory::Permit permit;
  std::shared_ptr<mailbox::Account> account;
  std::unique_ptr<mailbox::View> view;  // of the selected mailbox
  bool is_condstore = false;            // rfc7162 3.1
  std::string tag;                      // of the command that is being done
  std::optional<imap::Literal> message; // what APPEND announced and nobody has read yet

  bool is_over = false;
  int errors = 0;
  int sign_in_failures = 0;
  bool awaits_command = false;  // and nothing is being sent: a goodbye may be said
  bool is_draining = false;
  std::string goodbye = "going down for maintenance; connect again";  // said then
};

}  // namespace postroad::imapd
