#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "directory/testing.h"
#include "io/simulated.h"
#include "smtpd/server.h"

// A server of SMTP or LMTP for tests, whose mail goes nowhere but is remembered.
namespace postroad::smtpd::testing {

using io::simulated::Client;
using std::chrono::seconds;

class Letterbox : public delivery::Inbound {
 public:
  explicit Letterbox(io::Loop& loop) : loop_(loop) {}

  io::Task<std::vector<smtp::Reply>> deliver(delivery::Arrival arrival) override {
    co_await loop_.sleep(takes);
    arrivals.push_back(arrival);
    if (!answers.empty()) co_return answers;
    co_return std::vector<smtp::Reply>(arrival.is_each_answered ? arrival.recipients.size() : 1, {250, "2.0.0", "taken"});
  }
  io::Task<std::optional<std::uint64_t>> used_bytes(directory::AccountPtr account) override { co_return used[account->local]; }

  std::vector<delivery::Arrival> arrivals;
  std::vector<smtp::Reply> answers;  // instead of 250
  std::map<std::string, std::uint64_t> used;
  std::chrono::microseconds takes{0};

 private:
  io::Loop& loop_;
};

// ann and bob live at example.org; full has a quota of 1000 octets and uses 900.
inline directory::SnapshotPtr town() {
  directory::Draft draft;
  check(draft.put_domain(directory::testing::domain("example.org")).has_value(), "the test's domain is one");
  auto full = directory::testing::account("full@example.org");
  full.quota_bytes = 1000;
  for (const auto& each : {directory::testing::account("ann@example.org"), directory::testing::account("bob@example.org"), full})
    check(draft.put_account(each).has_value(), "the test's account is one");
  return std::move(draft).finish();
}

class Post {
 public:
  explicit Post(Options options = usual(), std::uint64_t seed = 1, std::uint64_t budget_bytes = 1 << 20)
      : world(seed), budget(budget_bytes), server(std::move(options), parts(), metrics) {
    letterbox.used["full"] = 900;
  }
  ~Post() { server_loop.kill(); }

  static Options usual() { return {.host = "mx.example.org", .message_bytes_max = 20'000}; }
  static Options lmtp() {
    auto options = usual();
    options.dialect = smtp::Dialect::Lmtp;
    return options;
  }

  // A client that has not read the greeting.
  Client connect(io::simulated::Link link = {}) {
    auto ends = io::simulated::pair(client_loop, server_loop, link);
    server_loop.post([this, far = std::make_shared<std::unique_ptr<io::Stream>>(std::move(ends.b))] { server.take(std::move(*far)); });
    return Client(client_loop, std::move(ends.a));
  }

  io::simulated::World world;
  io::simulated::Loop client_loop{world, "client"};
  io::simulated::Loop server_loop{world, "server"};
  directory::View directory{town()};
  Letterbox letterbox{server_loop};
  Budget budget;
  std::atomic<std::size_t> open_sessions = 0;
  log::Silence log;
  metrics::Registry metrics;
  io::simulated::TlsContext tls{"mx.example.org"};
  Server server;

 private:
  Parts parts() { return {server_loop, world.random(), directory, letterbox, budget, open_sessions, log, &tls}; }
};

// A client that has said EHLO (or LHLO).
class Talk {
 public:
  explicit Talk(Post& post, std::string hello = "EHLO client.example", io::simulated::Link link = {})
      : client(post.connect(link)) {
    CHECK(client.read_line().starts_with("220 "));
    greet(hello);
  }

  void greet(const std::string& hello) {
    client.send_line(hello);
    CHECK(client.read_to("250 ").back().starts_with("250 "));
  }

  // One command; its reply's code and status (`250 2.1.0`), or what of them there is.
  std::string say(std::string_view line) { return short_of(client.ask(line)); }
  std::string reply() { return short_of(client.read_line()); }

  // MAIL from x@far.example and RCPT for each, all accepted.
  void open(const std::vector<std::string>& recipients = {"ann@example.org"}) {
    CHECK(say("MAIL FROM:<x@far.example>") == "250 2.1.0");
    for (const auto& each : recipients) CHECK(say("RCPT TO:<" + each + ">") == "250 2.1.5");
  }
  // A whole message by DATA; the reply to its end.
  std::string send(std::string_view data, const std::vector<std::string>& recipients = {"ann@example.org"}) {
    open(recipients);
    CHECK(say("DATA") == "354");
    client.send(data);
    return reply();
  }

  Client client;

 private:
  static std::string short_of(const std::string& line) {
    if (line.size() < 4 || line[3] != ' ') return line;
    const auto status = line.substr(4, line.find(' ', 4) - 4);
    return line.substr(0, 3) + (status.size() == 5 && status[1] == '.' ? " " + status : "");
  }
};

}  // namespace postroad::smtpd::testing
