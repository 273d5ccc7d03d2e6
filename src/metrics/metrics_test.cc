#include "metrics/metrics.h"

#include <doctest/doctest.h>

#include <thread>

using namespace postroad::metrics;

TEST_CASE("the text format: families in order, labels escaped") {
  Registry registry;
  registry.gauge("postroad_b_open", "Open sessions.").set(-3);
  registry.counter("postroad_a_refused_total", "Refusals.", {{"reason", "a\"b\\c\nd"}}).add(2);
  CHECK(registry.text() ==
        "# HELP postroad_a_refused_total Refusals.\n# TYPE postroad_a_refused_total counter\n"
        "postroad_a_refused_total{reason=\"a\\\"b\\\\c\\nd\"} 2\n"
        "# HELP postroad_b_open Open sessions.\n# TYPE postroad_b_open gauge\npostroad_b_open -3\n");
}

TEST_CASE("a histogram's buckets are cumulative and include their bounds") {
  Registry registry;
  auto& histogram = registry.histogram("postroad_x_seconds", "Time.", {{"verb", "FETCH"}});
  histogram.observe(0.001);
  histogram.observe(0.002);
  histogram.observe(1000);
  const auto text = registry.text();
  CHECK(text.contains("postroad_x_seconds_bucket{verb=\"FETCH\",le=\"0.001\"} 1\n"));
  CHECK(text.contains("postroad_x_seconds_bucket{verb=\"FETCH\",le=\"0.003\"} 2\n"));
  CHECK(text.contains("postroad_x_seconds_bucket{verb=\"FETCH\",le=\"100\"} 2\n"));
  CHECK(text.contains("postroad_x_seconds_bucket{verb=\"FETCH\",le=\"+Inf\"} 3\n"));
  CHECK(text.contains("postroad_x_seconds_count{verb=\"FETCH\"} 3\n"));
}

TEST_CASE("one name and labels give one counter, from any thread") {
  Registry registry;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) registry.counter("postroad_x_total", "X.").add();
    });
  for (auto& thread : threads) thread.join();
  CHECK(registry.counter("postroad_x_total", "X.").value() == 4000);
}
