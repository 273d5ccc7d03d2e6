#include "statistics/report.h"

#include <boost/json.hpp>
#include <charconv>

namespace postroad::statistics {
namespace {

namespace json = boost::json;

constexpr std::size_t kAccountBytes = 64;
constexpr std::uint64_t kFigureMost = 1ULL << 62;  // so that sums of them can be kept

std::unexpected<Error> bad(std::string_view what) { return fail(Fault::Syntax, "a report of counters " + std::string(what)); }

Result<std::uint64_t> figure(const json::value& value) {
  boost::system::error_code failed;
  const auto made = value.to_number<std::uint64_t>(failed);
  if (failed || made > kFigureMost) return bad("holds what is no number");
  return made;
}

Result<std::pair<std::string, Hour>> parse_key(std::string_view key) {
  if (!key.starts_with(kHourReports)) return bad("has another key");
  key.remove_prefix(kHourReports.size());
  const auto slash = key.find('/');
  if (slash == key.npos || slash > kAccountBytes) return bad("has another key");
  const auto digits = key.substr(slash + 1);
  Hour hour = 0;
  const auto [end, failed] = std::from_chars(digits.begin(), digits.end(), hour);
  constexpr Hour kHourMost = 70'000'000;  // of the year 9955
  if (failed != std::errc{} || end != digits.end() || hour < 0 || hour > kHourMost) return bad("is of no hour");
  return std::pair(std::string(key.substr(0, slash)), hour);
}

}  // namespace

HourReport report_of(std::string_view account, const HourRow& row) {
  return {.account = std::string(account), .hour = row.hour, .domain = row.domain, .counts = row.counts,
          .start = row.start, .now = row.now, .is_wrong = row.marked_at != 0};
}

std::string report_key(std::string_view account, Hour hour) {
  return std::string(kHourReports).append(account).append("/").append(std::to_string(hour));
}

std::string report_value(const HourReport& report) {
  json::object counts;
  each_counter([&](Counter counter) {
    if (report.counts.of(counter) != 0) counts[words_of(counter).name] = report.counts.of(counter);
  });
  json::object value{{"counts", std::move(counts)},
                     {"storage", {report.start.bytes, report.start.messages, report.now.bytes, report.now.messages}}};
  if (!report.domain.empty()) value["domain"] = report.domain;
  if (report.is_wrong) value["wrong"] = true;
  return json::serialize(value);
}

// Counters that this program does not know are left out: a newer cluster may count more.
Result<HourReport> parse_report(std::string_view key, std::string_view value) {
  HourReport report;
  TRY(std::tie(report.account, report.hour), parse_key(key));
  boost::system::error_code failed;
  const auto parsed = json::parse(value, failed);
  if (failed || !parsed.is_object()) return bad("is no object");
  const auto& object = parsed.get_object();
  const auto* const counts = object.if_contains("counts");
  const auto* const storage = object.if_contains("storage");
  if (counts == nullptr || !counts->is_object() || storage == nullptr || !storage->is_array() || storage->get_array().size() != 4)
    return bad("lacks its figures");
  for (const auto& [name, number] : counts->get_object()) {
    TRY(const auto made, figure(number));
    if (const auto counter = counter_named(name)) report.counts.of(*counter) = made;
  }
  const auto& stored = storage->get_array();
  TRY(report.start.bytes, figure(stored[0]));
  TRY(report.start.messages, figure(stored[1]));
  TRY(report.now.bytes, figure(stored[2]));
  TRY(report.now.messages, figure(stored[3]));
  if (const auto* const domain = object.if_contains("domain"); domain != nullptr) {
    if (!domain->is_string() || domain->get_string().size() > kAccountBytes) return bad("is of no domain");
    report.domain = std::string(domain->get_string());
  }
  if (const auto* const wrong = object.if_contains("wrong")) report.is_wrong = wrong->is_bool() && wrong->get_bool();
  return report;
}

}  // namespace postroad::statistics
