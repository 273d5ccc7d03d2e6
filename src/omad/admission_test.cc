#include <doctest/doctest.h>

#include "omad/testing.h"

// Who asks for too much is told when to come back, by the text and by Retry-After, and can.
namespace postroad::omad {
namespace {
using namespace testing;
using namespace std::chrono_literals;
namespace json = boost::json;

struct Told {
  std::int64_t number = 0;
  std::string text;
  std::string retry_after;
};
Told told(const http::Response& got) {
  CAPTURE(got.body);
  const auto reply = json::parse(got.body).as_object();
  REQUIRE_FALSE(reply.at("success").as_bool());
  return {reply.at("error_number").as_int64(), std::string(reply.at("error").as_string()), std::string(got.field("Retry-After"))};
}

}  // namespace

TEST_CASE("OMA: who asks for too many changes a second is told when to come back, and can") {
  auto options = control::testing::test_options();
  options.client_rate = 1;
  Face face({}, options);
  face.make_domain("example.com");
  const auto make = [&](int n) { return face.post("create_workgroup", R"({"domain":"example.com","workgroup":"w)" + std::to_string(n) + R"("})"); };
  auto got = make(0);
  for (int n = 1; n < 20 && got.body.contains("\"success\":true"); ++n) {
    CHECK(got.field("Retry-After") == "");
    got = make(n);
  }
  CHECK(got.status == 200);
  auto [number, text, retry_after] = told(got);
  CHECK(number == 22);
  CHECK(text == "more than 1 changes a second; try again in 1 second");
  CHECK(retry_after == "1");
  face.ok("get_domain", R"({"domain":"example.com"})");  // looking is not limited
  face.control.world.run_for(1100ms);
  CHECK(make(20).body.contains("\"success\":true"));
}

TEST_CASE("OMA: who has too many changes waiting is told when to come back, and can") {
  auto options = control::testing::test_options();
  options.client_queue_most = 1;
  Face face({}, options);
  face.make_domain("example.com");
  face.control.run(face.control.api->queues.pause("a")).value();
  const auto make = [&](const char* name) { return face.post("change_domain", std::string(R"({"domain":"example.com","attributes":{"aliases":[")") + name + "\"]}}"); };
  CHECK(make("one.example").body.contains("\"state\":\"queued\""));
  const auto [number, text, retry_after] = told(make("two.example"));
  CHECK(number == 22);
  CHECK(text == "too many of your changes wait for cluster a; try again in 60 seconds");
  CHECK(retry_after == "60");
  // Nothing of it was done.
  CHECK(face.ok("get_domain", R"({"domain":"example.com"})").at("attributes").at("aliases") == json::value(json::array{"one.example"}));
  face.control.run(face.control.api->queues.resume("a")).value();
  face.control.settle();
  CHECK(make(R"(one.example","two.example)").body.contains("\"success\":true"));
}

TEST_CASE("OMA: too many requests at once, and guesses, are told when to come back") {
  Face none({.requests_max = 0});
  const auto got = none.post("echo", "{}");
  CHECK(got.status == 503);
  CHECK(told(got).text == "too many requests at once; try again in 1 second");
  CHECK(got.field("Retry-After") == "1");
  CHECK(none.control.run(none.service->answer({"GET", std::string(control::Statistics::kPath), {}, {}, "192.0.2.1"})).field("Retry-After") == "1");

  Face few({.requests_per_administrator_max = 0});
  const auto [number, text, retry_after] = told(few.post("echo", "{}"));
  CHECK(number == 22);
  CHECK(text == "too many requests of this administrator at once; try again in 1 second");
  CHECK(retry_after == "1");

  Face guesser;
  guesser.password = "wrong";
  for (int n = 0; n < 3; ++n) guesser.post("echo", "{}");
  const auto guessed = told(guesser.post("echo", "{}"));
  CHECK(guessed.number == 23);
  CHECK(guessed.retry_after != "");
  CHECK(guessed.text.ends_with(" try again in " + guessed.retry_after + " seconds"));
}

}  // namespace postroad::omad
