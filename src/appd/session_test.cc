#include "appd/server.h"

#include <doctest/doctest.h>

#include "appd/testing.h"
#include "base/limits.h"
#include "control/testing.h"

using namespace postroad;
using namespace postroad::appd::testing;
using namespace std::chrono_literals;

TEST_CASE("greeting, version, sign-in, goodbye") {
  Service service;
  Client client(service);
  CHECK(client.greeting == "OK 0 HI APP 3.5 Postroad ready");
  CHECK(client.ask("VER ver=\"3.4\"") == "OK 0 Welcome");
  client.error(10, "VER ver=\"9.9\"");
  client.error(6, "GET_COMPANY_DOMAINS");
  client.error(7, "LOGIN user=\"admin\" domain=\"north.adm\" password=\"wrong\"");
  client.error(3, "LOGIN user=\"admin\" domain=\"north.adm\"");
  CHECK(client.ask("QUIT") == "OK 0 Goodbye");
  CHECK(client.raw().at_end());
}

TEST_CASE("who asks for too many changes is told when to come back, and can") {
  auto options = control::testing::test_options();
  options.client_rate = 1;
  Service service({}, options);
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  std::string got;
  for (int n = 0; n < 20 && !got.starts_with("ER"); ++n) got = client.ask("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"w" + std::to_string(n) + "\"");
  CHECK(got == "ER 25 more than 1 changes a second; try again in 1 second");
  client.ok("GET_DOMAIN domain=\"example.com\"");  // looking is not limited
  service.control.world.run_for(1100ms);
  client.ok("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"later\"");
}

TEST_CASE("who has too many changes waiting is told when to come back, and can") {
  auto options = control::testing::test_options();
  options.client_queue_most = 1;
  Service service({}, options);
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  service.control.run(service.control.api->queues.pause("a")).value();
  client.ok("CREATE_DOMAIN_ALIAS domain=\"example.com\" alias=\"one.example\"");
  CHECK(client.ask("CREATE_DOMAIN_ALIAS domain=\"example.com\" alias=\"two.example\"") == "ER 25 too many of your changes wait for cluster a; try again in 60 seconds");
  service.control.run(service.control.api->queues.resume("a")).value();
  service.control.settle();
  client.ok("CREATE_DOMAIN_ALIAS domain=\"example.com\" alias=\"two.example\"");
}

// Most of its requests are wrong: it waits before each, while another one does not.
TEST_CASE("who sends mostly invalid requests is slowed, alone") {
  Service service;
  const auto other = control::testing::add_reseller(service.control, "south");
  Client client(service, "3.5");
  const auto time_of = [&](const std::function<void()>& what) {
    const auto before = service.control.world.now();
    what();
    return service.control.world.now() - before;
  };
  const auto fails = [&] { CHECK(client.ask("CREATE_MAILBOX domain=\"nowhere.test\" mailbox=\"joe\" workgroup=\"staff\" password=\"correct horse\"").starts_with("ER ")); };
  CHECK(time_of(fails) < 100ms);
  for (int n = 0; n < 60; ++n) fails();
  CHECK(time_of(fails) > 1s);
  CHECK(time_of([&] { CHECK(service.control.run(service.control.api->domains.list(other.caller, {}))); }) < 100ms);
  CHECK(service.control.metrics.text().contains("postroad_control_slowed_total"));
}

