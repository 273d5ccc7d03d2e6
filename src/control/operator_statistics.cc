#include "control/operator_statistics.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "control/operator_json.h"
#include "control/rfc3339.h"
#include "control/rows.h"
#include "io/reader.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;

constexpr auto kPatience = std::chrono::seconds(10);  // of a verification's answer

json::object to_json(const StatisticsRow& row) {
  json::object counts;
  statistics::each_counter([&](Counter counter) { counts[statistics::words_of(counter).name] = row.figure.of(counter); });
  json::object made{{"period", statistics::text_of(row.period, row.start)},
                    {"counts", std::move(counts)},
                    {"storage", {{"bytes", row.stored.bytes}, {"messages", row.stored.messages}}},
                    {"users", json::object()},
                    {"deleted_users", row.deleted_users}};
  for (const auto& [type, users] : row.users) made["users"].as_object()[type] = users;
  if (row.under_correction)
    made["under_correction"] = {{"found_at", rfc3339(row.under_correction->found_at)}, {"good_until", rfc3339(row.under_correction->good_until)}, {"what", row.under_correction->what}};
  return made;
}

json::object to_json(const Correction& each) {
  return {{"scope", scope_name(each.key.scope)},
          {"object", each.key.object},
          {"period", statistics::text_of(each.key.period, each.key.start)},
          {"found_at", rfc3339(to_time(each.found_at))},
          {"mended_at", each.mended_at == 0 ? "" : rfc3339(to_time(each.mended_at))},
          {"what", each.what}};
}

Result<StatisticsOf> whose(const json::object& request) {
  const auto scope = scope_named(text_of(request, "scope"));
  if (!scope) return fail(Fault::Syntax, "figures are of a user, domain, company or cluster");
  return StatisticsOf{*scope, text_of(request, "object")};
}

Task<Result<json::object>> show(Api& api, json::object request) {
  CO_TRY(auto of, whose(request));
  const auto period = statistics::period_named(text_of(request, "by"));
  if (!period) co_return fail(Fault::Syntax, "figures are by hour, day, week or month");
  CO_TRY(const auto summary, co_await api.statistics.summary(Caller::system(), std::move(of), *period, number_of(request, "count", 7)));
  json::array rows;
  for (const auto& row : summary.rows) rows.push_back(to_json(row));
  co_return json::object{{"object", summary.object}, {"as_of", summary.as_of ? rfc3339(*summary.as_of) : ""}, {"rows", std::move(rows)}};
}

Task<Result<json::object>> snapshot(Api& api, json::object request) {
  CO_TRY(auto of, whose(request));
  CO_TRY(const auto link, co_await api.statistics.snapshot(Caller::system(), std::move(of), text_of(request, "date")));
  CO_TRY(auto csv, co_await api.statistics.open(link.path));
  co_return json::object{{"csv", std::move(csv)}, {"path", link.path}, {"good_until", rfc3339(link.good_until)}};
}

// For a person.
std::string shown(const json::object& answer, const StatisticsRequest& request) {
  std::string made;
  if (request.command == "snapshot") return std::string(answer.at("csv").as_string());
  if (request.command == "verify")
    return fmt::format("{} figures, {} wrong, {} put right\n", answer.at("figures").to_number<std::uint64_t>(), answer.at("wrong").to_number<std::uint64_t>(),
                       answer.at("mended").to_number<std::uint64_t>());
  if (request.command == "corrections") {
    for (const auto& each : answer.at("corrections").as_array())
      made += fmt::format("{} {} {}: found {}, {}\n    {}\n", std::string(each.at("scope").as_string()), std::string(each.at("object").as_string()),
                          std::string(each.at("period").as_string()), std::string(each.at("found_at").as_string()),
                          each.at("mended_at").as_string().empty() ? "not put right yet" : "put right " + std::string(each.at("mended_at").as_string()),
                          std::string(each.at("what").as_string()));
    return made.empty() ? "nothing was found wrong\n" : made;
  }
  const auto as_of = std::string(answer.at("as_of").as_string());
  made = std::string(answer.at("object").as_string()) + ", complete until " + (as_of.empty() ? "a time that is not known yet" : as_of) + "\n";
  for (const auto& row : answer.at("rows").as_array()) {
    made += std::string(row.at("period").as_string()) + ":";
    for (const auto& [name, value] : row.at("counts").as_object())
      if (const auto number = value.to_number<std::int64_t>(); number != 0) made += fmt::format(" {}={}", std::string(name), number);
    made += fmt::format(" stored={} octets, {} messages", row.at("storage").at("bytes").to_number<std::uint64_t>(), row.at("storage").at("messages").to_number<std::uint64_t>());
    if (const auto* const mark = row.as_object().if_contains("under_correction"))
      made += fmt::format("  UNDER CORRECTION since {}, good until {}", std::string(mark->at("found_at").as_string()), std::string(mark->at("good_until").as_string()));
    made += "\n";
  }
  return made;
}

}  // namespace

Task<Result<json::object>> answer_statistics(Api& api, std::string command, json::object request) {
  if (command == "statistics.show") co_return co_await show(api, std::move(request));
  if (command == "statistics.snapshot") co_return co_await snapshot(api, std::move(request));
  if (command == "statistics.verify") {
    CO_TRY(const auto made, co_await api.statistics.verify(number_of(request, "number", 0), kPatience));
    co_return json::object{{"number", made.number}, {"is_done", made.is_done}, {"figures", made.figures}, {"wrong", made.wrong}, {"mended", made.mended}};
  }
  if (command == "statistics.corrections") {
    CO_TRY(const auto made, co_await api.statistics.corrections(std::min<std::uint64_t>(number_of(request, "most", 20), 1000)));
    json::array all;
    for (const auto& each : made) all.push_back(to_json(each));
    co_return json::object{{"corrections", std::move(all)}};
  }
  co_return fail(Fault::NotFound, "there is no command '" + command + "': statistics.show, .verify, .corrections, .snapshot");
}

Task<Result<std::string>> ask_statistics(io::Loop& loop, io::Stream& stream, StatisticsRequest request) {
  try {
    json::object asked{{"command", "statistics." + request.command}, {"scope", request.scope}, {"object", request.object}, {"by", request.by},
                       {"date", request.date}, {"count", request.count}, {"most", request.count}};
    io::Reader reader(stream);
    while (true) {
      stream.set_deadline(loop.clock().steady() + 3 * kPatience);
      co_await stream.write(json::serialize(asked) + "\n");
      const auto line = std::string((co_await reader.line(64UL << 20)).value_or("{}"));
      const auto answer = json::parse(line).as_object();
      if (const auto* const error = answer.if_contains("error")) co_return fail(Fault::Refused, std::string(error->as_string()));
      const auto* const is_done = answer.if_contains("is_done");
      if (is_done == nullptr || is_done->as_bool()) co_return request.is_json ? line + "\n" : shown(answer, request);
      // Goes on: the rest is asked for by its number.
      asked["number"] = answer.at("number");
      fmt::print(stderr, "{} figures so far\n", answer.at("figures").to_number<std::uint64_t>());
    }
  } catch (const io::Ended& ended) {
    co_return fail(Fault::Busy, std::string("control does not answer: ") + ended.what());
  } catch (const std::exception& failure) {
    co_return fail(Fault::Broken, std::string("control's answer can't be read: ") + failure.what());
  }
}

}  // namespace postroad::control
