#include "status/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "status/assets.h"
#include "status/html.h"
#include "status/parts.h"

namespace postroad::status {
namespace {

constexpr auto kRecent = std::chrono::days(14);

// A page as a whole. `is_live`: it tells of now, so its reader is told when it has become old.
std::string document(const Sight& sight, std::string_view here, std::string_view title, std::string_view main, bool is_live) {
  const auto link = [&](std::string_view path, std::string_view name) {
    return fmt::format("<a href=\"{}\"{}>{}</a>", path, path == here ? " aria-current=\"page\"" : "", name);
  };
  const auto when = time_mark(sight, sight.now);
  const auto live = fmt::format(" data-published=\"{}\"", iso_time(sight.now));
  const auto stale = "<div class=\"banner offline\" id=\"stale\" role=\"alert\" hidden>" + std::string(state_sign(std::nullopt)) +
                     "<div><h2>The state is unknown</h2><p>Nothing has been heard of the status service since " + when + ".</p></div></div>\n";
  const auto published = is_live ? "Published " + when + ". " : std::string();
  return fmt::format(
      R"(<!doctype html>
<html lang="en"{live}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/page.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<script src="/page.js" defer></script>
</head>
<body>
<header><div class="wide">
<h1><a href="/">{name}</a></h1>
<nav aria-label="Pages">{pages}</nav>
</div></header>
<main class="wide">
{stale}{main}</main>
<footer class="wide" id="published" data-renew><p>{published}Times are in UTC and in {zone}.</p></footer>
</body>
</html>
)",
      fmt::arg("live", is_live ? live : ""), fmt::arg("stale", is_live ? stale : ""), fmt::arg("title", escape_html(title)),
      fmt::arg("name", escape_html(sight.title)), fmt::arg("published", published), fmt::arg("zone", escape_html(sight.zone.name())),
      fmt::arg("main", main), fmt::arg("pages", link("/", "Status") + link("/archive", "Archive") + link("/api/v2/summary.json", "API")));
}

std::string headline(const Sight& sight, std::optional<State> overall, State worst) {
  if (!overall) {
    const bool is_any_known = std::ranges::any_of(sight.board.components(), [&](const auto& it) { return known_state(sight, it).has_value(); });
    return is_any_known ? "The state of some services is unknown" : "The state is unknown";
  }
  switch (worst) {
    case State::Online: return "All services are online";
    case State::Degraded: return "Some services are degraded";
    case State::InMaintenance: return "Some services are in maintenance";
    case State::Offline: return *overall == State::Offline ? "All services are offline" : "Some services are offline";
  }
  return {};
}

// A line for each state that a cluster's services are in, but for Online, the worst first.
std::string troubles(const Sight& sight) {
  std::string made;
  constexpr std::optional<State> kStates[] = {State::Offline, State::Degraded, State::InMaintenance, std::nullopt};
  for (const auto state : kStates) {
    for (const auto& cluster : clusters_of(sight.board)) {
      std::vector<Component> those;
      for (const auto& component : sight.board.components())
        if (component.cluster == cluster && known_state(sight, component) == state) those.push_back(component);
      if (!those.empty()) made += "<li>" + state_mark(state) + escape_html(scope_text(sight, those)) + "</li>\n";
    }
  }
  return made.empty() ? made : "<ul>\n" + made + "</ul>\n";
}

std::string banner(const Sight& sight) {
  const auto worst = sight.board.worst("", sight.now);
  const auto overall = sight.board.overall("", sight.now);
  const auto shown = overall ? std::optional(worst) : std::nullopt;
  Time checked{};
  for (const auto& component : sight.board.components()) checked = std::max(checked, sight.board.standing(component, sight.now).checked);
  const auto seen = checked == Time{} ? std::string("No service has been tried yet.") : "Last tried " + time_mark(sight, checked) + ".";
  return fmt::format("<div class=\"banner {}\" id=\"now\" role=\"status\" data-renew>{}<div><h2>{}</h2>\n{}<p>{}</p></div></div>\n", state_class(shown),
                     state_sign(shown), headline(sight, overall, worst), troubles(sight), seen);
}

std::string open_incidents(const Sight& sight, bool is_maintenance, std::string_view id, std::string_view title) {
  std::string made;
  for (const auto& incident : sight.incidents)
    if (incident.is_open() && incident.is_maintenance() == is_maintenance) made += incident_part(sight, incident, true);
  if (!made.empty()) made = fmt::format("<h2>{}</h2>\n{}", title, made);
  return fmt::format("<section id=\"{}\" data-renew>\n{}</section>\n", id, made);
}

std::string recent_incidents(const Sight& sight) {
  std::string made;
  for (const auto& incident : sight.incidents) {
    if (incident.is_open() || sight.now - incident.changed_at() > kRecent) continue;
    made += fmt::format("<li><a href=\"/incidents/{}\">{}</a><small>{} &middot; {} &middot; ended {}</small></li>\n", incident.number,
                        escape_html(incident.title), number_text(incident), escape_html(scope_text(sight, incident.components)),
                        time_mark(sight, incident.changed_at()));
  }
  made = made.empty() ? "<p class=\"none\">None.</p>\n" : "<ul class=\"card rows\">\n" + made + "</ul>\n";
  return "<section id=\"recent\" data-renew>\n<h2>Ended in the past 14 days</h2>\n" + made + "</section>\n";
}

int year_of(Time at) { return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at)).year()); }

