#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "io/random.h"
#include "pop3d/session.h"

namespace postroad::pop3d {

// A loop that sessions may run on, and its view of the directory.
struct Place {
  io::Loop& loop;
  const directory::View& directory;
};

// A node's POP3 service. What it is given, and it itself, outlives the loops' tasks.
class Server {
 public:
  // `places`: all loops that connections come to, and all that are home to accounts. `tls` null: no STLS.
  Server(Options options, const std::vector<Place>& places, mailbox::Accounts& accounts, directory::SignIn& sign_in,
         const io::TlsContext* tls, io::Random& random, log::Log& log, metrics::Registry& metrics);

  // One connection, which came to `loop`, until it ends: on another loop, perhaps. `is_tls`: the handshake comes first.
  // Throws nothing.
  io::Task<void> serve(io::Loop& loop, std::unique_ptr<io::Stream> stream, bool is_tls);

  // From any thread: says goodbye to all sessions, now and later. Commands under way are finished and answered.
  void drain();
  std::size_t sessions() const { return sessions_; }
  // On the account's home loop: says goodbye to its sessions. How many there are.
  std::size_t sign_out(io::Loop& home, std::string_view account);

 private:
  io::Task<void> turn_away(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::string why);

  const Options options_;
  std::vector<std::unique_ptr<Seat>> seats_;
  Counts counts_;
  Parts parts_;
  io::Random& random_;
  std::atomic<std::size_t> sessions_ = 0;
};

}  // namespace postroad::pop3d
