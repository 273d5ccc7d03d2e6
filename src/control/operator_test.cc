#include "control/operator.h"

#include <doctest/doctest.h>

#include "control/demo.h"
#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;

struct Operating : Control {
  Reseller north = add_reseller(*this, "north");
  Operator levers{*loop, *api, log};
  std::string ask(const std::string& line) { return run(levers.answer(line)); }
};

TEST_CASE_FIXTURE(Operating, "commands and their answers") {
  CHECK(ask(R"({"command": "pause", "cluster": "a"})") == "{}");
  run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  const auto state = ask(R"({"command": "state"})");
  CHECK(state.starts_with(R"({"clusters":[{"cluster":"a","paused":true,"reachable":false,"length":1,"in_feed":0,"age_seconds":)"));
  const auto list = ask(R"({"command": "list", "cluster": "a"})");
  CHECK(list.contains(R"("kind":"domain.put","subject":"one.test","actor":"admin@north.adm")"));
  CHECK(ask(R"({"command": "resume", "cluster": "a"})") == "{}");
}

TEST_CASE_FIXTURE(Operating, "what is no command is told so") {
  CHECK(ask("") == R"({"error":"expected one JSON object on a line"})");
  CHECK(ask("[1]") == R"({"error":"expected one JSON object on a line"})");
  CHECK(ask(std::string(1000, '[')) == R"({"error":"expected one JSON object on a line"})");
  CHECK(ask("{}").contains("there is no command ''"));
  CHECK(ask(R"({"command": 7})").contains("there is no command ''"));
  CHECK(ask(R"({"command": "pause", "cluster": "z"})") == R"({"error":"there is no cluster z"})");
  CHECK(ask(R"({"command": "list", "cluster": "a", "most": -1})") == R"({"changes":[],"next":0})");
}

io::Task<void> serve_one(Operator& levers, io::Listener& listener) { co_await levers.serve(listener); }

TEST_CASE_FIXTURE(Operating, "over a socket, as a person reads it") {
  simulated::Network network(world);
  const auto listener = network.host("control").listen(*loop, {"control", 7});
  loop->spawn(serve_one(levers, *listener), "operator");
  run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  const auto stream = run(network.host("operator").connect(*loop, {"control", 7}, io::kNever));
  CHECK(run(ask_operator(*loop, *stream, {.command = "pause", .cluster = "a"})).value() == "a: paused\n");
  const auto state = run(ask_operator(*loop, *stream, {.command = "state", .cluster = {}})).value();
  CHECK(state.starts_with("CLUSTER      STATE    REACHABLE     LENGTH  IN FEED     OLDEST  ACKNOWLEDGED      RATE   EMPTY IN\na            paused   no                 1        0 "));
  CHECK(run(ask_operator(*loop, *stream, {.command = "list", .cluster = "a"})).value().contains("domain.put         one.test"));
  CHECK(run(ask_operator(*loop, *stream, {.command = "dance", .cluster = {}})).error().text == "there is no command 'dance': state, pause, resume, list, clients, hold, throttle, release, cancel, cancellations, retry, history, levers");
  listener->close();
  loop->kill();  // its sessions go before the network
}

TEST_CASE("the demo: made once, the same after an interruption, and it can be signed in to") {
  Control control;
  control.connect();
  DemoOptions options{.clusters = {"a", "b"}};
  const auto demo = control.run(set_up_demo(*control.api, control.random, options, {})).value();
  CHECK(demo.accounts.size() == 40);
  CHECK(demo.administrators.size() == 2);
  CHECK(demo.probes.size() == 2);
  CHECK(control.clusters.at("a").accounts.size() == 20);
  CHECK(control.clusters.at("b").domains.size() == 3);  // two, and the probe's
  CHECK(demo.accounts[0].address == "anna@north-a.test");

  const auto& admin = demo.administrators[0];
  const auto caller = control.run(control.api->sign_in.verify(admin.user, admin.domain, admin.password, "test", "")).value();
  CHECK(control.run(control.api->domains.list(caller, {}))->rows == std::vector<std::string>{"north-a.test", "north-b.test"});
  CHECK(control.run(control.api->users.verify_password(caller, "north-a.test", "anna", demo.accounts[0].password)));

  const auto before = projection(control);
  const auto again = control.run(set_up_demo(*control.api, control.random, options, demo)).value();
  CHECK(again.accounts[0].password == demo.accounts[0].password);
  CHECK(projection(control) == before);

  Demo part = demo;
  part.accounts.resize(5);
  const auto mended = control.run(set_up_demo(*control.api, control.random, options, part)).value();
  CHECK(mended.accounts.size() == 40);
  CHECK(mended.accounts[7].password != demo.accounts[7].password);
  const auto& probe = demo.probes[1];
  CHECK(control.run(control.api->sign_in.verify(probe.user, probe.admin_domain, probe.password, "test", "")));
  CHECK(broken_integrity(control) == "");
}

}  // namespace
}  // namespace postroad::control
