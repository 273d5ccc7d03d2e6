#include "control/operator_json.h"

#include "control/rfc3339.h"

namespace postroad::control {
namespace {

namespace json = boost::json;

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

std::string time_text(Time at) {
  return at == Time{} ? std::string{} : rfc3339(at);
}

json::object to_json(const ClientView& view) {
  return {{"client", view.name}, {"cluster", view.cluster}, {"queued", view.queued}, {"held", view.is_held}, {"per_hour", view.per_hour}};
}

json::object to_json(const QueueView& view) {
  return {{"cluster", view.cluster},
          {"paused", view.is_paused},
          {"reachable", view.is_reachable},
          {"length", view.length},
          {"in_feed", view.in_feed},
          {"age_seconds", seconds(view.age)},
          {"acknowledged", view.acknowledged},
          {"per_second", view.per_second},
          {"drain_seconds", view.drains_in ? json::value(view.drains_in->count()) : json::value(nullptr)},
          {"heaviest", to_array(view.heaviest)}};
}

json::object to_json(const LeverView& view) {
  return {{"at", time_text(view.at)}, {"actor", view.actor}, {"action", view.action}, {"target", view.target}, {"detail", view.detail}};
}

json::object to_json(const ChangeView& view, Time now) {
  json::object made{{"id", view.id},
                    {"kind", view.kind},
                    {"subject", view.subject},
                    {"actor", view.actor},
                    {"age_seconds", seconds(now - view.queued_at)}};
  if (view.state == ChangeState::Queued) return made;
  made["state"] = change_state_name(view.state);
  made["reason"] = view.reason;
  made["position"] = view.position;
  return made;
}

template <class Views>
json::array all_of(const Views& views) {
  json::array made;
  for (const auto& view : views) made.push_back(to_json(view));
  return made;
}

}  // namespace

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

bool flag_of(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

QueueFilter filter_of(const json::object& object) {
  constexpr std::uint64_t kAgeMost = 10UL * 365 * 86'400;
  QueueFilter made;
  made.cluster = text_of(object, "cluster");
  if (auto client = text_of(object, "client"); !client.empty()) made.client = std::move(client);
  made.kind = text_of(object, "kind");
  made.domain = text_of(object, "domain");
  made.older_than = std::chrono::seconds(std::min(number_of(object, "older_than", 0), kAgeMost));
  return made;
}

json::object to_json(const CancelView& view) {
  return {{"id", view.id},         {"matched", view.matched},     {"dependents", view.dependents}, {"others", view.others}, {"too_late", view.too_late},
          {"cancelled", view.cancelled}, {"done", view.is_done}, {"failure", view.failure}};
}

json::array to_array(const std::vector<QueueView>& views) { return all_of(views); }
json::array to_array(const std::vector<ClientView>& views) { return all_of(views); }
json::array to_array(const std::vector<CancelView>& views) { return all_of(views); }
json::array to_array(const std::vector<LeverView>& views) { return all_of(views); }

json::array to_array(const std::vector<ChangeView>& views, Time now) {
  json::array made;
  for (const auto& view : views) made.push_back(to_json(view, now));
  return made;
}

}  // namespace postroad::control
