#include "migration/calls.h"

#include "migration/limits.h"
#include "migration/report_json.h"

namespace postroad::migration {
namespace {

constexpr std::size_t kErrorBytes = 500;

Fault fault_of(std::string_view name) {
  for (const auto fault : {Fault::Syntax, Fault::Refused, Fault::NotFound, Fault::Conflict, Fault::Busy})
    if (fault_name(fault) == name) return fault;
  return Fault::Broken;
}

Result<const json::array*> list_at(const json::object& object, std::string_view name, std::size_t most) {
  const auto* const value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return fail(Fault::Syntax, std::string(name) + ": expected a list");
  if (value->as_array().size() > most) return fail(Fault::Syntax, std::string(name) + ": at most " + std::to_string(most));
  return &value->as_array();
}

}  // namespace

std::string to_json(const std::vector<Addition>& additions) {
  json::array items;
  for (const auto& each : additions) {
    auto one = object_of(each.item);
    one["password"] = each.password.text();
    items.emplace_back(std::move(one));
  }
  return json::serialize(json::object{{"items", std::move(items)}});
}

Result<std::vector<Addition>> additions_of(std::string_view text) {
  TRY(const auto object, parsed(text));
  TRY(const auto* const items, list_at(object, "items", kAddItems));
  std::vector<Addition> made;
  for (const auto& each : *items) {
    if (!each.is_object()) return fail(Fault::Syntax, "items: expected objects");
    TRY(auto item, item_of(each.as_object()));
    made.push_back({std::move(item), sasl::Secret(text_at(each.as_object(), "password"))});
  }
  return made;
}

std::string to_json(const Added& added) {
  json::array list;
  for (const auto& each : added) {
    if (each)
      list.emplace_back(json::object{{"id", *each}});
    else
      list.emplace_back(json::object{{"fault", std::string(fault_name(each.error().fault))}, {"text", each.error().text.substr(0, kErrorBytes)}});
  }
  return json::serialize(json::object{{"added", std::move(list)}});
}

Result<Added> added_of(std::string_view text) {
  TRY(const auto object, parsed(text));
  TRY(const auto* const list, list_at(object, "added", kAddItems));
  Added made;
  for (const auto& each : *list) {
    if (!each.is_object()) return fail(Fault::Syntax, "added: expected objects");
    const auto& one = each.as_object();
    if (one.contains("id"))
      made.emplace_back(text_at(one, "id"));
    else
      made.emplace_back(fail(fault_of(text_at(one, "fault")), text_at(one, "text")));
  }
  return made;
}

std::string to_json(const ListRequest& request) {
  return json::serialize(json::object{{"after", request.after}, {"job", request.job}, {"most", request.most}});
}

Result<ListRequest> list_request_of(std::string_view text) {
  TRY(const auto object, parsed(text));
  ListRequest made{text_at(object, "after"), text_at(object, "job"), number_at(object, "most")};
  if (!made.after.empty() && !is_id(made.after, 'i')) return fail(Fault::Syntax, "after: expected an item's id");
  if (made.job.size() > kNameBytes) return fail(Fault::Syntax, "job: too long");
  if (made.most == 0 || made.most > kListItems) made.most = kListItems;
  return made;
}

std::string to_json(const ListPage& page) {
  json::array list;
  for (const auto& each : page.standings) list.emplace_back(object_of(each));
  return json::serialize(json::object{{"standings", std::move(list)}, {"after", page.after}});
}

Result<ListPage> list_page_of(std::string_view text) {
  TRY(const auto object, parsed(text));
  TRY(const auto* const list, list_at(object, "standings", kListItems));
  ListPage made;
  made.after = text_at(object, "after");
  for (const auto& each : *list) {
    if (!each.is_object()) return fail(Fault::Syntax, "standings: expected objects");
    TRY(auto standing, standing_of(each.as_object()));
    made.standings.push_back(std::move(standing));
  }
  return made;
}

std::string id_to_json(std::string_view id) { return json::serialize(json::object{{"id", id}}); }

Result<std::string> id_of(std::string_view text) {
  TRY(const auto object, parsed(text));
  auto id = text_at(object, "id");
  if (!is_id(id, 'i')) return fail(Fault::Syntax, "id: expected an item's id");
  return id;
}

std::string trace_to_json(std::string_view trace) { return json::serialize(json::object{{"trace", trace}}); }

Result<std::string> trace_of(std::string_view text) {
  TRY(const auto object, parsed(text));
  return text_at(object, "trace");
}

}  // namespace postroad::migration
