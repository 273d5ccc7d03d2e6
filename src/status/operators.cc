#include "status/operators.h"

#include <boost/json.hpp>

#include "io/reader.h"

namespace postroad::status {
namespace json = boost::json;
using io::Task;

namespace {

constexpr std::size_t kRequestBytes = 64UL << 10;
constexpr auto kPatience = std::chrono::seconds(10);

std::string text_of(const json::object& object, std::string_view key) {
  const auto* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

Result<Component> component_named(const Node& node, std::string_view id) {
  for (const auto& component : node.board().components())
    if (component.id() == id) return component;
  std::string known;
  for (const auto& component : node.board().components()) known += (known.empty() ? "" : ", ") + component.id();
  return fail(Fault::NotFound, "no component " + std::string(id) + "; there are: " + known);
}

Result<Post> post_of(const Node& node, const json::object& object) {
  Post post;
  post.title = text_of(object, "title");
  post.text = text_of(object, "text");
  const auto state = parse_state(text_of(object, "state"));
  if (!state) return fail(Fault::Syntax, "expected a state: online, degraded, maintenance or offline");
  post.state = *state;
  if (const auto* const number = object.if_contains("incident"); number != nullptr && number->is_int64()) post.incident = number->as_int64();
  if (const auto* const ids = object.if_contains("components"); ids != nullptr && ids->is_array()) {
    for (const auto& id : ids->as_array()) {
      if (!id.is_string()) return fail(Fault::Syntax, "expected components as a list of texts");
      TRY(auto component, component_named(node, id.as_string()));
      post.components.push_back(std::move(component));
    }
  }
  return post;
}

json::object incident_object(const Node& node, const Incident& incident) {
  return {{"number", incident.number},
          {"title", incident.title},
          {"state", state_text(incident.state())},
          {"updates", incident.updates.size()},
          {"changed_at", iso_time(incident.changed_at())},
          {"url", node.address_of(incident)}};
}

Result<json::array> obey(Node& node, std::string_view request) {
  boost::system::error_code failed;
  const auto parsed = json::parse(json::string_view(request.data(), request.size()), failed);
  if (failed || !parsed.is_object()) return fail(Fault::Syntax, "expected one JSON object");
  const auto& object = parsed.as_object();
  const auto verb = text_of(object, "do");
  json::array incidents;
  if (verb == "post") {
    TRY(const auto post, post_of(node, object));
    TRY(const auto incident, node.post(post));
    incidents.push_back(incident_object(node, incident));
    return incidents;
  }
  if (verb == "list") {
    for (const auto& incident : node.incidents()) incidents.push_back(incident_object(node, incident));
    return incidents;
  }
  return fail(Fault::Syntax, "expected \"do\" to be post or list");
}

Task<void> converse(io::Loop* loop, std::unique_ptr<io::Stream> stream, Node* node) {
  try {
    stream->set_deadline(loop->clock().steady() + kPatience);
    io::Reader reader(*stream);
    const auto line = co_await reader.line(kRequestBytes);
    co_await stream->write(answer_operator(*node, line.value_or("")) + "\n");
    co_await stream->shutdown();
  } catch (const io::Ended&) {
  }
}

}  // namespace

std::string answer_operator(Node& node, std::string_view request) {
  const auto done = obey(node, request);
  if (done) return json::serialize(json::object{{"ok", true}, {"incidents", *done}});
  return json::serialize(json::object{{"ok", false}, {"error", done.error().text}});
}

Task<void> serve_operators(io::Loop& loop, io::Listener& listener, Node& node) {
  try {
    for (;;) loop.spawn(converse(&loop, co_await listener.accept(), &node), "status operator");
  } catch (const io::Ended&) {
  }
}

}  // namespace postroad::status
