#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "appd/server.h"
#include "control/testing.h"

// A control plane with an APP server and its clients: for tests.
namespace postroad::appd::testing {

namespace simulated = io::simulated;
using control::testing::Control;

// A control plane with a reseller `north`, its clusters connected, and an APP server.
struct Service {
  explicit Service(Options options = {}, control::Options chosen = control::testing::test_options()) : control(1, std::move(chosen)), server(nullptr) {
    control.connect();
    reseller = control::testing::add_reseller(control, "north");
    REQUIRE(control.run(control.api->companies.put_administrator(control::Caller::system(), reseller.company.admin_domain, "admin", "secret-north")));
    server = std::make_unique<Server>(*control.loop, *control.api, control.log, control.metrics, options);
  }
  ~Service() {
    client_loop.kill();
    control.stop();
  }

  Control control;
  control::testing::Reseller reseller;
  simulated::Loop client_loop{control.world, "client"};
  std::unique_ptr<Server> server;
};

// A client: ask() sends a request and gives its reply's lines, the end left out, joined by '\n'.
class Client {
 public:
  // From one of two addresses.
  enum class From { Here, Elsewhere };
  explicit Client(Service& service, From from = From::Here) : client_(connect(service, from)) { greeting = reply(); }
  Client(Service& service, const std::string& version) : Client(service) {
    ask("VER ver=\"" + version + "\"");
    REQUIRE(ask("LOGIN user=\"admin\" domain=\"" + service.reseller.company.admin_domain + "\" password=\"secret-north\"") == "OK 0 Signed in");
  }
  std::string ask(const std::string& request) {
    client_->send(request + "\r\n.\r\n");
    return reply();
  }
  // OK, whatever stands behind it.
  void ok(const std::string& request) {
    const auto got = ask(request);
    CAPTURE(request);
    CAPTURE(got);
    CHECK(got.starts_with("OK 0"));
  }
  void error(int number, const std::string& request) {
    const auto got = ask(request);
    CAPTURE(request);
    CAPTURE(got);
    CHECK(got.starts_with("ER " + std::to_string(number) + " "));
  }
  std::string reply() {
    std::string made;
    for (const auto& line : client_->read_to(".")) {
      if (line == ".") break;
      made += (made.empty() ? "" : "\n") + line;
    }
    return made;
  }
  simulated::Client& raw() { return *client_; }
  std::string greeting;

 private:
  static std::unique_ptr<simulated::Client> connect(Service& service, From from) {
    auto& server_loop = *service.control.loop;
    auto ends = from == From::Here ? simulated::pair(service.client_loop, server_loop) : simulated::pair(server_loop, service.client_loop);
    if (from == From::Elsewhere) std::swap(ends.a, ends.b);
    auto [near, far] = std::move(ends);
    server_loop.spawn(service.server->serve(std::move(far), nullptr), "session");
    auto made = std::make_unique<simulated::Client>(service.client_loop, std::move(near));
    made->set_patience(std::chrono::minutes(20));
    return made;
  }
  std::unique_ptr<simulated::Client> client_;
};

}  // namespace postroad::appd::testing
