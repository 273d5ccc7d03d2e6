#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

// HTTP/1.1 on the wire, by Boost.Beast's parsers and without a socket. Only wire.cc includes Beast.
namespace postroad::http {

struct Limits {
  std::size_t header_bytes = 16UL << 10;
  std::uint64_t body_bytes = 1UL << 20;
};

// Reads one message from chunks.
template <class Message>
class Parser {
 public:
  explicit Parser(const Limits& limits);
  ~Parser();

  // Takes what it can of `bytes` and returns how much that was. Syntax: not HTTP, or over a limit (`code` holds the
  // status to answer with: 400, 413, 431).
  Result<std::size_t> feed(std::string_view bytes);
  // The peer has closed; a response without a length ends so.
  Result<> feed_end();
  bool has_started() const;
  bool is_done() const;
  // Whether the connection may carry another message after this one.
  bool keeps_alive() const;
  // The client waits for "100 Continue".  rfc9110 10.1.1
  bool expects_continue() const;
  Message take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

extern template class Parser<Request>;
extern template class Parser<Response>;

// `is_head`: the length is told, the body is not sent.
std::string to_wire(const Response& response, bool keep_alive, bool is_head, std::string_view date);
std::string to_wire(const Request& request, std::string_view host);

std::string_view reason_of(unsigned status);

}  // namespace postroad::http
