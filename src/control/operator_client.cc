#include <fmt/format.h>

#include <boost/json.hpp>

#include "control/operator.h"
#include "io/reader.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;

std::string text_at(const json::value& row, std::string_view name) { return std::string(row.at(name).as_string()); }

std::string age_text(const json::value& row) {
  const auto seconds = row.at("age_seconds").to_number<double>();
  return seconds < 120 ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.0f} min", seconds / 60);
}

std::string clusters_text(const json::array& clusters) {
  auto made = fmt::format("{:<12} {:<8} {:<10} {:>9} {:>8} {:>10} {:>13}\n", "CLUSTER", "STATE", "REACHABLE", "LENGTH", "IN FEED", "OLDEST", "ACKNOWLEDGED");
  for (const auto& row : clusters)
    made += fmt::format("{:<12} {:<8} {:<10} {:>9} {:>8} {:>10} {:>13}\n", text_at(row, "cluster"), row.at("paused").as_bool() ? "paused" : "running",
                        row.at("reachable").as_bool() ? "yes" : "no", row.at("length").to_number<std::uint64_t>(),
                        row.at("in_feed").to_number<std::uint64_t>(), age_text(row), row.at("acknowledged").to_number<std::uint64_t>());
  return made;
}

std::string changes_text(const json::array& changes) {
  auto made = fmt::format("{:<28} {:>9} {:<18} {:<32} {}\n", "CHANGE", "AGE", "KIND", "SUBJECT", "BY");
  for (const auto& row : changes)
    made += fmt::format("{:<28} {:>9} {:<18} {:<32} {}\n", text_at(row, "id"), age_text(row), text_at(row, "kind"), text_at(row, "subject"), text_at(row, "actor"));
  return made;
}

Result<std::string> shown(std::string_view line, const OperatorRequest& request) {
  try {
    const auto answer = json::parse(line);
    const auto& object = answer.as_object();
    if (const auto* const error = object.if_contains("error")) return fail(Fault::Refused, std::string(error->as_string()));
    if (const auto* const clusters = object.if_contains("clusters")) return clusters_text(clusters->as_array());
    if (const auto* const changes = object.if_contains("changes")) return changes_text(changes->as_array());
    return request.cluster + (request.command == "pause" ? ": paused\n" : ": resumed\n");
  } catch (const std::exception& failure) {
    return fail(Fault::Broken, std::string("control's answer can't be read: ") + failure.what());
  }
}

}  // namespace

Task<Result<std::string>> ask_operator(io::Stream& stream, OperatorRequest request) {
  try {
    const json::object asked{{"command", request.command}, {"cluster", request.cluster}, {"most", request.most}};
    co_await stream.write(json::serialize(asked) + "\n");
    io::Reader reader(stream);
    const auto line = co_await reader.line(64UL << 20);
    co_return shown(line.value_or("{}"), request);
  } catch (const io::Ended& ended) {
    co_return fail(Fault::Busy, std::string("control does not answer: ") + ended.what());
  }
}

}  // namespace postroad::control
