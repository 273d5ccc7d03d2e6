#include "http/wire.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace postroad::http {
namespace beast = boost::beast::http;
namespace asio = boost::asio;

namespace {

template <class Message>
constexpr bool kIsRequest = std::is_same_v<Message, Request>;

unsigned status_for(const boost::system::error_code& failed) {
  if (failed == beast::error::header_limit || failed == beast::error::buffer_overflow) return 431;
  if (failed == beast::error::body_limit) return 413;
  return 400;
}

}  // namespace

template <class Message>
struct Parser<Message>::State {
  beast::parser<kIsRequest<Message>, beast::string_body> parser;
};

template <class Message>
Parser<Message>::Parser(const Limits& limits) : state_(std::make_unique<State>()) {
  state_->parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  state_->parser.body_limit(limits.body_bytes);
  state_->parser.eager(true);
}

template <class Message>
Parser<Message>::~Parser() = default;

template <class Message>
Result<std::size_t> Parser<Message>::feed(std::string_view bytes) {
  boost::system::error_code failed;
  std::size_t taken = 0;
  while (taken < bytes.size() && !state_->parser.is_done()) {
    const auto rest = bytes.substr(taken);
    // Beast's parser stops the process where it is given less than a whole last chunk twice. So many bytes follow in any case.
    constexpr std::size_t kLastChunk = 5;  // "0\r\n\r\n"  rfc9112 7.1
    if (state_->parser.is_header_done() && state_->parser.chunked() && rest.size() < kLastChunk) break;
    const auto count = state_->parser.put(asio::buffer(rest.data(), rest.size()), failed);
    taken += count;
    if (failed == beast::error::need_more) break;
    if (failed) return fail(Fault::Syntax, "http: " + failed.message(), std::to_string(status_for(failed)));
    if (count == 0) break;
  }
  return taken;
}

template <class Message>
Result<> Parser<Message>::feed_end() {
  boost::system::error_code failed;
  state_->parser.put_eof(failed);
  if (failed) return fail(Fault::Syntax, "http: " + failed.message(), "400");
  return {};
}

template <class Message>
bool Parser<Message>::has_started() const {
  return state_->parser.got_some();
}

template <class Message>
bool Parser<Message>::is_done() const {
  return state_->parser.is_done();
}

template <class Message>
bool Parser<Message>::keeps_alive() const {
  return state_->parser.get().keep_alive();
}

template <class Message>
bool Parser<Message>::expects_continue() const {
  return state_->parser.is_header_done() && !state_->parser.is_done() &&
         state_->parser.get()[beast::field::expect] == "100-continue";
}

template <class Message>
Message Parser<Message>::take() {
  auto parsed = state_->parser.release();
  Message made;
  if constexpr (kIsRequest<Message>) {
    made.method = std::string(parsed.method_string());
    made.target = std::string(parsed.target());
  } else {
    made.status = parsed.result_int();
  }
  for (const auto& field : parsed) made.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  made.body = std::move(parsed.body());
  return made;
}

template class Parser<Request>;
template class Parser<Response>;

std::string_view reason_of(unsigned status) {
  const auto reason = beast::obsolete_reason(beast::int_to_status(status));
  return {reason.data(), reason.size()};
}

std::string to_wire(const Response& response, bool keep_alive, bool is_head, std::string_view date) {
  std::string wire = "HTTP/1.1 " + std::to_string(response.status) + " ";
  wire += reason_of(response.status);
  wire += "\r\nDate: ";
  wire += date;
  for (const auto& field : response.fields) wire += "\r\n" + field.name + ": " + field.value;
  if (response.status != 304) wire += "\r\nContent-Length: " + std::to_string(response.body.size());
  wire += keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  if (!is_head && response.status != 304) wire += response.body;
  return wire;
}

std::string to_wire(const Request& request, std::string_view host) {
  std::string wire = request.method + " " + request.target + " HTTP/1.1\r\nHost: ";
  wire += host;
  for (const auto& field : request.fields) wire += "\r\n" + field.name + ": " + field.value;
  if (!request.body.empty() || request.method == "POST") wire += "\r\nContent-Length: " + std::to_string(request.body.size());
  return wire + "\r\n\r\n" + request.body;
}

}  // namespace postroad::http
