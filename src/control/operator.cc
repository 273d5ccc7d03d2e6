#include "control/operator.h"

#include <boost/json.hpp>

#include "control/errors.h"
#include "control/operator_migration.h"
#include "control/operator_statistics.h"
#include "io/reader.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;

constexpr std::size_t kRequestBytes = 64UL << 10;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

std::uint64_t number_of(const json::object& object, std::string_view name, std::uint64_t otherwise) {
  const auto* const value = object.if_contains(name);
  boost::system::error_code failed;
  const auto number = value != nullptr ? value->to_number<std::uint64_t>(failed) : otherwise;
  return failed ? otherwise : number;
}

json::object to_json(const QueueView& view) {
  return {{"cluster", view.cluster},     {"paused", view.is_paused},
          {"reachable", view.is_reachable}, {"length", view.length},
          {"in_feed", view.in_feed},     {"age_seconds", std::chrono::duration<double>(view.age).count()},
          {"acknowledged", view.acknowledged}};
}

json::object to_json(const ChangeView& view, Time now) {
  return {{"id", view.id},
          {"kind", view.kind},
          {"subject", view.subject},
          {"actor", view.actor},
          {"age_seconds", std::chrono::duration<double>(now - view.queued_at).count()}};
}

Task<Result<json::object>> run_state(Api& api) {
  CO_TRY(const auto views, co_await api.queues.state());
  json::array clusters;
  for (const auto& view : views) clusters.push_back(to_json(view));
  co_return json::object{{"clusters", std::move(clusters)}};
}

Task<Result<json::object>> run_list(Api& api, std::string cluster, std::uint64_t most, Time now) {
  CO_TRY(const auto views, co_await api.queues.list(std::move(cluster), most));
  json::array changes;
  for (const auto& view : views) changes.push_back(to_json(view, now));
  co_return json::object{{"changes", std::move(changes)}};
}

Task<Result<json::object>> run_pause(Api& api, std::string cluster, bool is_paused) {
  CO_TRY_OK(co_await (is_paused ? api.queues.pause(std::move(cluster)) : api.queues.resume(std::move(cluster))));
  co_return json::object{};
}

Task<Result<json::object>> run(Api& api, std::string line, Time now) {
  boost::system::error_code failed;
  const auto parsed = json::parse(line, failed);
  if (failed || !parsed.is_object()) co_return fail(Fault::Syntax, "expected one JSON object on a line");
  const auto& request = parsed.get_object();
  const auto command = text_of(request, "command");
  auto cluster = text_of(request, "cluster");
  if (command.starts_with("migration_")) co_return co_await run_migration(api, request);
  if (command.starts_with("statistics.")) co_return co_await answer_statistics(api, command, request);
  if (command == "state") co_return co_await run_state(api);
  if (command == "pause") co_return co_await run_pause(api, std::move(cluster), true);
  if (command == "resume") co_return co_await run_pause(api, std::move(cluster), false);
  if (command == "list") co_return co_await run_list(api, std::move(cluster), number_of(request, "most", 20), now);
  co_return fail(Fault::NotFound, "there is no command '" + command + "': state, pause, resume, list");
}

}  // namespace

Task<std::string> Operator::answer(std::string line) {
  const auto made = co_await run(api_, std::move(line), loop_.clock().now());
  if (made) co_return json::serialize(*made);
  log_.info("operator.refused", {{"reason", made.error().text}});
  co_return json::serialize(json::object{{"error", made.error().text}});
}

Task<void> Operator::serve(io::Listener& listener) {
  try {
    for (;;) loop_.spawn(converse(co_await listener.accept()), "operator.session");
  } catch (const io::Ended&) {  // closed
  }
}

Task<void> Operator::converse(std::unique_ptr<io::Stream> stream) {
  try {
    io::Reader reader(*stream);
    for (;;) {
      stream->set_deadline(loop_.clock().steady() + std::chrono::minutes(1));
      const auto line = co_await reader.line(kRequestBytes);
      auto text = line ? std::string(*line) : std::string{};
      co_await stream->write(co_await answer(std::move(text)) + "\n");
    }
  } catch (const io::Ended&) {  // the operator has left
  }
}

}  // namespace postroad::control
