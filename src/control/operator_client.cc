#include <fmt/format.h>

#include <boost/json.hpp>

#include "control/operator.h"
#include "io/reader.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;

constexpr auto kLook = std::chrono::milliseconds(200);
constexpr std::size_t kAnswerBytes = 64UL << 20;

std::string text_at(const json::value& row, std::string_view name) { return std::string(row.at(name).as_string()); }
std::uint64_t number_at(const json::value& row, std::string_view name) { return row.at(name).to_number<std::uint64_t>(); }

std::string time_text(double seconds) { return seconds < 120 ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.0f} min", seconds / 60); }
std::string age_text(const json::value& row) { return time_text(row.at("age_seconds").to_number<double>()); }

std::string rule_text(const json::value& row) {
  if (row.at("held").as_bool()) return "held";
  const auto per_hour = number_at(row, "per_hour");
  return per_hour > 0 ? fmt::format("{} an hour", per_hour) : "";
}

std::string clients_text(const json::array& clients) {
  auto made = fmt::format("{:<32} {:<12} {:>9}  {}\n", "CLIENT", "CLUSTER", "QUEUED", "RULE");
  for (const auto& row : clients) made += fmt::format("{:<32} {:<12} {:>9}  {}\n", text_at(row, "client"), text_at(row, "cluster"), number_at(row, "queued"), rule_text(row));
  return made;
}

std::string clusters_text(const json::array& clusters) {
  auto made = fmt::format("{:<12} {:<8} {:<10} {:>9} {:>8} {:>10} {:>13} {:>9} {:>10}\n", "CLUSTER", "STATE", "REACHABLE", "LENGTH", "IN FEED", "OLDEST",
                          "ACKNOWLEDGED", "RATE", "EMPTY IN");
  json::array heaviest;
  for (const auto& row : clusters) {
    const auto& drain = row.at("drain_seconds");
    made += fmt::format("{:<12} {:<8} {:<10} {:>9} {:>8} {:>10} {:>13} {:>7.0f}/s {:>10}\n", text_at(row, "cluster"), row.at("paused").as_bool() ? "paused" : "running",
                        row.at("reachable").as_bool() ? "yes" : "no", number_at(row, "length"), number_at(row, "in_feed"), age_text(row),
                        number_at(row, "acknowledged"), row.at("per_second").to_number<double>(), drain.is_null() ? "?" : time_text(drain.to_number<double>()));
    for (const auto& client : row.at("heaviest").as_array()) heaviest.push_back(client);
  }
  return heaviest.empty() ? made : made + "\n" + clients_text(heaviest);
}

std::string changes_text(const json::array& changes) {
  auto made = fmt::format("{:<28} {:>9} {:<18} {:<32} {}\n", "CHANGE", "AGE", "KIND", "SUBJECT", "BY");
  for (const auto& row : changes) {
    made += fmt::format("{:<28} {:>9} {:<18} {:<32} {}", text_at(row, "id"), age_text(row), text_at(row, "kind"), text_at(row, "subject"), text_at(row, "actor"));
    if (row.as_object().contains("state")) made += "  " + text_at(row, "state") + (text_at(row, "reason").empty() ? "" : ": " + text_at(row, "reason"));
    made += "\n";
  }
  return made;
}

std::string cancellation_text(const json::value& row) {
  const auto id = text_at(row, "id");
  if (id.empty())
    return fmt::format("would cancel {} and {} that depend on them ({} of other clients); too late for {}\n", number_at(row, "matched"), number_at(row, "dependents"),
                       number_at(row, "others"), number_at(row, "too_late"));
  const auto failure = text_at(row, "failure");
  return fmt::format("{}: {} {}, {} matched, too late for {}{}\n", id, row.at("done").as_bool() ? "cancelled" : "under way, cancelled so far", number_at(row, "cancelled"),
                     number_at(row, "matched"), number_at(row, "too_late"), failure.empty() ? "" : "; it ended early: " + failure);
}

