#include "omad/attribute_history.h"

#include <algorithm>

#include "control/rows.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::FieldChange;

namespace {

json::object told(std::string_view field, std::string_view from, std::string_view to) { return {{"field", field}, {"from", from}, {"to", to}}; }

const ServiceName* service_of(std::string_view attribute) {
  const auto* const found = std::ranges::find_if(kServiceNames, [&](const ServiceName& one) { return attribute == "service_" + std::string(one.name); });
  return found == std::end(kServiceNames) ? nullptr : found;
}

// All services are kept together.
std::string state_in(const std::string& services, control::Service service) {
  return services.empty() ? std::string{} : std::string(feed::service_state_name(control::decode_services(services).of(service)));
}

std::vector<json::object> told_of_aliases(const std::vector<FieldChange>& changes) {
  json::array added;
  json::array removed;
  for (const auto& change : changes) {
    if (change.field != "alias_of") continue;
    const auto name = std::ranges::find_if(changes, [&](const FieldChange& other) { return other.object == change.object && other.field == "local"; });
    if (name == changes.end()) continue;
    if (change.to.empty()) removed.emplace_back(name->from);
    else added.emplace_back(name->to);
  }
  if (added.empty() && removed.empty()) return {};
  std::vector<json::object> made(1);
  made[0] = {{"field", "aliases"}, {"added", std::move(added)}, {"removed", std::move(removed)}};
  return made;
}

}  // namespace

std::vector<json::object> told_of(const control::AuditView& entry, std::string_view attribute, std::span<const std::string> fields) {
  if (attribute == "aliases") return told_of_aliases(entry.fields);
  std::vector<json::object> made;
  const auto* const service = service_of(attribute);
  if (service == nullptr) {
    for (const auto& change : entry.shown)
      if (std::ranges::find(fields, change.field) != fields.end()) made.push_back(told(change.field, change.from, change.to));
    return made;
  }
  for (const auto& change : entry.fields) {
    if (std::ranges::find(fields, change.field) == fields.end()) continue;
    const auto from = state_in(change.from, service->service);
    const auto to = state_in(change.to, service->service);
    if (from != to) made.push_back(told(attribute, from, to));
  }
  return made;
}

}  // namespace postroad::omad
