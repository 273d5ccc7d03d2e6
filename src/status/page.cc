#include "status/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "status/assets.h"
#include "status/html.h"

namespace postroad::status {
namespace {

std::string_view css_class(State state) {
  switch (state) {
    case State::Online: return "online";
    case State::Degraded: return "degraded";
    case State::InMaintenance: return "maintenance";
    case State::Offline: return "offline";
  }
  return {};
}

std::string state_mark(State state, bool is_known = true) {
  return is_known ? fmt::format("<span class=\"state {}\">{}</span>", css_class(state), state_text(state))
                  : std::string("<span class=\"state\">Unknown</span>");
}

std::string time_mark(const Sight& sight, Time at) {
  return fmt::format("<time datetime=\"{}\">{}</time>", iso_time(at), escape_html(sight.zone.text(at)));
}

std::string document(const Sight& sight, std::string_view title, std::string_view main) {
  return fmt::format(
      R"(<!doctype html>
<html lang="en" data-published="{published}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header><div class="wide">
<h1><a href="/">{name}</a></h1>
<nav aria-label="Pages"><a href="/">Now</a><a href="/archive">Archive</a><a href="/api/v2/summary.json">API</a></nav>
</div></header>
<main class="wide">
<div class="banner stale" id="stale" role="alert" hidden><h2>The state is unknown</h2><p>This page has not been renewed since {when}.</p></div>
{main}</main>
<footer class="wide"><p>Published {when}. Times are in UTC and in {zone}.</p></footer>
</body>
</html>
)",
      fmt::arg("published", iso_time(sight.now)), fmt::arg("title", escape_html(title)), fmt::arg("name", escape_html(sight.title)),
      fmt::arg("when", time_mark(sight, sight.now)), fmt::arg("zone", escape_html(sight.zone.name())), fmt::arg("main", main));
}

std::string headline(State worst) {
  switch (worst) {
    case State::Online: return "All services are online";
    case State::Degraded: return "Some services are degraded";
    case State::InMaintenance: return "Some services are in maintenance";
    case State::Offline: return "Some services are offline";
  }
  return {};
}

// "Cluster B: IMAP, POP", whole clusters by their name alone.
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

std::string update_text(const Sight& sight, const Update& update) {
  return fmt::format("<div class=\"update\"><div class=\"head\">{}{}</div>\n{}</div>\n", state_mark(update.state), time_mark(sight, update.at),
                     paragraphs(update.text));
}

std::string incident_text(const Sight& sight, const Incident& incident) {
  auto made = fmt::format("<article id=\"incident-{0}\"><h3><a href=\"/incidents/{0}\">{1}</a></h3>\n<p class=\"where\">Incident {0} &middot; {2}</p>\n",
                          incident.number, escape_html(incident.title), escape_html(scope_text(sight, incident.components)));
  for (auto it = incident.updates.rbegin(); it != incident.updates.rend(); ++it) made += update_text(sight, *it);
  return made + "</article>\n";
}

std::string cluster_card(const Sight& sight, const std::string& cluster) {
  std::string rows;
  bool is_any_known = false;
  for (const auto& component : sight.board.components()) {
    if (component.cluster != cluster) continue;
    const auto it = sight.board.standing(component, sight.now);
    is_any_known = is_any_known || it.is_known;
    rows += fmt::format("<li id=\"{}\"><span>{}</span>{}</li>\n", component.id(), service_text(component.service), state_mark(it.state, it.is_known));
  }
  return fmt::format("<section class=\"card\"><h2><span>{}</span>{}</h2>\n<ul class=\"rows\">\n{}</ul></section>\n",
                     escape_html(Component{cluster, Service::Imap}.group()), state_mark(sight.board.overall(cluster, sight.now), is_any_known), rows);
}

}  // namespace

std::string front_page(const Sight& sight) {
  const auto worst = sight.board.worst("", sight.now);
  auto main = fmt::format("<div class=\"banner {}\"><h2>{}</h2></div>\n", css_class(worst), headline(worst));
  std::string open;
  for (const auto& incident : sight.incidents)
    if (incident.is_open()) open += incident_text(sight, incident);
  if (!open.empty()) main += "<section><h2>Current incidents</h2>\n" + open + "</section>\n";
  std::string last_cluster;
  for (const auto& component : sight.board.components()) {
    if (component.cluster == last_cluster) continue;
    last_cluster = component.cluster;
    main += cluster_card(sight, last_cluster);
  }
  return document(sight, sight.title, main);
}

std::string archive_page(const Sight& sight) {
  std::string main = "<section><h2>Archive</h2>\n";
  if (sight.incidents.empty()) main += "<p class=\"none\">No incident has been posted yet.</p>\n";
  for (const auto& incident : sight.incidents) main += incident_text(sight, incident);
  return document(sight, "Archive - " + sight.title, main + "</section>\n");
}

std::string incident_page(const Sight& sight, const Incident& incident) {
  return document(sight, incident.title + " - " + sight.title, incident_text(sight, incident));
}

std::map<std::string, std::string> all_files(const Sight& sight) {
  auto files = api_files(sight);
  files["index.html"] = front_page(sight);
  files["archive.html"] = archive_page(sight);
  for (const auto& incident : sight.incidents) files[fmt::format("incidents/{}.html", incident.number)] = incident_page(sight, incident);
  files["page.css"] = kStyle;
  files["page.js"] = kScript;
  return files;
}

}  // namespace postroad::status
