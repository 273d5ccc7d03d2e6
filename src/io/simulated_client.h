#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/reader.h"
#include "io/simulated_network.h"

namespace postroad::io::simulated {

// A client of a line protocol for tests, whose calls run the world: no coroutine is needed in a test's body.
//
//   auto [near, far] = simulated::pair(client_loop, server_loop);
//   server_loop.spawn(serve(std::move(far)), "session");
//   simulated::Client client(client_loop, std::move(near));
//   CHECK(client.read_line() == "220 ready");
//   CHECK(client.ask("EHLO a") == "250 b");
//
// It reads only when asked to, so a client that isn't asked is a peer that never reads.
class Client {
 public:
  Client(Loop& loop, std::unique_ptr<io::Stream> stream);
  // Connects first. Check is_connected().
  Client(Loop& loop, Host& from, Endpoint to);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_connected() const { return state_->stream != nullptr; }

  // Sends as it is, without waiting for it to be taken; send_line adds CRLF.
  void send(std::string_view bytes);
  void send_line(std::string_view line) { send(std::string(line) + "\r\n"); }
  // Whether everything sent was taken by the connection.
  bool is_sent() const { return state_->unsent.empty(); }

  // The next line without its line end. kEnd after the peer's last, kReset where the connection broke, kSilence where
  // none comes within the patience.
  std::string read_line();
  std::vector<std::string> read_lines(std::size_t count);
  // Lines up to and with the first that starts so (or one of kEnd, kReset, kSilence).
  std::vector<std::string> read_to(std::string_view start);
  // Exactly so many bytes, or fewer where no more come.
  std::string read_bytes(std::size_t count);
  // send_line, read_line.
  std::string ask(std::string_view line);
  // Whether the peer has closed, with nothing left to read.
  bool at_end();

  // The handshake, as a client; true where it went well.
  bool start_tls(const TlsContext& context, std::string name = "server");
  // Says that no more comes, and goes on reading.
  void finish();
  // Closes hard.
  void close();

  void set_patience(std::chrono::microseconds time) { patience_ = time; }
  io::Stream& stream() { return *state_->stream; }

  static constexpr std::string_view kEnd = "<end>";
  static constexpr std::string_view kReset = "<reset>";
  static constexpr std::string_view kSilence = "<silence>";

 private:
  struct State {
    std::unique_ptr<io::Stream> stream;
    std::string unsent;
    std::string received;
    bool is_writing = false;
    bool is_reading = false;
    bool at_end = false;
    bool is_reset = false;
    bool finish = false;
    bool is_secured = false;
    bool is_closed = false;
  };
  static Task<void> connect(std::shared_ptr<State> state, Loop& loop, Host& from, Endpoint to);
  static Task<void> write(std::shared_ptr<State> state);
  static Task<void> read(std::shared_ptr<State> state);
  static Task<void> secure(std::shared_ptr<State> state, const TlsContext& context, std::string name);
  // Runs the world until more bytes, the end, or the end of the patience came.
  bool await_more();
  void start_writing();

  Loop& loop_;
  std::shared_ptr<State> state_;
  std::chrono::microseconds patience_ = std::chrono::seconds(30);
};

}  // namespace postroad::io::simulated
