// postroad_sim: whole clusters in one process, from seeds.  docs/simulation.md
#include <chrono>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>

#include "program/summary.h"
#include "program/workers.h"
#include "run.h"

namespace postroad::sim {
namespace {

struct Request {
  Seeds seeds{.first = 1, .count = 100, .jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))};
  std::uint64_t one = 0;  // 0: not just one
  bool traces = false;
  std::string program;
};

void print(const Verdict& verdict, const Request& request) {
  for (const auto& finding : verdict.findings)
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(verdict.seed), finding.c_str());
  std::printf("  again: %s --seed %llu --trace\n", request.program.c_str(), static_cast<unsigned long long>(verdict.seed));
  std::fflush(stdout);
}

int run_one(const Request& request) {
  const auto verdict = run_seed(request.one, [&request](std::string_view note) {
    if (request.traces) std::printf("%.*s\n", static_cast<int>(note.size()), note.data());
  });
  Summary summary;
  summary.add(verdict);
  std::printf("%strace hash %016llx\n", summary.text(0).c_str(), static_cast<unsigned long long>(verdict.trace_hash));
  if (!verdict.findings.empty()) print(verdict, request);
  return verdict.findings.empty() ? 0 : 1;
}

int run_many(const Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  Summary summary;
  run_seeds(request.seeds, [&](const Verdict& verdict) {
    summary.add(verdict);
    if (!verdict.findings.empty()) print(verdict, request);
    if ((summary.good() + summary.bad()) % 100 == 0) {
      std::printf("%llu seeds\n", static_cast<unsigned long long>(summary.good() + summary.bad()));
      std::fflush(stdout);
    }
    return true;
  });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("%s", summary.text(took.count()).c_str());
  return summary.bad() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace postroad::sim

int main(int argc, char** argv) {
  postroad::sim::Request request;
  request.program = argv[0];
  CLI::App app("Runs whole clusters in one process, from seeds, and looks for lost mail");
  app.add_option("--seeds", request.seeds.count, "how many seeds");
  app.add_option("--from", request.seeds.first, "the first one");
  app.add_option("--jobs", request.seeds.jobs, "in so many processes")->check(CLI::Range(1, 64));
  app.add_option("--seed", request.one, "this one alone");
  app.add_flag("--trace", request.traces, "tells what happens");
  CLI11_PARSE(app, argc, argv);
  return request.one != 0 ? run_one(request) : run_many(request);
}
