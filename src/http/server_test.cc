#include "http/server.h"

#include <doctest/doctest.h>

#include "http/client.h"
#include "io/event.h"
#include "io/real/network.h"

using namespace postroad;
using io::Task;

namespace {

Task<http::Response> echo(http::Request request) {
  co_return http::answer(200, "text/plain", request.method + " " + std::string(request.path()) + " " + request.body);
}

Task<void> send_raw(io::real::Machine* machine, io::Endpoint to, std::string bytes, std::string* got) {
  io::real::Network network;
  try {
    const auto stream = co_await network.connect(machine->loop(0), to, io::kNever);
    stream->set_deadline(machine->clock().steady() + std::chrono::seconds(5));
    co_await stream->write(bytes);
    co_await stream->shutdown();
    char some[4096];
    for (std::size_t count; (count = co_await stream->read(some)) > 0;) got->append(some, count);
  } catch (const io::Ended&) {
  }
  machine->stop();
}

// What a client gets that sends these bytes and then closes its side.
std::string reply_to(const std::string& bytes) {
  io::real::Machine machine(1);
  io::real::Network network;
  http::Server server(machine.loop(0), network.listen(machine.loop(0), {"127.0.0.1", 0}), nullptr, echo, {.limits = {4096, 1000}});
  server.start();
  std::string got;
  machine.loop(0).spawn(send_raw(&machine, server.local(), bytes, &got), "client");
  machine.run();
  return got;
}

}  // namespace

TEST_CASE("requests on one connection are answered in order") {
  const auto got = reply_to("GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz"
                            "GET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto a = got.find("GET /a ");
  const auto b = got.find("POST /b xyz");
  const auto c = got.find("GET /c ");
  CAPTURE(got);
  CHECK(a < b);
  CHECK(b < c);
  CHECK(c != got.npos);
  CHECK(got.contains("Connection: close"));
}

TEST_CASE("what is not HTTP, or too large, is refused with its status") {
  struct Case {
    const char* name;
    std::string bytes;
    const char* want;
  };
  const Case kCases[] = {
      {"junk", "\x16\x03\x01 hello\r\n\r\n", "HTTP/1.1 400 "},
      {"header too large", "GET / HTTP/1.1\r\nX: " + std::string(5000, 'x') + "\r\n\r\n", "HTTP/1.1 431 "},
      {"body too large", "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 413 "},
      {"two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "HTTP/1.1 400 "},
      {"head has no body", "HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 "},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto got = reply_to(row.bytes);
    CAPTURE(got);
    CHECK(got.starts_with(row.want));
  }
  CHECK(reply_to("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").ends_with("\r\n\r\n"));
}

namespace {

struct Crowd {
  io::real::Machine machine{1};
  io::Bell bell{machine.loop(0)};
  bool is_held = false;
  bool is_released = false;
  std::string first, second, small, after;
};

std::string post(const std::string& path, std::size_t bytes) {
  return "POST " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'x');
}

Task<http::Response> held_while_asked(Crowd* crowd, http::Request request) {
  if (request.path() == "/held") {
    crowd->is_held = true;
    crowd->bell.ring();
    while (!crowd->is_released) co_await crowd->bell.wait();
  }
  co_return http::answer(200, "text/plain", std::to_string(request.body.size()));
}

Task<std::string> read_all(io::Stream* stream) {
  std::string got;
  char some[4096];
  for (std::size_t count; (count = co_await stream->read(some)) > 0;) got.append(some, count);
  co_return got;
}

Task<std::string> ask(Crowd* crowd, io::Endpoint to, std::string bytes) {
  io::real::Network network;
  const auto stream = co_await network.connect(crowd->machine.loop(0), to, io::kNever);
  co_await stream->write(bytes);
  co_return co_await read_all(stream.get());
}

Task<void> crowd_in(Crowd* crowd, io::Endpoint to) {
  io::real::Network network;
  const auto stream = co_await network.connect(crowd->machine.loop(0), to, io::kNever);
  co_await stream->write(post("/held", 40'000));
  while (!crowd->is_held) co_await crowd->bell.wait();
  crowd->second = co_await ask(crowd, to, post("/second", 40'000));
  crowd->small = co_await ask(crowd, to, post("/small", 10'000));
  crowd->is_released = true;
  crowd->bell.ring();
  crowd->first = co_await read_all(stream.get());
  crowd->after = co_await ask(crowd, to, post("/after", 40'000));
  crowd->machine.stop();
}

}  // namespace

TEST_CASE("while large requests have all the room, another is told to come again, and small ones are answered") {
  Crowd crowd;
  io::real::Network network;
  std::vector<std::string> refused;
  http::ServerOptions options{.limits = {4096, 100'000}, .request_bytes_most = 30'000, .on_over_budget = [&](const std::string& peer) { refused.push_back(peer); }};
  http::Server server(crowd.machine.loop(0), network.listen(crowd.machine.loop(0), {"127.0.0.1", 0}), nullptr,
                      [&crowd](http::Request request) { return held_while_asked(&crowd, std::move(request)); }, options);
  server.start();
  crowd.machine.loop(0).spawn(crowd_in(&crowd, server.local()), "client");
  crowd.machine.run();
  CHECK(crowd.first.starts_with("HTTP/1.1 200 "));
  CHECK(crowd.second.starts_with("HTTP/1.1 503 "));
  CHECK(crowd.second.contains("Retry-After: 5"));
  CHECK(crowd.small.starts_with("HTTP/1.1 200 "));
  CHECK(crowd.after.starts_with("HTTP/1.1 200 "));
  CHECK(refused == std::vector<std::string>{"127.0.0.1"});
}

TEST_CASE("a body in chunks is read whole however it is cut") {
  const std::pair<const char*, const char*> kBodies[] = {{"0\r\n\r\n", ""}, {"3\r\nabc\r\n0\r\n\r\n", "abc"}, {"1\r\na\r\n2\r\nbc\r\n0\r\nX: y\r\n\r\n", "abc"}, {"1;x=y\r\na\r\n0;z\r\n\r\n", "a"}};
  for (const auto& [body, want] : kBodies) {
    const auto message = std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") + body;
    for (std::size_t step = 1; step <= message.size(); ++step) {
      CAPTURE(body);
      CAPTURE(step);
      http::Parser<http::Request> parser({});
      std::string held;
      for (std::size_t at = 0; at < message.size(); at += step) {
        held += message.substr(at, step);
        for (std::size_t taken = 1; taken > 0 && !held.empty() && !parser.is_done(); held.erase(0, taken)) taken = parser.feed(held).value();
      }
      REQUIRE(parser.is_done());
      CHECK(held.empty());
      CHECK(parser.take().body == want);
    }
  }
}

TEST_CASE("a date as HTTP writes it") {
  CHECK(http::http_date(Time(std::chrono::seconds(784111777))) == "Sun, 06 Nov 1994 08:49:37 GMT");
}
