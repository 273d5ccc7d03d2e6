#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "directory/testing.h"
#include "io/simulated.h"
#include "smtp/flaws.h"
#include "smtpd/server.h"

// A client that sends these bytes, in each state that a session can be in, cut at places that a seed tells, and then no
// more: the session ends, gives all its memory back, and hands on only messages without a flaw.
namespace {

using namespace postroad;
using namespace postroad::smtpd;

constexpr std::string_view kTransaction = "MAIL FROM:<x@y.example> SMTPUTF8\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@b.example>\r\n";
constexpr std::string_view kStates[] = {"", kTransaction, "DATA\r\n", "BDAT 5\r\nx: y\n", "STARTTLS\r\n"};

class Checker : public delivery::Inbound {
 public:
  io::Task<std::vector<smtp::Reply>> deliver(delivery::Arrival arrival) override {
    smtp::LineCheck lines;
    lines.feed(*arrival.message);
    lines.end();
    check(!lines.flaws().any(), "no message with a flaw is handed on");
    check(arrival.message->starts_with("Return-Path: <"), "each message tells where it came from");
    check(!arrival.recipients.empty(), "each message has a recipient");
    co_return std::vector<smtp::Reply>(arrival.is_each_answered ? arrival.recipients.size() : 1, {250, "2.0.0", "taken"});
  }
  io::Task<std::optional<std::uint64_t>> used_bytes(directory::AccountPtr) override { co_return 0; }
};

void run(std::string_view state, std::string_view bytes, std::uint64_t seed, smtp::Dialect dialect) {
  io::simulated::World world(seed);
  io::simulated::Loop loop(world);
  io::simulated::Loop client_loop(world);
  directory::View directory(directory::testing::mailboxes({"a@b.example", "c@b.example"}));
  Checker checker;
  Budget budget(1 << 20);
  std::atomic<std::size_t> open_sessions = 0;
  log::Silence log;
  metrics::Registry metrics;
  io::simulated::TlsContext tls("mx.example.org");
  Server server({.dialect = dialect, .host = "mx.example.org", .message_bytes_max = 1000},
                {loop, world.random(), directory, checker, budget, open_sessions, log, &tls}, metrics);
  auto ends = io::simulated::pair(client_loop, loop);
  io::simulated::Client client(client_loop, std::move(ends.a));
  loop.post([&server, &ends] { server.take(std::move(ends.b)); });
  client.send(dialect == smtp::Dialect::Lmtp ? "LHLO x\r\n" : "EHLO x\r\n");
  if (state == "DATA\r\n" || state.starts_with("BDAT")) client.send(kTransaction);
  client.send(state);
  client.send(bytes);
  client.finish();
  while (!client.at_end()) client.read_line();
  world.run_for(std::chrono::seconds(10));
  check(server.sessions() == 0, "a session ends with its client");
  check(budget.used() == 0, "a session gives its memory back");
  loop.kill();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  for (const auto state : kStates) run(state, input, bytes[0], bytes[0] % 2 == 0 ? smtp::Dialect::Smtp : smtp::Dialect::Lmtp);
  return 0;
}
