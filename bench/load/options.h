#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "io/stream.h"

namespace postroad::bench {

struct User {
  std::string address;
  std::string password;
};

struct Options {
  std::string mode;  // smtp, lmtp, imap, idle
  io::Endpoint to;
  io::Endpoint imap;          // where smtp and lmtp look what has arrived; port 0: nowhere
  std::string trust;          // PEM of the authority that signed the IMAP server's certificate
  std::string name = "localhost";  // that it bears
  std::vector<User> users;
  int sessions = 20;
  int seconds = 5;            // no message or round of commands begins after
  int messages = 1'000'000;   // all sessions together
  std::size_t size_bytes = 4096;
};

// Ends the program with a usage on a wrong command line.
Options parse_options(int count, char** arguments);

}  // namespace postroad::bench
