#include "run.h"

#include "audit/audit.h"
#include "town/town.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;

constexpr auto kMostWork = 30min;
constexpr auto kMostRest = 60min;
// Clocks that were wrong for hours have made times for tomorrow.
constexpr auto kMostDraining = 24h;

// How much is to happen before a run comes to rest: some are short, some have time for what is rare.
struct Wanted {
  std::uint64_t acknowledged;
  std::uint64_t faults;
};
Wanted wanted_of(std::uint64_t seed) {
  auto random = io::simulated::Random(seed).fork("wanted");
  return {random.between(kLeastAcknowledged, 4 * kLeastAcknowledged), random.between(kLeastFaults, 4 * kLeastFaults)};
}

bool has_enough(Town& town, const Wanted& wanted) {
  return town.scene().acknowledged_total() >= wanted.acknowledged && town.trouble().by_chance() >= wanted.faults;
}

void come_to_rest(Town& town) {
  town.trouble().end();
  town.scene().is_closing = true;
  if (!town.run_until([&town] { return town.are_people_gone(); }, kMostRest))
    return town.findings().add("people can't finish what they do");
  if (!town.run_until([&town] { return town.is_provisioned(); }, kMostRest))
    return town.findings().add("provisioning does not drain");
  const auto end = town.world().now() + kMostDraining;
  for (auto left = undone(town); !left.empty(); left = undone(town)) {
    if (town.world().now() > end) return town.findings().add("queues do not drain: " + left);
    town.run_until([] { return false; }, 1min);
  }
}

}  // namespace

Verdict run_seed(std::uint64_t seed, std::function<void(std::string_view)> on_note) {
  Town town(seed, std::move(on_note));
  const auto begun = town.world().now();
  town.set_up();
  town.send_people();
  const bool is_enough = town.run_until([&town, wanted = wanted_of(seed)] { return has_enough(town, wanted); }, kMostWork);
  if (!is_enough && !town.findings().any()) town.findings().add("too little was acknowledged, or went wrong");
  if (!town.findings().any()) come_to_rest(town);
  if (!town.findings().any()) audit(town);

  return Verdict{.seed = seed,
                 .findings = town.findings().all(),
                 .acknowledged = town.scene().acknowledged,
                 .faults = town.trouble().counts(),
                 .trace_hash = town.world().trace_hash(),
                 .steps = town.world().steps(),
                 .virtual_seconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(town.world().now() - begun).count())};
}

}  // namespace postroad::sim