// There is no command for them; what stands in the way is said.
TEST_CASE("an administrators' domain has no mailboxes, whether it is there or not") {
  Service service;
  Client client(service, "3.5");
  for (const std::string domain : {"north.adm", "GHOST.adm"}) {
    const auto says = "ER 5 domain: administrators have no mailboxes, and are made by OMA's change_user";
    CHECK(client.ask("CREATE_MAILBOX domain=\"" + domain + "\" mailbox=\"bob\" workgroup=\"staff\" password=\"correct horse\"") == says);
    CHECK(client.ask("CREATE_ALIAS_MAILBOX domain=\"" + domain + "\" alias_mailbox=\"bob\" mailbox=\"admin\"") == says);
    CHECK(client.ask("CREATE_MAILBOX_FORWARD_ONLY domain=\"" + domain + "\" mailbox=\"bob\" workgroup=\"staff\" forward_email=\"a@y.test\"") == says);
    client.error(12, "GET_MAILBOX domain=\"" + domain + "\" mailbox=\"admin\"");
  }
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
  CHECK(client.ask("GET_MAILBOX_AVAILABILITY domain=\"example.com\" mailbox_list=\"joe,ann,sales,a b\"") == "OK 0\nAVAILABLE_LIST=\"T,F,T,T\"");
  CHECK(client.ask("GET_ALTERNATE_MAILBOX_NAMES mailbox_list=\"a b,joe\"") == "OK 0\nALTERNATE_LIST=\"joe1,joe2,joe3\"");
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

TEST_CASE("a forward gets its addresses and its name, or neither") {
  Service service;
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  client.ok("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"staff\"");
  client.ok("CREATE_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\" workgroup=\"staff\" forward_email=\"ann@example.net\"");
  client.ok("CREATE_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"bob\" workgroup=\"staff\" forward_email=\"bob@example.net\"");
  client.error(16, "CHANGE_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\" forward_email=\"new@example.net\" new_mailbox_name=\"BOB\"");
  CHECK(client.ask("GET_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\"") == "OK 0\nFORWARD_EMAIL=\"ann@example.net\"");
  client.ok("CHANGE_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\" forward_email=\"new@example.net\" new_mailbox_name=\"kim\"");
  CHECK(client.ask("GET_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"kim\"") == "OK 0\nFORWARD_EMAIL=\"new@example.net\"");
  client.error(17, "GET_MAILBOX_FORWARD_ONLY domain=\"example.com\" mailbox=\"ann\"");
}

TEST_CASE("spam levels, time zones and languages that there are not") {
  Service service;
  Client client(service, "3.5");
  for (const char* attribute : {"spam_level=\"Bananas\"", "timezone=\"Mars/Phobos\"", "language=\"Bananas\""}) client.error(5, std::string("CREATE_DOMAIN domain=\"example.com\" ") + attribute);
  client.ok("CREATE_DOMAIN domain=\"example.com\" spam_level=\"High\" timezone=\"Europe/Berlin\" language=\"en_US\"");
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
  client.error(1, "");
  client.error(1, "VER ver=\"3.5");
  client.error(1, "GET_DOMAIN domain=\"a\x01b\"");
  client.error(2, "DROP_TABLES");
  client.error(3, "GET_DOMAIN");
  client.error(3, "CHANGE_MAILBOX domain=\"example.com\" mailbox=\"joe\"");
  client.error(12, "GET_MAILBOX_AUTORESPOND domain=\"example.com\" mailbox=\"joe\"");
  client.error(5, "SET_DOMAIN_DISABLED_STATUS domain=\"example.com\" disabled=\"maybe\"");
  client.error(27, "GET_DOMAIN domain=\"" + std::string(limits::kAppRequestBytes, 'x') + "\"");
  std::string many = "GET_DOMAIN";
  for (int i = 0; i < 30'000; ++i) many += "\r\n a=\"" + std::string(40, 'x') + "\"";
  client.error(27, many);
  client.error(12, "GET_DOMAIN domain=\"" + std::string(100'000, 'x') + "\"");
  CHECK(client.ask("GET_COMPANY_DOMAINS") == "OK 0 Success\nDOMAIN");
}

TEST_CASE("before LOGIN a request is small") {
  Service service;
  Client client(service);
  const std::string password(7000, 'x');
  client.error(7, "LOGIN user=\"admin\" domain=\"north.adm\" password=\"" + password + "\"");
  CHECK(client.ask("LOGIN user=\"admin\" domain=\"north.adm\" password=\"" + password + password + "\"") == "ER 27 the request is over 8 KiB");
  CHECK(client.ask("LOGIN user=\"admin\" domain=\"north.adm\" password=\"secret-north\"") == "OK 0 Signed in");
  client.error(12, "GET_DOMAIN domain=\"" + std::string(100'000, 'x') + "\"");
}

TEST_CASE("a client that does not sign in is told so, and closed, whatever it sends") {
  Service service({.sign_in_timeout = 60s});
  Client silent(service);
  Client busy(service);
  Client signed_in(service, "3.5");
  for (int n = 0; n < 5; ++n) {
    service.control.world.run_for(11s);
    CHECK(busy.ask("VER ver=\"3.5\"") == "OK 0 Welcome");
  }
  service.control.world.run_for(6s);
  CHECK(silent.reply() == "ER 34 Connection timed out");
  CHECK(busy.reply() == "ER 34 Connection timed out");
  CHECK(busy.raw().at_end());
  CHECK(signed_in.ask("GET_COMPANY_DOMAINS") == "OK 0 Success\nDOMAIN");
}

TEST_CASE("strangers of one network, and sessions of one administrator, are so many and no more") {
  Service service({.strangers_max = 2, .sessions_per_administrator_max = 3});
  Client first(service);
  Client second(service);
  Client third(service);
  CHECK(third.greeting == "ER 33 too many sessions of your address wait for their LOGIN; try again later");
  CHECK(third.raw().at_end());
  const std::string login = "LOGIN user=\"admin\" domain=\"north.adm\" password=\"secret-north\"";
  CHECK(first.ask(login) == "OK 0 Signed in");
  Client fourth(service);
  CHECK(fourth.ask(login) == "OK 0 Signed in");
  CHECK(second.ask(login) == "OK 0 Signed in");
  CHECK(second.ask(login) == "ER 33 too many sessions of this administrator; try again later");
  second.ok("GET_COMPANY_DOMAINS");
  Client fifth(service);
  CHECK(fifth.ask(login) == "ER 33 too many sessions of this administrator; try again later");
  CHECK(fifth.raw().at_end());
  CHECK(second.ask("QUIT") == "OK 0 Goodbye");
  CHECK(second.raw().at_end());
  Client sixth(service);
  CHECK(sixth.ask(login) == "OK 0 Signed in");
}

TEST_CASE("large requests are so many at once; the others are told to come again") {
  Service service;
  std::vector<std::unique_ptr<Client>> clients;
  const std::string half = "GET_DOMAIN domain=\"" + std::string(100'000, 'x');
  for (std::size_t n = 0; n <= appd::kLargeRequests; ++n) {
    clients.push_back(std::make_unique<Client>(service, "3.5"));
    clients.back()->raw().send(half);
    service.control.world.run_for(1s);
  }
  clients.back()->raw().send("\"\r\n.\r\n");
  CHECK(clients.back()->reply() == "ER 25 too many large requests at once; try again later");
  clients.front()->raw().send("\"\r\n.\r\n");
  CHECK(clients.front()->reply().starts_with("ER 12 "));
  CHECK(clients.back()->ask(half + "\"").starts_with("ER 12 "));
}

TEST_CASE("a list of any length comes in pieces, in both forms") {
  Service service;
  Client client(service, "3.5");
  Client older(service, "3.3");
  std::string want = "OK 0 Success\nDOMAIN";
  std::string want_older = "OK 0\nDOMAIN";
  for (int n = 1000; n < 3001; ++n) {
    const auto name = "d" + std::to_string(n) + ".example";
    REQUIRE(service.control.run(service.control.api->domains.create(service.reseller.caller, {.name = name, .company = {}, .cluster = {}, .settings = {}})));
    want += "\n\"" + name + "\"";
    want_older += "\n,\n\"" + name + "\"";
  }
  CHECK(client.ask("GET_COMPANY_DOMAINS") == want);
  CHECK(older.ask("GET_COMPANY_DOMAINS") == want_older);
  CHECK(client.ask("GET_COMPANY_DOMAINS limit=2") == "OK 0 Success\nDOMAIN\n\"d1000.example\"\n\"d1001.example\"");
  const auto most = client.ask("GET_COMPANY_DOMAINS limit=1500");
  CHECK(most.ends_with("d2499.example\""));
  CHECK(client.ask("GET_COMPANY_DOMAINS limit=0") == "OK 0 Success\nDOMAIN");
}

TEST_CASE("a list whose domain goes meanwhile does not end") {
  Service service;
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=example.com");
  const std::string group(100, 'g');
  client.ok("CREATE_WORKGROUP domain=example.com workgroup=" + group);
  for (int n = 1000; n < 2001; ++n)
    client.ok("CREATE_MAILBOX_FORWARD_ONLY domain=example.com workgroup=" + group + " forward_email=ann@example.net mailbox=" + std::to_string(n) + std::string(60, 'x'));
  // It reads nothing of the first page, until the domain is gone.
  client.raw().send("GET_DOMAIN_MAILBOXES domain=example.com\r\n.\r\n");
  service.control.world.run_for(1s);
  REQUIRE(service.control.run(service.control.api->domains.erase(service.reseller.caller, "example.com", true)));
  const auto lines = client.raw().read_to(".");
  CHECK(lines.size() == 1002);
  CHECK(lines.back() != ".");
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

TEST_CASE("attributes that can't be: an error, and nothing of the request is done") {
  Service service;
  Client client(service, "3.5");
  client.ok("CREATE_DOMAIN domain=\"example.com\"");
  client.ok("CREATE_WORKGROUP domain=\"example.com\" workgroup=\"staff\"");
  client.ok("CREATE_MAILBOX domain=\"example.com\" mailbox=\"joe\" workgroup=\"staff\" password=\"correct horse\" first_name=\"Joe\"");
  const auto before = client.ask("GET_MAILBOX domain=\"example.com\" mailbox=\"joe\"");
  const std::string nul("a\0b", 3);
  std::string senders;
  std::string recipients;
  for (int n = 0; n < 1001; ++n) {
    senders += (n == 0 ? "a" : ",a") + std::to_string(n) + "@x.test";
    recipients += (n == 0 ? "r" : ",r") + std::to_string(n) + "@x.test";
  }
  const std::string joe = " domain=\"example.com\" mailbox=\"joe\" ";
  for (const auto& request : {"CHANGE_MAILBOX" + joe + "first_name=\"Changed\" title=\"" + std::string(201, 'x') + "\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" title=\"" + nul + "\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" title=\"\xff\xfe\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" title=\"\xc0\xaf\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" workgroup=\"none\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" timezone=\"../../etc/passwd;\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" language=\"" + std::string(36, 'x') + "\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" password=\"" + std::string(1025, 'x') + "\"",
                              "CHANGE_MAILBOX" + joe + "first_name=\"Changed\" password=\"{NONE}abc\"",
                              "SET_MAILBOX_ALLOW_LIST" + joe + "list=\"" + senders + "\"",
                              "SET_MAILBOX_FORWARD" + joe + "forward=\"" + recipients + "\"",
                              "SET_MAILBOX_FORWARD" + joe + "forward=\"a@ex\xd0\xb0mple.com\"",
                              "SET_MAILBOX_AUTORESPOND" + joe + "text=\"" + std::string(4001, 'x') + "\"",
                              "SET_MAILBOX_QUOTA" + joe + "quota=\"-1\"",
                              "SET_MAILBOX_QUOTA" + joe + "quota=\"99999999999999999999999\"",
                              std::string("CREATE_ALIAS_MAILBOX domain=\"example.com\" alias_mailbox=\"j\xd0\xbe" "e\" mailbox=\"joe\""),
                              std::string("CREATE_ALIAS_MAILBOX domain=\"example.com\" alias_mailbox=\"JOE\" mailbox=\"joe\""),
                              std::string("CREATE_DOMAIN domain=\"ex\xd0\xb0mple.com\""),
                              std::string("CREATE_DOMAIN domain=\"EXAMPLE.com\""),
                              std::string("CREATE_DOMAIN domain=\"example.com.\"")}) {
    const auto got = client.ask(request);
    CAPTURE(request.substr(0, 120));
    CAPTURE(got);
    CHECK(got.starts_with("ER "));
    CHECK(client.ask("GET_MAILBOX domain=\"example.com\" mailbox=\"joe\"") == before);
  }
  CHECK(control::testing::broken_integrity(service.control) == "");
}
