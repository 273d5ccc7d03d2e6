#include <doctest/doctest.h>

#include <set>

#include "appd/testing.h"
#include "control/testing_codes.h"

using namespace postroad;
using namespace postroad::appd::testing;

namespace {

std::string login(const std::string& password, const std::string& user = "admin", const std::string& domain = "north.adm") {
  return "LOGIN user=\"" + user + "\" domain=\"" + domain + "\" password=\"" + password + "\"";
}

}  // namespace

TEST_CASE("who has a second factor gives its code apart or at the password's end, or comes by a token") {
  Service service;
  control::testing::Device device(service.control);
  device.enrol(service.reseller.caller);
  const auto code = device.code();
  Client client(service);
  client.error(39, login("secret-north"));
  client.error(39, login("secret-north" + device.wrong_code()));
  client.error(7, login("secret-south" + code));
  CHECK(client.ask(login("secret-north" + code)) == "OK 0 Signed in");
  Client second(service);
  second.error(39, login("secret-north" + code));  // it was used
  service.control.world.run_for(sasl::kTotpStep * 2);
  CHECK(second.ask(login("secret-north") + " code=\"" + device.code() + "\"") == "OK 0 Signed in");
  Client third(service);
  CHECK(third.ask(login("secret-north") + " code=\"" + device.recovery[0] + "\"") == "OK 0 Signed in");
  const auto token = service.control.run(service.control.api->tokens.make(service.reseller.caller, {.reason = "billing"})).value();
  Client fourth(service);
  CHECK(fourth.ask(login(token.text)) == "OK 0 Signed in");
  fourth.ok("CREATE_DOMAIN domain=\"example.com\"");
  // It is asked about in each request.
  REQUIRE(service.control.run(service.control.api->tokens.revoke(service.reseller.caller, token.id)));
  fourth.error(12, "GET_DOMAIN domain=\"example.com\"");
}

TEST_CASE("who guesses is held up, and others are not; what is said tells nothing") {
  Service service;
  const auto held = [&](const std::string& user) {
    Client client(service);
    std::set<std::string> said;
    for (int n = 0; n < 3; ++n) said.insert(client.ask(login("guess", user)));
    CHECK(said == std::set<std::string>{"ER 7 unknown administrator or wrong password"});
    return client.ask(login("secret-north", user));
  };
  const auto known = held("admin");
  CHECK(known.starts_with("ER 9 "));
  CHECK(held("nobody") == known);
  Client elsewhere(service, Client::From::Elsewhere);
  CHECK(elsewhere.ask(login("secret-north")) == "OK 0 Signed in");
}

TEST_CASE("each request has an id of its own in the audit, with who asked, from where and by which face") {
  Service service;
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  client.ok("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"staff\"");
  const auto rows = service.control.query("SELECT request, actor, face, peer FROM audit WHERE face = 'app' ORDER BY seq");
  REQUIRE(rows.size() >= 2);
  CHECK(rows[0][0].text().starts_with("r"));
  CHECK(rows[0][0].text() != rows[rows.size() - 1][0].text());
  CHECK(rows[0][1].text() == "admin@north.adm");
  CHECK_FALSE(rows[0][3].text().empty());
}
