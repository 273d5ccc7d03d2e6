#include "status/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "status/html.h"

namespace postroad::status {
namespace {

// Signs of 16 by 16. Each has its own outline; the wrench is Lucide's (ISC licence).
constexpr std::string_view kOnline =
    R"(<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8"/><path d="m4.5 8.3 2.4 2.4 4.6-5"/></svg>)";
constexpr std::string_view kDegraded =
    R"(<svg viewBox="0 0 16 16" aria-hidden="true"><path class="fill" d="M8 .6 16 15H0Z"/><path d="M8 5.6v4.2M8 12.2v.4"/></svg>)";
constexpr std::string_view kMaintenance =
    R"(<svg viewBox="0 0 24 24" aria-hidden="true"><path class="fill" d="M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.77-3.77a6 6 0 0 1-7.94 7.94l-6.91 6.91a2.12 2.12 0 0 1-3-3l6.91-6.91a6 6 0 0 1 7.94-7.94z"/></svg>)";
constexpr std::string_view kOffline =
    R"(<svg viewBox="0 0 16 16" aria-hidden="true"><path class="fill" d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7Z"/><path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/></svg>)";
constexpr std::string_view kUnknown =
    R"(<svg viewBox="0 0 16 16" aria-hidden="true"><circle class="ring" cx="8" cy="8" r="7"/><path class="ring" d="M5.9 6.2a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M8 11.7v.4"/></svg>)";

std::string update_part(const Sight& sight, const Update& update) {
  return fmt::format("<div class=\"update\"><div class=\"head\">{}{}</div>\n{}</div>\n", state_mark(update.state), time_mark(sight, update.at),
                     paragraphs(update.text));
}

std::string service_part(const Sight& sight, const Component& component) {
  const auto it = sight.board.standing(component, sight.now);
  const auto state = known_state(sight, component);
  std::string note;
  if (!state && it.checked != Time{}) note = "<small>last seen " + time_mark(sight, it.checked) + "</small>";
  if (state && *state != State::Online) note = "<small>since " + time_mark(sight, it.since) + "</small>";
  return fmt::format("<li id=\"{}\"><span>{}</span>{}{}</li>\n", component.id(), service_text(component.service), state_mark(state), note);
}

}  // namespace

std::string_view state_class(std::optional<State> state) {
  if (!state) return "unknown";
  switch (*state) {
    case State::Online: return "online";
    case State::Degraded: return "degraded";
    case State::InMaintenance: return "maintenance";
    case State::Offline: return "offline";
  }
  return {};
}

std::string_view state_sign(std::optional<State> state) {
  if (!state) return kUnknown;
  switch (*state) {
    case State::Online: return kOnline;
    case State::Degraded: return kDegraded;
    case State::InMaintenance: return kMaintenance;
    case State::Offline: return kOffline;
  }
  return {};
}

std::string state_mark(std::optional<State> state) {
  return fmt::format("<span class=\"state {}\">{}{}</span>", state_class(state), state_sign(state), state ? state_text(*state) : "Unknown");
}

std::string time_mark(const Sight& sight, Time at) {
  return fmt::format("<time datetime=\"{}\">{}</time>", iso_time(at), escape_html(sight.zone.text(at)));
}

std::optional<State> known_state(const Sight& sight, const Component& component) {
  const auto it = sight.board.standing(component, sight.now);
  return it.is_known ? std::optional(it.state) : std::nullopt;
}

std::vector<std::string> clusters_of(const Board& board) {
  std::vector<std::string> all;
  for (const auto& component : board.components())
    if (std::ranges::find(all, component.cluster) == all.end()) all.push_back(component.cluster);
  return all;
}

std::string scope_text(const Sight& sight, const std::vector<Component>& components) {
  std::string made;
  for (auto at = components.begin(); at != components.end();) {
    const auto end = std::find_if(at, components.end(), [&](const auto& it) { return it.cluster != at->cluster; });
    const auto all = std::ranges::count(sight.board.components(), at->cluster, &Component::cluster);
    made += (made.empty() ? "" : "; ") + at->group();
    if (end - at < all) {
      for (auto each = at; each != end; ++each) made += std::string(each == at ? ": " : ", ") + std::string(service_text(each->service));
    }
    at = end;
  }
  return made;
}

std::string number_text(const Incident& incident) {
  return fmt::format("{} {}", incident.is_maintenance() ? "Maintenance" : "Incident", incident.number);
}

std::string incident_part(const Sight& sight, const Incident& incident, bool is_folded) {
  auto made = fmt::format("<article id=\"incident-{0}\"><h3><a href=\"/incidents/{0}\">{1}</a></h3>\n<p class=\"where\">{2} &middot; {3}</p>\n",
                          incident.number, escape_html(incident.title), number_text(incident), escape_html(scope_text(sight, incident.components)));
  std::string older;
  for (auto it = incident.updates.rbegin(); it != incident.updates.rend(); ++it)
    (it == incident.updates.rbegin() ? made : older) += update_part(sight, *it);
  const auto count = incident.updates.size() - 1;
  if (is_folded && count > 0)
    older = fmt::format("<details><summary>{} earlier {}</summary>\n{}</details>\n", count, count == 1 ? "update" : "updates", older);
  return made + older + "</article>\n";
}

std::string cluster_part(const Sight& sight, const std::string& cluster) {
  std::string rows;
  for (const auto& component : sight.board.components())
    if (component.cluster == cluster) rows += service_part(sight, component);
  return fmt::format("<section class=\"card\"><h2><span>{}</span>{}</h2>\n<ul class=\"rows\">\n{}</ul></section>\n",
                     escape_html(Component{cluster, Service::Imap}.group()), state_mark(sight.board.overall(cluster, sight.now)), rows);
}

}  // namespace postroad::status
