#include "appd/server.h"

#include <doctest/doctest.h>

#include "app/errors.h"
#include "base/limits.h"
#include "control/testing.h"

using namespace postroad;
using namespace std::chrono_literals;
namespace simulated = io::simulated;
using control::testing::Control;

namespace {

// A control plane with a reseller `north`, its clusters connected, and an APP server.
struct Service {
  explicit Service(appd::Options options = {}) : server(nullptr) {
    control.connect();
    reseller = control::testing::add_reseller(control, "north");
    REQUIRE(control.run(control.api->companies.put_administrator(control::Caller::system(), reseller.company.admin_domain, "admin", "secret-north")));
    server = std::make_unique<appd::Server>(*control.loop, *control.api, control.log, control.metrics, options);
  }
  ~Service() {
    client_loop.kill();
    control.stop();
  }

  Control control;
  control::testing::Reseller reseller;
  simulated::Loop client_loop{control.world, "client"};
  std::unique_ptr<appd::Server> server;
};

// A client: ask() sends a request and gives its reply's lines, the end left out, joined by '\n'.
class Client {
 public:
  explicit Client(Service& service) : client_(connect(service)) { greeting = reply(); }
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
  static std::unique_ptr<simulated::Client> connect(Service& service) {
    auto [near, far] = simulated::pair(service.client_loop, *service.control.loop);
    service.control.loop->spawn(service.server->serve(std::move(far), nullptr), "session");
    auto made = std::make_unique<simulated::Client>(service.client_loop, std::move(near));
    made->set_patience(20min);
    return made;
  }
  std::unique_ptr<simulated::Client> client_;
};

}  // namespace

TEST_CASE("greeting, version, sign-in, goodbye") {
  Service service;
  Client client(service);
  CHECK(client.greeting == "OK 0 HI APP 3.5 Postroad ready");
  CHECK(client.ask("VER ver=\"3.4\"") == "OK 0 Welcome");
  client.error(app::kUnknownVersion, "VER ver=\"9.9\"");
  client.error(app::kSignInFirst, "GET_COMPANY_DOMAINS");
  client.error(7, "LOGIN user=\"admin\" domain=\"north.adm\" password=\"wrong\"");
  client.error(app::kMissingAttribute, "LOGIN user=\"admin\" domain=\"north.adm\"");
  CHECK(client.ask("QUIT") == "OK 0 Goodbye");
  CHECK(client.raw().at_end());
}

TEST_CASE("a mailbox's life") {
  Service service;
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  client.ok("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"staff\"");
  client.error(17, "GET_MAILBOX domain=\"example.com\" mailbox=\"joe\"");
  const auto made = client.ask("CREATE_MAILBOX domain=\"example.com\" mailbox=\"joe\" workgroup=\"staff\" password=\"correct horse\" title=\"the \"\"big\"\" one\"");
  CAPTURE(made);
  CHECK(made.starts_with("OK 0\nCHANGE=\"c"));
  CHECK(made.ends_with(" STATE=\"applied\""));
  client.error(16, "CREATE_MAILBOX domain=\"example.com\" mailbox=\"JOE\" workgroup=\"staff\" password=\"correct horse\"");
  const auto record = client.ask("GET_MAILBOX domain=\"example.com\" mailbox=\"joe\"");
  CHECK(record.contains("MAILBOX=\"joe\" WORKGROUP=\"staff\""));
  CHECK(record.contains("TITLE=\"the \"\"big\"\" one\""));
  CHECK(record.contains("TYPE=\"mailbox\""));
  client.ok("VERIFY_PASSWORD domain=\"example.com\" mailbox=\"joe\" password=\"correct horse\"");
  client.error(28, "VERIFY_PASSWORD domain=\"example.com\" mailbox=\"joe\" password=\"x\"");
  client.ok("CREATE_ALIAS_MAILBOX domain=\"example.com\" alias_mailbox=\"sales\" mailbox=\"joe\"");
  client.ok("SET_MAILBOX_SUSPENSION domain=\"example.com\" mailbox=\"joe\" imap=\"T\" pop=\"T\"");
  CHECK(client.ask("GET_MAILBOX_SUSPENSION domain=\"example.com\" mailbox=\"joe\"") ==
        "OK 0\nSMTPIN=\"F\" SMTPRELAY=\"F\" IMAP=\"T\" POP=\"T\" WEBMAIL=\"F\"");
  CHECK(client.ask("GET_MAILBOX_AVAILABILITY domain=\"example.com\" mailbox_list=\"joe,ann,sales\"") == "OK 0\nAVAILABLE_LIST=\"T,F,T\"");
  client.ok("RENAME_MAILBOX domain=\"example.com\" old_mailbox=\"joe\" new_mailbox=\"joseph\"");
  client.error(17, "GET_MAILBOX domain=\"example.com\" mailbox=\"joe\"");
  client.ok("DELETE_MAILBOX domain=\"example.com\" mailbox=\"joseph\"");
  client.error(17, "DELETE_MAILBOX domain=\"example.com\" mailbox=\"joseph\"");
}

