#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "io/simulated_network.h"

// Between simulated_network.cc and simulated_stream.cc; nobody else's.
namespace postroad::io::simulated {

// What travels: bytes, the sender's end, or one trip of a handshake.
struct Segment {
  enum class Kind { Bytes, End, Hello } kind = Kind::Bytes;
  std::string bytes;       // Hello: the sender's common name
  std::string wanted;      // Hello: the name that the client wants the server to have
  bool is_refusal = false; // Hello: the handshake failed over there
};

// One side's view of a connection.
struct End {
  io::Loop* loop = nullptr;
  Endpoint local;
  Endpoint peer;
  std::string host;  // empty: through no network

  // What this side has to read.
  std::deque<Segment> arrived;
  std::size_t taken = 0;  // of the first one
  // What this side has sent.
  std::deque<Segment> under_way;
  std::size_t outstanding_bytes = 0;  // sent, and not read by the peer
  std::size_t blocked = 0;            // of under_way: arrivals that a cut link held up
  Tick last_arrival{};
  bool has_ended = false;   // said that no more comes
  bool is_reset = false;
  bool is_interrupted = false;
  bool is_gone = false;     // the stream was destroyed
  bool is_dark = false;     // its host lost power: it neither sends nor hears

  bool is_secure = false;
  std::string tls_peer;

  std::coroutine_handle<> reader;
  std::coroutine_handle<> writer;
  Tick deadline = kNever;
  std::unique_ptr<Timer> timer;  // while the stream stands
};

struct Connection : std::enable_shared_from_this<Connection> {
  explicit Connection(World& owner, std::uint64_t given) : world(owner), number(given) {}

  // From side `from` to the other, behind all that it sent before.
  void send(int from, Segment segment);
  void arrive(int from);        // the first of under_way
  void unblock(int from);       // the link is whole again
  void reset();                 // both ends, now
  void go_dark(int side);
  void come_back(int side);     // its host has power again, and knows nothing of the connection
  void leave(int side);         // the stream was destroyed
  void wake_reader(int side);
  void wake_writer(int side);
  bool is_over() const { return (ends[0].is_gone || ends[0].is_dark) && (ends[1].is_gone || ends[1].is_dark); }

  World& world;
  std::uint64_t number;
  std::array<End, 2> ends;
  // From ends[i]; either the network's or `own`.
  std::array<const Link*, 2> links{};
  std::array<Link, 2> own;
};

std::unique_ptr<io::Stream> make_stream(std::shared_ptr<Connection> connection, int side, io::Loop& loop);

}  // namespace postroad::io::simulated
