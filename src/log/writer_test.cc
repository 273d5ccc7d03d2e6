#include "log/writer.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

using namespace postroad;
using namespace postroad::log;

namespace {
const Time kNow{std::chrono::microseconds(1'769'903'999'000'042)};

struct FixedClock : io::Clock {
  Time now() const override { return kNow; }
  io::Tick steady() const override { return {}; }
};
}  // namespace

TEST_CASE("an event is one line of JSON with typed fields") {
  CHECK(line_of({.process = "cluster.a"}, kNow, Level::Info, "smtp.accepted",
                {{"session", "s1"}, {"size", 42U}, {"late", -1}, {"tls", true}, {"seconds", 0.5}}) ==
        R"({"time":"2026-01-31T23:59:59.000042Z","level":"info","process":"cluster.a","event":"smtp.accepted",)"
        R"("session":"s1","size":42,"late":-1,"tls":true,"seconds":0.5})"
        "\n");
}

TEST_CASE("hostile text stays in its field and on its line") {
  const auto line = line_of({}, kNow, Level::Warning, "x", {{"helo", std::string_view("a\"\\\r\n\0\xff", 7)}});
  CHECK(line.ends_with("\"helo\":\"a\\\"\\\\\\u000d\\u000a\\u0000\\ufffd\"}\n"));
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("addresses are hashed where the operator says so: one address, one hash, no case") {
  const Options options{.hash_addresses = true, .hash_key = "0123456789abcdef"};
  const auto a = line_of(options, kNow, Level::Info, "x", {{"to", Private{"Ann@Example.org"}}});
  const auto b = line_of(options, kNow, Level::Info, "x", {{"to", Private{"ann@example.org"}}});
  CHECK(a == b);
  CHECK_FALSE(a.contains("nn@"));
  CHECK(a.contains("\"to\":\"#"));
  CHECK(line_of({}, kNow, Level::Info, "x", {{"to", Private{"ann@example.org"}}}).contains("ann@example.org"));
}

TEST_CASE("all that was written is there after the writer, in order within a thread") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::string text;
  std::thread reader([&] {
    char some[4096];
    for (ssize_t count; (count = ::read(ends[0], some, sizeof some)) > 0;) text.append(some, static_cast<std::size_t>(count));
  });
  {
    const FixedClock clock;
    Writer writer(clock, ends[1], {});
    std::thread other([&] {
      for (int i = 0; i < 500; ++i) writer.info("b", {{"n", i}});
    });
    for (int i = 0; i < 500; ++i) writer.info("a", {{"n", i}});
    writer.debug("below the level");
    other.join();
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  std::size_t at = 0;
  for (int i = 0; i < 500; ++i) {
    at = text.find("\"event\":\"a\",\"n\":" + std::to_string(i) + "}", at);
    REQUIRE(at != text.npos);
  }
  CHECK(std::ranges::count(text, '\n') == 1000);
  CHECK_FALSE(text.contains("below"));
}
