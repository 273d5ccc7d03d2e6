#include "program/verdict_line.h"

#include "base/text.h"

namespace postroad::sim {
namespace {

std::string counts_text(const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const auto& [kind, count] : counts) text += (text.empty() ? "" : ";") + kind + "=" + std::to_string(count);
  return text;
}

std::map<std::string, std::uint64_t> read_counts(std::string_view text) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto part : split(text, ';')) {
    const auto equals = part.find('=');
    if (equals != part.npos) counts[std::string(part.substr(0, equals))] = parse_number(part.substr(equals + 1)).value_or(0);
  }
  return counts;
}

}  // namespace

// Findings hold peers' words: they travel as base64.
std::string to_line(const Verdict& verdict) {
  std::string line = std::to_string(verdict.seed) + "\t" + std::to_string(verdict.trace_hash) + "\t" +
                     std::to_string(verdict.steps) + "\t" + std::to_string(verdict.virtual_seconds) + "\t" +
                     counts_text(verdict.acknowledged) + "\t" + counts_text(verdict.faults);
  for (const auto& finding : verdict.findings) line += "\t" + base64(finding);
  return line;
}

std::optional<Verdict> from_line(std::string_view line) {
  const auto fields = split(line, '\t');
  if (fields.size() < 6) return std::nullopt;
  Verdict verdict;
  verdict.seed = parse_number(fields[0]).value_or(0);
  verdict.trace_hash = parse_number(fields[1]).value_or(0);
  verdict.steps = parse_number(fields[2]).value_or(0);
  verdict.virtual_seconds = parse_number(fields[3]).value_or(0);
  verdict.acknowledged = read_counts(fields[4]);
  verdict.faults = read_counts(fields[5]);
  for (std::size_t i = 6; i < fields.size(); ++i) verdict.findings.push_back(parse_base64(fields[i]).value_or("?"));
  return verdict;
}

}  // namespace postroad::sim