std::string month_of(Time at) {
  constexpr std::string_view kMonths[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  return fmt::format("{} {}", kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()));
}

std::set<int, std::greater<>> years_of(const Sight& sight) {
  std::set<int, std::greater<>> years;
  for (const auto& incident : sight.incidents) years.insert(year_of(incident.opened_at()));
  return years;
}

std::string incident_path(const Incident& incident) { return fmt::format("incidents/{}.html", incident.number); }

}  // namespace

std::string front_page(const Sight& sight) {
  auto main = banner(sight) + "<div class=\"board\" id=\"board\" data-renew>\n";
  for (const auto& cluster : clusters_of(sight.board)) main += cluster_part(sight, cluster);
  main += "</div>\n" + open_incidents(sight, false, "incidents", "Current incidents") +
          open_incidents(sight, true, "maintenance", "Maintenance in progress") + recent_incidents(sight);
  return document(sight, "/", sight.title, main, true);
}

std::string archive_page(const Sight& sight, int year) {
  std::string main = "<h2 class=\"title\">Archive</h2>\n";
  if (sight.incidents.empty()) main += "<p class=\"none\">Nothing has been posted yet.</p>\n";
  const auto years = years_of(sight);
  if (years.size() > 1) {
    main += "<nav class=\"years\" aria-label=\"Years\">";
    for (const int each : years) main += fmt::format("<a href=\"/archive/{0}\"{1}>{0}</a>", each, each == year ? " aria-current=\"page\"" : "");
    main += "</nav>\n";
  }
  std::string month;
  for (const auto& incident : sight.incidents) {
    if (year_of(incident.opened_at()) != year) continue;
    if (const auto its = month_of(incident.opened_at()); its != month) {
      main += (month.empty() ? "" : "</section>\n") + ("<section><h2>" + its + "</h2>\n");
      month = its;
    }
    main += incident_part(sight, incident, false);
  }
  return document(sight, "/archive", "Archive - " + sight.title, main + (month.empty() ? "" : "</section>\n"), false);
}

std::string incident_page(const Sight& sight, const Incident& incident) {
  return document(sight, "", incident.title + " - " + sight.title, incident_part(sight, incident, false), incident.is_open());
}

std::string missing_page(const Sight& sight) {
  return document(sight, "", "Not found - " + sight.title,
                  "<h2 class=\"title\">There is no such page</h2>\n<p>What is the matter now is on <a href=\"/\">the status page</a>, what was, in "
                  "<a href=\"/archive\">the archive</a>.</p>\n", false);
}

std::map<std::string, std::string> live_files(const Sight& sight) {
  auto files = api_files(sight);
  files["index.html"] = front_page(sight);
  files["icon.svg"] = icon(state_class(sight.board.overall("", sight.now) ? std::optional(sight.board.worst("", sight.now)) : std::nullopt));
  for (const auto& incident : sight.incidents)
    if (incident.is_open()) files[incident_path(incident)] = incident_page(sight, incident);
  return files;
}

std::map<std::string, std::string> all_files(const Sight& sight) {
  auto files = live_files(sight);
  const auto years = years_of(sight);
  files["archive.html"] = archive_page(sight, years.empty() ? year_of(sight.now) : *years.begin());
  for (const int year : years) files[fmt::format("archive/{}.html", year)] = archive_page(sight, year);
  for (const auto& incident : sight.incidents)
    if (!incident.is_open()) files[incident_path(incident)] = incident_page(sight, incident);
  files["404.html"] = missing_page(sight);
  files["page.css"] = kStyle;
  files["page.js"] = kScript;
  return files;
}

}  // namespace postroad::status
