#include "run.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "program/verdict_line.h"

namespace postroad::sim {
namespace {

// Everything that is told of a run.
std::string trace_of(std::uint64_t seed) {
  std::string text;
  run_seed(seed, [&text](std::string_view note) { text.append(note).append(1, '\n'); });
  return text;
}

TEST_CASE("a seed gives the same run twice, to the same byte") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto once = run_seed(seed);
    // Other addresses than before, for what would follow their order.
    std::vector<std::string> odd;
    for (std::size_t i = 0; i < 2000; ++i) odd.emplace_back(17 + i * 7 % 1000, 'x');
    const auto again = run_seed(seed);
    CAPTURE(seed);
    CHECK(once.steps == again.steps);
    CHECK(once.trace_hash == again.trace_hash);
    CHECK(once.findings == again.findings);
  }
}

TEST_CASE("what is told of a run is the same to the byte, and telling it changes nothing") {
  const auto once = trace_of(6);
  const auto again = trace_of(6);
  CHECK(once.size() > 100'000);
  CHECK((once == again));
  CHECK(run_seed(6).trace_hash == run_seed(6, [](std::string_view) {}).trace_hash);
}

TEST_CASE("a run has enough in it to mean something") {
  const auto verdict = run_seed(4);
  std::uint64_t acknowledged = 0;
  std::uint64_t faults = 0;
  for (const auto& [kind, count] : verdict.acknowledged) acknowledged += count;
  for (const auto& [kind, count] : verdict.faults) faults += count;
  CHECK(acknowledged >= kLeastAcknowledged);
  CHECK(faults >= kLeastFaults);
  CHECK(verdict.findings.empty());
}

TEST_CASE("a verdict goes through a pipe") {
  const Verdict verdict{.seed = 7, .findings = {"one\ttwo", "three"}, .acknowledged = {{"smtp", 5}}, .faults = {{"crash", 2}}, .trace_hash = 99, .steps = 3, .virtual_seconds = 4};
  const auto read = from_line(to_line(verdict));
  REQUIRE(read);
  CHECK(read->findings == verdict.findings);
  CHECK(read->acknowledged == verdict.acknowledged);
  CHECK(read->faults == verdict.faults);
  CHECK(read->trace_hash == 99);
}

}  // namespace
}  // namespace postroad::sim
