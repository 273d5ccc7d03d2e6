#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/tally.h"
#include "directory/sign_in.h"
#include "directory/view.h"
#include "io/reader.h"
#include "io/stream.h"
#include "log/log.h"
#include "mailbox/accounts.h"
#include "pop3/command.h"
#include "pop3d/counts.h"
#include "pop3d/options.h"

namespace postroad::pop3d {

class Session;

// The sessions that are on one loop now. Belongs to that loop.
struct Seat {
  io::Loop& loop;
  const directory::View& directory;
  std::map<std::string, Session*> sessions{};  // by their ids
  Tally strangers{};                           // who has not signed in, by network
  bool is_draining = false;
};

// What all sessions of a node stand on. All of it outlives them.
struct Parts {
  const Options& options;
  std::vector<std::unique_ptr<Seat>>& seats;  // one a loop
  mailbox::Accounts& accounts;
  directory::SignIn& sign_in;
  const io::TlsContext* tls;  // null: no STLS
  log::Log& log;
  Counts& counts;
};

// rfc1939 3, as bits, so that a command can be allowed in both.
enum State : std::uint8_t { kAuthorization = 1, kTransaction = 2 };

// One POP3 conversation. Starts on the listener's loop, and moves to the account's home with the sign-in.
class Session {
 public:
  Session(const Parts& parts, Seat& seat, Tally::Place stranger, std::unique_ptr<io::Stream> stream, std::string id);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Until the client leaves or must leave. Throws nothing. `is_tls`: the handshake comes first.
  io::Task<void> run(bool is_tls);
  // Says goodbye: at once where it waits for a command, else after the one under way. On its loop.
  void drain();
  // The same by an administrator's wish, where it is the account's.
  bool sign_out(std::string_view account);

  // --- commands; each appends its whole response, or fails and leaves it to run() ---
  using Answer = io::Task<Result<>>;
  Answer user(std::string name);
  Answer pass(std::string password);
  Answer auth(pop3::Auth auth);
  Answer stls();
  Answer capa();
  Answer quit();
  Answer noop();
  Answer stat();
  Answer list(std::optional<std::uint32_t> number);
  Answer uidl(std::optional<std::uint32_t> number);
  Answer retr(std::uint32_t number);
  Answer top(pop3::Top top);
  Answer dele(std::uint32_t number);
  Answer rset();

  State state() const { return view_ ? kTransaction : kAuthorization; }

 private:
  // session.cc
  io::Task<void> converse();
  io::Task<std::optional<std::string>> next_line();
  io::Task<void> act(std::string line);
  bool may_go_on();
  void refuse(const Error& error);
  void ok(std::string_view text);
  io::Task<void> flush();
  io::Task<void> relieve();
  void wait_for_client();
  void wait_at_most(std::chrono::microseconds time) { stream_->set_deadline(seat_->loop.clock().steady() + time); }

  // sign_in.cc
  Answer sign_in(std::string name, std::string password);
  Answer open_maildrop(directory::Identity identity);
  io::Task<void> move_home(io::Loop* home);
  bool may_sign_in() const { return stream_->is_secure() || parts_.options.allow_plaintext; }
  Error refuse_sign_in(std::string_view name, Error error);

  // maildrop.cc
  Result<mailbox::Message> message(std::uint32_t number) const;
  bool is_deleted(std::uint32_t number) const { return deleted_[number - 1]; }
  Answer send(mailbox::Message message, std::optional<std::uint32_t> body_lines);
  std::string unique_id(const mailbox::Message& message) const;
  io::Task<Result<>> update();

  const Parts& parts_;
  Seat* seat_;
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
  const std::string id_;
  const std::string address_;  // the client's
  const io::Tick sign_in_until_;
  Tally::Place as_stranger_;   // until the sign-in
  std::string out_;            // responses that wait for the flush.  rfc2449 6.6 PIPELINING
  std::string user_;           // of USER
  int errors_ = 0;
  int sign_in_failures_ = 0;
  bool awaits_command_ = false;
  bool is_draining_ = false;
  std::string goodbye_ = "the server is going down; come again soon";  // said then
  bool is_over_ = false;

  // The maildrop, as it was at the sign-in: the view is never told of changes.
  directory::Identity identity_;
  directory::Permit permit_;
  std::shared_ptr<mailbox::Account> account_;
  std::unique_ptr<mailbox::MaildropLock> lock_;
  std::unique_ptr<mailbox::View> view_;
  std::vector<bool> deleted_;
  std::uint64_t size_bytes_ = 0;  // of what is not deleted
  std::uint32_t count_ = 0;
  std::uint32_t uid_validity_ = 0;
};

// One row for each command: reading the table is reading what is allowed when.
struct Verb {
  std::string_view keyword;
  std::uint8_t states;
  Session::Answer (*run)(Session& session, std::string rest);
};
const Verb* find_verb(std::string_view keyword);

}  // namespace postroad::pop3d