std::string levers_text(const json::array& levers) {
  auto made = fmt::format("{:<20} {:<12} {:<10} {:<32} {}\n", "AT", "BY", "ACTION", "TARGET", "DETAIL");
  for (const auto& row : levers)
    made += fmt::format("{:<20} {:<12} {:<10} {:<32} {}\n", text_at(row, "at"), text_at(row, "actor"), text_at(row, "action"), text_at(row, "target"), text_at(row, "detail"));
  return made;
}

Result<std::string> shown(std::string_view line, const OperatorRequest& request) {
  try {
    const auto answer = json::parse(line);
    const auto& object = answer.as_object();
    if (const auto* const error = object.if_contains("error")) return fail(Fault::Refused, std::string(error->as_string()));
    if (request.is_json) return std::string(line) + "\n";
    if (const auto* const clusters = object.if_contains("clusters")) return clusters_text(clusters->as_array());
    if (const auto* const clients = object.if_contains("clients")) return clients_text(clients->as_array());
    if (const auto* const changes = object.if_contains("changes")) return changes_text(changes->as_array());
    if (const auto* const levers = object.if_contains("levers")) return levers_text(levers->as_array());
    if (const auto* const cancellation = object.if_contains("cancellation")) return cancellation_text(*cancellation);
    if (const auto* const change = object.if_contains("change")) return std::string(change->as_string()) + ": " + text_at(answer, "state") + "\n";
    if (const auto* const cancellations = object.if_contains("cancellations")) {
      std::string made;
      for (const auto& row : cancellations->as_array()) made += cancellation_text(row);
      return made.empty() ? "nothing was cancelled since the last start\n" : made;
    }
    constexpr std::pair<std::string_view, std::string_view> kDone[] = {
        {"pause", "paused"}, {"resume", "resumed"}, {"hold", "held"}, {"throttle", "slowed"}, {"release", "released"}};
    for (const auto& [command, done] : kDone)
      if (command == request.command) return (request.cluster.empty() ? request.client : request.cluster) + ": " + std::string(done) + "\n";
    return "done\n";
  } catch (const std::exception& failure) {
    return fail(Fault::Broken, std::string("control's answer can't be read: ") + failure.what());
  }
}

Task<std::string> ask(io::Stream& stream, io::Reader& reader, json::object request) {
  co_await stream.write(json::serialize(request) + "\n");
  const auto line = co_await reader.line(kAnswerBytes);
  co_return std::string(line.value_or("{}"));
}

// The cancellation that was begun, once it has ended.
Task<std::string> await_end(io::Loop& loop, io::Stream& stream, io::Reader& reader, std::string line) {
  for (;;) {
    const auto answer = json::parse(line);
    const auto* const begun = answer.as_object().if_contains("cancellation");
    if (begun == nullptr || begun->at("done").as_bool() || begun->at("id").as_string().empty()) co_return line;
    co_await loop.sleep(kLook);
    stream.set_deadline(loop.clock().steady() + std::chrono::seconds(30));
    const auto all = json::parse(co_await ask(stream, reader, {{"command", "cancellations"}}));
    for (const auto& row : all.at("cancellations").as_array())
      if (row.at("id") == begun->at("id")) line = json::serialize(json::object{{"cancellation", row}});
  }
}

}  // namespace

Task<Result<std::string>> ask_operator(io::Loop& loop, io::Stream& stream, OperatorRequest request) {
  try {
    const json::object asked{{"command", request.command}, {"cluster", request.cluster}, {"client", request.client},         {"kind", request.kind},
                             {"domain", request.domain},   {"change", request.change},   {"older_than", request.older_than}, {"per_hour", request.per_hour},
                             {"most", request.most},       {"all", request.is_all},      {"dry_run", request.is_dry_run}};
    io::Reader reader(stream);
    auto line = co_await ask(stream, reader, asked);
    line = co_await await_end(loop, stream, reader, std::move(line));
    co_return shown(line, request);
  } catch (const io::Ended& ended) {
    co_return fail(Fault::Busy, std::string("control does not answer: ") + ended.what());
  } catch (const boost::system::system_error& failure) {
    co_return fail(Fault::Broken, std::string("control's answer can't be read: ") + failure.what());
  }
}

}  // namespace postroad::control
