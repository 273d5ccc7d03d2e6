#include "program/summary.h"

#include <cstdio>

namespace postroad::sim {
namespace {

std::string total_text(const std::string& what, const std::map<std::string, std::uint64_t>& counts) {
  std::uint64_t total = 0;
  std::string parts;
  for (const auto& [kind, count] : counts) {
    total += count;
    parts += (parts.empty() ? "" : ", ") + kind + " " + std::to_string(count);
  }
  return std::to_string(total) + " " + what + ": " + parts + "\n";
}

}  // namespace

void Summary::add(const Verdict& verdict) {
  ++(verdict.findings.empty() ? good_ : bad_);
  steps_ += verdict.steps;
  virtual_seconds_ += verdict.virtual_seconds;
  for (const auto& [kind, count] : verdict.acknowledged) acknowledged_[kind] += count;
  for (const auto& [kind, count] : verdict.faults) faults_[kind] += count;
}

std::string Summary::text(double seconds) const {
  char line[160];
  std::snprintf(line, sizeof line, "%llu seeds good, %llu bad; %.0f s for %.1f simulated hours and %.0f million steps\n",
                static_cast<unsigned long long>(good_), static_cast<unsigned long long>(bad_), seconds,
                static_cast<double>(virtual_seconds_) / 3600, static_cast<double>(steps_) / 1e6);
  return total_text("acknowledged operations", acknowledged_) + total_text("faults", faults_) + line;
}

}  // namespace postroad::sim
