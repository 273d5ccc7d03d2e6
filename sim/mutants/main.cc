// postroad_sim_mutants: plants each fault and sees that the simulation finds it.  docs/simulation.md
#include <cstdio>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>

#include "mutants/mutants.h"
#include "program/workers.h"
#include "run.h"

namespace postroad::sim {
namespace {

// The first verdict that has a finding; the seeds after it are not run.
std::optional<Verdict> hunt(const mutants::Mutant& mutant, const Seeds& seeds) {
  mutants::plant(mutant.name);
  std::optional<Verdict> found;
  run_seeds(seeds, [&found](const Verdict& verdict) {
    if (!verdict.findings.empty()) found = verdict;
    return !found;
  });
  return found;
}

// Whether the seed, in another process, gives the same again, to the same byte.
bool is_replayed(const Verdict& found) {
  bool is_same = false;
  run_seeds({.first = found.seed, .count = 1, .jobs = 1}, [&](const Verdict& again) {
    is_same = again.trace_hash == found.trace_hash && again.findings == found.findings;
    return true;
  });
  return is_same;
}

// True where it was found, and is found again.
bool tell(const mutants::Mutant& mutant, const std::optional<Verdict>& found) {
  const auto line = [&mutant](const std::string& text) {
    std::printf("%-23.*s %s\n", static_cast<int>(mutant.word.size()), mutant.word.data(), text.c_str());
    std::fflush(stdout);
  };
  if (!found) return line("NOT FOUND"), false;
  const bool is_same = is_replayed(*found);
  line("seed " + std::to_string(found->seed) + (is_same ? ": " : " DIFFERS WHEN RUN AGAIN: ") + found->findings.front());
  return is_same;
}

int run_all(const Seeds& seeds) {
  std::size_t missed = 0;
  for (const auto& mutant : mutants::all())
    if (!tell(mutant, hunt(mutant, seeds))) ++missed;
  std::printf("%zu of %zu planted faults found\n", mutants::all().size() - missed, mutants::all().size());
  return missed == 0 ? 0 : 1;
}

void print_note(std::string_view note) { std::printf("%.*s\n", static_cast<int>(note.size()), note.data()); }

// One seed, and what happens in it.
int run_traced(const mutants::Mutant& mutant, std::uint64_t seed) {
  mutants::plant(mutant.name);
  return run_seed(seed, print_note).findings.empty() ? 1 : 0;
}

int run_one(const std::string& word, const Seeds& seeds, std::uint64_t traced) {
  const auto mutant = mutants::find(word);
  if (!mutant) {
    std::fprintf(stderr, "there is no planted fault %s; --list names them\n", word.c_str());
    return 2;
  }
  if (traced != 0) return run_traced(*mutant, traced);
  return tell(*mutant, hunt(*mutant, seeds)) ? 0 : 1;
}

int list() {
  for (const auto& mutant : mutants::all())
    std::printf("%-23.*s %.*s\n", static_cast<int>(mutant.word.size()), mutant.word.data(),
                static_cast<int>(mutant.what.size()), mutant.what.data());
  return 0;
}

}  // namespace
}  // namespace postroad::sim

int main(int argc, char** argv) {
  postroad::sim::Seeds seeds{.first = 1, .count = 1000, .jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))};
  std::string word;
  std::uint64_t traced = 0;
  bool is_list = false;
  CLI::App app("Plants each fault and sees that the simulation finds it");
  app.add_option("--mutant", word, "this one alone");
  app.add_option("--seeds", seeds.count, "at most so many for each");
  app.add_option("--from", seeds.first, "the first seed");
  app.add_option("--trace", traced, "with --mutant: this seed alone, and what happens in it");
  app.add_option("--jobs", seeds.jobs, "in so many processes")->check(CLI::Range(1, 64));
  app.add_flag("--list", is_list, "tells which there are, and what they do");
  CLI11_PARSE(app, argc, argv);
  if (is_list) return postroad::sim::list();
  return word.empty() ? postroad::sim::run_all(seeds) : postroad::sim::run_one(word, seeds, traced);
}
