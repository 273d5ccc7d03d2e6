#pragma once

#include "io/real/machine.h"
#include "io/stream.h"

namespace postroad::io::real {

class Network : public io::Network {
 public:
  Task<std::unique_ptr<Stream>> connect(io::Loop& loop, Endpoint to, Tick until) override;
  std::unique_ptr<Listener> listen(io::Loop& loop, Endpoint at) override;
};

// Opens a listening TCP socket that outlives an exec: the supervisor's. Returns the descriptor. Throws Ended.
int open_listening(const Endpoint& at);

// A listener on a socket that somebody else opened; takes the descriptor. `loop` must be a real::Loop.
std::unique_ptr<Listener> adopt_listener(io::Loop& loop, int descriptor);

// A stream on a connected socket that somebody else made; takes the descriptor, which is non-blocking.
std::unique_ptr<Stream> adopt_stream(io::Loop& loop, int descriptor);

// A listener and a connection on a Unix socket. The file is replaced; mode 0600. Throws Ended.
std::unique_ptr<Listener> listen_unix(io::Loop& loop, const std::string& path);
Task<std::unique_ptr<Stream>> connect_unix(io::Loop& loop, std::string path);

}  // namespace postroad::io::real
