#include <doctest/doctest.h>

#include "http/server.h"
#include "io/simulated.h"
#include "oma/limits.h"
#include "omad/testing.h"

// What a peer may send that is no client's: each gets a clear answer, and others go on.
using namespace postroad;
using namespace postroad::omad::testing;
using namespace std::chrono_literals;
namespace json = boost::json;
namespace simulated = postroad::io::simulated;

namespace {

const std::string kCredentials = R"("credentials":{"user":"admin@north.adm","password":"secret-north"})";

// The face behind an HTTP server, and peers that connect to it.
struct Door : Face {
  explicit Door(std::size_t request_bytes_most = 1UL << 20) {
    http::ServerOptions options{.limits = {.header_bytes = 16UL << 10, .body_bytes = oma::kRequestBytes}, .request_bytes_most = request_bytes_most};
    options.on_over_budget = [this](const std::string& peer) { service->note_over_budget(peer); };
    server = std::make_unique<http::Server>(*control.loop, network.host("control").listen(*control.loop, {"control", 443}), nullptr,
                                            [this](http::Request request) { return service->answer(std::move(request)); }, options);
    server->start();
  }
  ~Door() {
    outside.kill();
    control.loop->kill();
  }
  std::unique_ptr<simulated::Client> connect() {
    auto client = std::make_unique<simulated::Client>(outside, network.host("outside"), io::Endpoint{"control", 443});
    REQUIRE(client->is_connected());
    client->set_patience(2min);
    return client;
  }
  simulated::Network network{control.world};
  simulated::Loop outside{control.world, "outside"};
  std::unique_ptr<http::Server> server;
};

std::string head(const std::string& method, const std::string& more) { return "POST /api/" + method + " HTTP/1.1\r\nHost: control\r\n" + more + "\r\n"; }
std::string whole(const std::string& method, const std::string& body) {
  return head(method, "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
}
std::string status_of(simulated::Client& client) { return client.read_line().substr(0, 12); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("bodies that no client sends have their status or their number") {
  struct Case {
    const char* name;
    std::string body;
    unsigned status;
    int number;
  };
  const Case kCases[] = {
      {"empty", "", 400, 5},
      {"no object", "[]", 200, 5},
      {"half an object", "{" + kCredentials, 400, 5},
      {"more after it", "{" + kCredentials + "} x", 400, 5},
      {"two objects", "{" + kCredentials + "}{}", 400, 5},
      {"too deep", "{" + kCredentials + ",\"a\":" + nested(oma::kDepth) + "}", 400, 5},
      {"a million deep", std::string(1'000'000, '['), 400, 5},
      {"invalid UTF-8", "{" + kCredentials + ",\"a\":\"\xff\"}", 400, 5},
      {"half a character", "{" + kCredentials + ",\"a\":\"\xc3\"}", 400, 5},
      {"an overlong form", "{" + kCredentials + ",\"a\":\"\xc0\xaf\"}", 400, 5},
      {"half a surrogate", "{" + kCredentials + R"(,"a":"\ud800"})", 400, 5},
      {"a control character", "{" + kCredentials + ",\"a\":\"\x01\"}", 400, 5},
      {"NaN", "{" + kCredentials + ",\"a\":NaN}", 400, 5},
      {"a comment", "{" + kCredentials + "/* */}", 400, 5},
      {"a trailing comma", "{" + kCredentials + ",}", 400, 5},
      {"a byte order mark", "\xef\xbb\xbf{" + kCredentials + "}", 400, 5},
      {"a name twice", "{" + kCredentials + R"(,"a":1,"a":2})", 200, 5},
      {"a name twice, once in escapes", "{" + kCredentials + R"(,"a":1,"\u0061":2})", 200, 5},
      {"credentials twice", R"({"credentials":{"user":"x","password":"y"},)" + kCredentials + "}", 200, 5},
      {"a name twice within", "{" + kCredentials + R"(,"a":[{"b":{"c":1,"c":1}}]})", 200, 5},
      {"credentials of another type", R"({"credentials":"admin@north.adm"})", 200, 5},
      {"a password of another type", R"({"credentials":{"user":"admin@north.adm","password":["secret-north"]}})", 200, 6},
      {"a long user", R"({"credentials":{"user":")" + std::string(2000, 'x') + R"(","password":"y"}})", 200, 6},
      {"many members", [] {
         std::string made = "{" + kCredentials;
         for (int at = 0; at < 300; ++at) made += ",\"m" + std::to_string(at) + "\":1";
         return made + "}";
       }(), 200, 5},
  };
  Face face;
  for (const auto& [name, body, status, number] : kCases) {
    CAPTURE(name);
    const auto got = face.post_raw("echo", body);
    CHECK(got.status == status);
    const auto reply = json::parse(got.body);
    CHECK(reply.at("success").as_bool() == false);
    CHECK(reply.at("error_number").to_number<int>() == number);
  }
}

TEST_CASE("numbers past all bounds, and members of any shape, fail no method on our side") {
  const std::string kLong(70'000, 'x');
  const std::string kValues[] = {"null", "true", "-1", "0", "18446744073709551615", "9223372036854775808", "-9223372036854775808", "1e308", "1e-400", "0.5", "\"\"", "\" \"",
                                 R"("\u0000")", R"("a\r\nb")", R"("' OR 1=1 --")", R"("%_\\*?")", R"("@")", R"("a@b@c")", R"("..")", R"("x.adm")", R"("/")", R"("\ud83d\ude00")",
                                 "[]", "[[]]", "[null]", "{}", R"({"a":{"b":[1]}})", "[1,2,3]", "[{}]", R"(["x","x"])", "\"" + kLong + "\"", nested(oma::kDepth - 2)};
  constexpr const char* kNames[] = {"company", "domain", "user", "workgroup", "brand", "bulletin", "type", "bulletin_text", "ids", "users", "job", "folder", "limit", "after", "headers",
                                    "recent", "unseen", "role", "object", "new_name", "new_company", "id", "ruleset", "data", "active_rule", "attributes", "criteria", "range", "sort",
                                    "parent", "create_only", "token", "reason", "duration", "mode", "tag", "date", "by"};
  Face face({.requests_per_administrator_max = 1000});
  face.make_domain("example.com");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
  for (const auto& method : omad::methods()) {
    for (const auto& value : kValues) {
      // All members so at once, and so each beside what is right.
      std::string all = "{" + kCredentials;
      for (const auto* name : kNames) all += ",\"" + std::string(name) + "\":" + value;
      std::string some = "{" + kCredentials + R"(,"company":"north","domain":"example.com","user":"joe@example.com","brand":"x","bulletin":"x","type":"auto","job":"x","ruleset":"x")";
      for (const auto* name : {"attributes", "criteria", "range", "sort", "ids", "users", "folder", "limit", "data", "new_name", "object", "role", "bulletin_text"})
        some += ",\"" + std::string(name) + "\":" + value;
      std::string within = "{" + kCredentials + R"(,"company":"north","domain":"example.com","user":"joe@example.com","brand":"x")";
      for (const auto* outer : {"attributes", "criteria", "range", "sort"}) {
        within += ",\"" + std::string(outer) + "\":{";
        for (const auto* name : {"brand", "aliases", "quota", "name", "match", "domain", "company", "type", "first", "limit", "by", "direction", "contacts", "limit_users"})
          within += (within.ends_with('{') ? "\"" : ",\"") + std::string(name) + "\":" + value;
        within += "}";
      }
      for (const auto& body : {all + "}", some + "}", within + "}"}) {
        const auto got = face.post_raw(std::string(method.name), body);
        const bool is_well = got.status == 200 || (got.status == 400 && value == nested(oma::kDepth - 2));
        boost::system::error_code failed;
        const auto reply = json::parse(got.body, failed);
        const bool is_ours = !failed && reply.is_object() && reply.get_object().contains("error_number") && reply.at("error_number").to_number<int>() == 0;
        if (is_well && !failed && !is_ours) continue;
        CAPTURE(method.name);
        CAPTURE(value.substr(0, 40));
        CAPTURE(got.body.substr(0, 400));
        FAIL_CHECK("the server failed");
      }
    }
  }
  CHECK(control::testing::broken_integrity(face.control) == "");
}

TEST_CASE("what is no method, or no POST, is told so whatever it is called") {
  Face face;
  for (const auto& name : {std::string(), std::string("ECHO"), std::string("echo/"), std::string("../echo"), std::string("echo%00"), std::string("e\xff"), std::string(5000, 'x')}) {
    CAPTURE(name);
    CHECK(face.post_raw(name, "{" + kCredentials + "}").status == 404);
  }
}

TEST_CASE("bodies in chunks are read whole, and bad chunks refused") {
  Door door;
  const auto body = "{" + kCredentials + ",\"a\":\"b\"}";
  auto client = door.connect();
  std::string chunks;
  for (const char c : body) chunks += "1\r\n" + std::string(1, c) + "\r\n";
  client->send(head("echo", "Transfer-Encoding: chunked\r\n") + chunks + "0\r\n\r\n");
  CHECK(status_of(*client) == "HTTP/1.1 200");

  for (const char* bad : {"zz\r\nx\r\n0\r\n\r\n", "-1\r\nx\r\n", "ffffffffffffffffff\r\nx", "1\r\nxyz\r\n0\r\n\r\n"}) {
    CAPTURE(bad);
    auto other = door.connect();
    other->send(head("echo", "Transfer-Encoding: chunked\r\n") + bad);
    CHECK(status_of(*other) == "HTTP/1.1 400");
  }
  auto large = door.connect();
  large->send(head("echo", "Transfer-Encoding: chunked\r\n") + "200000\r\n" + std::string(16'000, 'x'));
  CHECK(status_of(*large) == "HTTP/1.1 413");
}

TEST_CASE("two lengths, or a length and chunks, are refused: the next request could begin in either place") {
  Door door;
  for (const char* fields : {"Content-Length: 4\r\nContent-Length: 5\r\n", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                             "Content-Length: -4\r\n", "Content-Length: 4x\r\n", "Transfer-Encoding: gzip, chunked\r\n"}) {
    CAPTURE(fields);
    auto client = door.connect();
    client->send(head("echo", fields) + "0\r\n\r\n" + whole("echo", "{" + kCredentials + "}"));
    const auto status = status_of(*client);
    CHECK(status.substr(0, 10) == "HTTP/1.1 4");
  }
}

TEST_CASE("a body that comes byte by byte is given up in time, and its room is free again") {
  Door door(64UL << 10);
  auto slow = door.connect();
  slow->send(head("echo", "Content-Length: 1000000\r\n") + std::string(70'000, ' '));
  door.control.world.run_for(1s);
  const auto large = "{" + kCredentials + ",\"a\":\"" + std::string(40'000, 'x') + "\"}";
  auto other = door.connect();
  other->send(whole("echo", large));
  CHECK(status_of(*other) == "HTTP/1.1 503");
  auto small = door.connect();
  small->send(whole("echo", "{" + kCredentials + "}"));
  CHECK(status_of(*small) == "HTTP/1.1 200");
  for (int second = 0; second < 40; ++second) {
    slow->send(" ");
    door.control.world.run_for(1s);
  }
  CHECK(slow->at_end());
  auto after = door.connect();
  after->send(whole("echo", large));
  CHECK(status_of(*after) == "HTTP/1.1 200");
}

TEST_CASE("peers that send heads without bodies and never read hold up nobody") {
  Door door;
  std::vector<std::unique_ptr<simulated::Client>> idle;
  for (int at = 0; at < 100; ++at) {
    idle.push_back(door.connect());
    idle.back()->send(at % 2 == 0 ? head("echo", "Content-Length: 1000000\r\n") : "POST /api/echo HTTP/1.1\r\nX: ");
  }
  auto client = door.connect();
  client->send(whole("echo", "{" + kCredentials + "}"));
  CHECK(status_of(*client) == "HTTP/1.1 200");
  door.control.world.run_for(2min);
  for (auto& each : idle) CHECK(each->at_end());
}