TEST_CASE("lists in both forms, to the byte") {
  Service service;
  Client client(service, "3.5");
  CHECK(client.ask("GET_COMPANY_DOMAINS") == "OK 0 Success\nDOMAIN");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  client.ok("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"staff\"");
  client.ok("CREATE_MAILBOX domain=\"example.com\" mailbox=\"joe\" workgroup=\"staff\" password=\"correct horse\"");
  client.ok("CREATE_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\" workgroup=\"staff\" forward_email=\"ann@example.net\"");
  CHECK(client.ask("GET_DOMAIN_MAILBOXES domain=\"example.com\"") ==
        "OK 0 Success\nMAILBOX,TYPE,WORKGROUP\n\"ann\",\"forward\",\"staff\"\n\"joe\",\"mailbox\",\"staff\"");
  CHECK(client.ask("GET_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\"") == "OK 0\nFORWARD_EMAIL=\"ann@example.net\"");
  Client older(service, "3.3");
  CHECK(older.ask("GET_DOMAIN_WORKGROUPS domain=\"example.com\"") ==
        "OK 0\nWORKGROUP MAILBOX_COUNT FORWARD_COUNT ALIAS_COUNT\n,\n\"staff\" \"1\" \"1\" \"0\"");
  CHECK(older.ask("GET_NUM_DOMAIN_MAILBOXES domain=\"example.com\"") ==
        "OK 0\nMAILBOX=\"1\" FORWARD=\"1\" FILTER=\"0\" ALIAS=\"0\" MAILING_LIST=\"0\" CATCH_ALL=\"F\"");
}

TEST_CASE("while a queue is paused, changes are accepted, queued, and say so") {
  Service service;
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  for (const auto* cluster : {"a", "b"}) REQUIRE(service.control.run(service.control.api->queues.pause(cluster)));
  const auto made = client.ask("SET_DOMAIN_DISABLED_STATUS domain=\"example.com\" disabled=\"T\"");
  CAPTURE(made);
  REQUIRE(made.ends_with("STATE=\"queued\""));
  const auto change = made.substr(made.find("CHANGE=\"") + 8, 27);
  CHECK(client.ask("GET_CHANGE change=\"" + change + "\"").contains("STATE=\"queued\""));
  for (const auto* cluster : {"a", "b"}) REQUIRE(service.control.run(service.control.api->queues.resume(cluster)));
  CHECK(client.ask("WAIT_CHANGE change=\"" + change + "\" seconds=\"30\"").contains("STATE=\"applied\""));
  client.error(23, "GET_CHANGE change=\"nothing\"");
}

TEST_CASE("another reseller's domain is as if it did not exist") {
  Service service;
  Client client(service, "3.5");
  const auto other = control::testing::add_reseller(service.control, "south");
  REQUIRE(service.control.run(service.control.api->domains.create(other.caller, {.name = "south.example", .company = {}, .cluster = {}, .settings = {}})));
  CHECK(client.ask("GET_DOMAIN domain=\"south.example\"") == "ER 12 there is no domain south.example");
  CHECK(client.ask("GET_DOMAIN domain=\"other.example\"") == "ER 12 there is no domain other.example");
}

TEST_CASE("every request gets one reply, whatever it is, and the session lives") {
  Service service;
  Client client(service, "3.5");
  client.error(app::kMalformed, "");
  client.error(app::kMalformed, "VER ver=\"3.5");
  client.error(app::kMalformed, "GET_DOMAIN domain=\"a\x01b\"");
  client.error(app::kUnknownCommand, "DROP_TABLES");
  client.error(app::kMissingAttribute, "GET_DOMAIN");
  client.error(app::kMissingAttribute, "CHANGE_MAILBOX domain=\"example.com\" mailbox=\"joe\"");
  client.error(app::kNotAvailable, "GET_MAILBOX_AUTORESPOND domain=\"example.com\" mailbox=\"joe\"");
  client.error(app::kBadValue, "SET_DOMAIN_DISABLED_STATUS domain=\"example.com\" disabled=\"maybe\"");
  client.error(app::kTooLarge, "GET_DOMAIN domain=\"" + std::string(limits::kAppRequestBytes, 'x') + "\"");
  std::string many = "GET_DOMAIN";
  for (int i = 0; i < 30'000; ++i) many += "\r\n a=\"" + std::string(40, 'x') + "\"";
  client.error(app::kTooLarge, many);
  CHECK(client.ask("GET_COMPANY_DOMAINS") == "OK 0 Success\nDOMAIN");
}

TEST_CASE("pipelined requests are answered in order; bare LF and stuffed dots are taken") {
  Service service;
  Client client(service, "3.5");
  client.raw().send("GET_COMPANY_DOMAINS\n.\nDROP\n.\n..GET\n.\nQUIT\n.\n");
  CHECK(client.reply() == "OK 0 Success\nDOMAIN");
  CHECK(client.reply().starts_with("ER 2 "));
  CHECK(client.reply().starts_with("ER 1 "));
  CHECK(client.reply() == "OK 0 Goodbye");
}

TEST_CASE("an idle session is told so, and closed") {
  Service service({.idle_timeout = 60s});
  Client client(service, "3.5");
  service.control.world.run_for(61s);
  CHECK(client.reply() == "ER 34 Connection timed out");
  CHECK(client.raw().at_end());
}

TEST_CASE("a client that guesses passwords is cut off") {
  Service service({.sign_in_failures_max = 2});
  Client client(service);
  client.error(7, "LOGIN user=\"admin\" domain=\"north.adm\" password=\"a\"");
  client.error(7, "LOGIN user=\"nobody\" domain=\"none.adm\" password=\"b\"");
  CHECK(client.raw().at_end());
}

TEST_CASE("draining says goodbye") {
  Service service;
  Client client(service, "3.5");
  service.control.run(service.server->drain(service.control.world.clock().steady() + 5s));
  CHECK(client.reply().starts_with("ER 35 "));
  CHECK(client.raw().at_end());
}
