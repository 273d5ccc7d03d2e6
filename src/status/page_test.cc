#include "status/page.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <set>

#include "status/html.h"
#include "status/parts.h"
#include "status/publisher.h"

using namespace postroad;
using namespace postroad::status;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

const Time kNow{std::chrono::seconds(1'257'350'400)};  // 2009-11-04 16:00 UTC

struct Fixture {
  Board board{components_of({"a", "b"})};
  Zone zone = *Zone::named("America/New_York");
  std::vector<Incident> incidents;

  Fixture() {
    for (const auto& component : board.components()) board.find(component, Finding::Good, "", kNow - 10s);
  }
  Sight sight(Time now = kNow) const { return {board, incidents, zone, "Example <Mail> Status", "https://status.example", now, kNow - 240h}; }
};

Incident incident(std::int64_t number, std::vector<Update> updates) {
  return {number, "Webmail <b>renders</b> wrongly", {{"a", Service::Imap}, {"a", Service::Pop}}, std::move(updates)};
}

}  // namespace

TEST_CASE("times are shown in UTC and in the page's zone, which is named") {
  CHECK(Fixture().zone.text(kNow) == "2009-11-04 16:00 UTC (11:00 EST)");
  CHECK(Fixture().zone.text(kNow - 12h) == "2009-11-04 04:00 UTC (2009-11-03 23:00 EST)");
  CHECK(Zone::named("Europe/Berlin")->text(kNow) == "2009-11-04 16:00 UTC (17:00 CET)");
  CHECK(Zone::named("Asia/Dubai")->text(kNow) == "2009-11-04 16:00 UTC (20:00 GST)");
  CHECK(Zone::named("Asia/Tokyo")->text(kNow) == "2009-11-04 16:00 UTC (2009-11-05 01:00 GMT+9)");
  CHECK(Zone::named("Etc/UTC")->text(kNow) == "2009-11-04 16:00 UTC");
  CHECK_FALSE(Zone::named("Europe/Atlantis"));
}

TEST_CASE("what operators and probes say is text, never markup") {
  Fixture it;
  it.incidents = {incident(7, {{1, kNow, State::Degraded, "<script>alert(1)</script>\nline two\n\nnext & last"}})};
  for (const auto& page : {front_page(it.sight()), archive_page(it.sight(), 2009), incident_page(it.sight(), it.incidents[0])}) {
    CHECK_FALSE(page.contains("<script>alert"));
    CHECK_FALSE(page.contains("<b>renders"));
    CHECK_FALSE(page.contains("Example <Mail>"));
    CHECK(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;<br>\nline two</p>\n<p>next &amp; last</p>"));
    CHECK(page.contains("Incident 7 &middot; Cluster A: IMAP, POP"));
  }
}

TEST_CASE("the front page shows open incidents, the archive all of them, newest update first") {
  Fixture it;
  it.incidents = {incident(8, {{1, kNow - 60s, State::Degraded, "first words"}, {2, kNow, State::Offline, "second words"}}),
                  incident(7, {{1, kNow - 600s, State::Degraded, "old words"}, {2, kNow - 500s, State::Online, "closing words"}})};
  const auto front = front_page(it.sight());
  const auto archive = archive_page(it.sight(), 2009);
  CHECK(front.contains("<details><summary>1 earlier update</summary>"));
  CHECK(front.find("second words") < front.find("<details>"));
  CHECK(front.find("<details>") < front.find("first words"));
  CHECK_FALSE(front.contains("closing words"));
  CHECK(front.contains("<a href=\"/incidents/7\">"));
  CHECK(archive.contains("<h2>November 2009</h2>"));
  CHECK(archive.find("second words") < archive.find("first words"));
  CHECK(archive.find("first words") < archive.find("closing words"));
}

TEST_CASE("a component that no probe has seen lately is Unknown") {
  Fixture it;
  CHECK(front_page(it.sight()).contains("<h2>All services are online</h2>"));
  CHECK_FALSE(front_page(it.sight()).contains("Unknown"));
  const auto later = it.sight(kNow + 300s);
  CHECK(front_page(later).contains("<h2>The state is unknown</h2>"));
  CHECK(front_page(later).contains("Unknown</span>"));
  const auto summary = json::parse(api_files(later).at("api/v2/summary.json"));
  CHECK(summary.at_pointer("/status/indicator") == "minor");
  CHECK(summary.at_pointer("/components/1/status") == "degraded_performance");
  CHECK(summary.at_pointer("/components/1/x_state") == "Unknown");
}

TEST_CASE("what was posted of a cluster that is gone can still be read") {
  Fixture it;
  it.incidents = {{9, "Cluster C", {{"c", Service::Imap}}, {{1, kNow, State::Offline, "words"}}}};
  CHECK(front_page(it.sight()).contains("Incident 9 &middot; Cluster C"));
  CHECK(api_files(it.sight()).at("api/v2/incidents.json").contains("c-imap"));
  const Board nothing({});
  const Sight empty{nothing, it.incidents, it.zone, "t", "", kNow, kNow};
  CHECK(front_page(empty).contains("The state is unknown"));
  CHECK(all_files(empty).contains("incidents/9.html"));
}

TEST_CASE("the banner names what is not well, and each state has a sign of its own") {
  Fixture it;
  const auto say = [&](const char* cluster, Service service, State state) { it.board.say({cluster, service}, state, kNow); };
  say("a", Service::Imap, State::Degraded);
  say("b", Service::Provisioning, State::Offline);
  say("b", Service::Pop, State::InMaintenance);
  const auto page = front_page(it.sight());
  CHECK(page.contains("<h2>Some services are offline</h2>"));
  CHECK(page.contains("<li>" + state_mark(State::Degraded) + "Cluster A: IMAP</li>"));
  CHECK(page.contains("<li>" + state_mark(State::Offline) + "Cluster B: Provisioning</li>"));
  CHECK(page.contains("<li>" + state_mark(State::InMaintenance) + "Cluster B: POP</li>"));
  CHECK(page.contains("<small>since <time datetime=\"2009-11-04T16:00:00.000Z\">"));
  std::set<std::string_view> signs{state_sign(std::nullopt)};
  for (const auto state : {State::Online, State::Degraded, State::InMaintenance, State::Offline}) signs.insert(state_sign(state));
  CHECK(signs.size() == 5);
  for (const auto& component : it.board.components()) it.board.say(component, State::Offline, kNow);
  CHECK(front_page(it.sight()).contains("<h2>All services are offline</h2>"));
}

TEST_CASE("maintenance is told as that: by its name, in its own section and in the API's own list") {
  Fixture it;
  it.incidents = {incident(8, {{1, kNow - 60s, State::InMaintenance, "firmware"}}),
                  incident(7, {{1, kNow - 600s, State::InMaintenance, "old"}, {2, kNow - 500s, State::Online, "done"}})};
  const auto page = front_page(it.sight());
  CHECK(page.contains("<h2>Maintenance in progress</h2>"));
  CHECK(page.contains("Maintenance 8 &middot;"));
  CHECK_FALSE(page.contains("<h2>Current incidents</h2>"));
  const auto files = api_files(it.sight());
  CHECK(json::parse(files.at("api/v2/incidents.json")).at("incidents").as_array().empty());
  const auto summary = json::parse(files.at("api/v2/summary.json"));
  CHECK(summary.at("incidents").as_array().empty());
  CHECK(summary.at("scheduled_maintenances").as_array().size() == 1);
  CHECK(summary.at_pointer("/scheduled_maintenances/0/status") == "in_progress");
  CHECK(summary.at_pointer("/scheduled_maintenances/0/impact") == "maintenance");
  CHECK(summary.at_pointer("/scheduled_maintenances/0/scheduled_for") == "2009-11-04T15:59:00.000Z");
  const auto all = json::parse(files.at("api/v2/scheduled-maintenances.json")).at("scheduled_maintenances").as_array();
  REQUIRE(all.size() == 2);
  CHECK(all[1].at("status") == "completed");
}

TEST_CASE("the archive has a page for each year") {
  Fixture it;
  it.incidents = {incident(8, {{1, kNow, State::Online, "this year"}}), incident(7, {{1, kNow - 24h * 400, State::Online, "last year"}})};
  const auto files = all_files(it.sight());
  CHECK(files.at("archive.html") == files.at("archive/2009.html"));
  CHECK(files.at("archive.html").contains("<a href=\"/archive/2008\">2008</a>"));
  CHECK_FALSE(files.at("archive.html").contains("last year"));
  CHECK(files.at("archive/2008.html").contains("last year"));
}

TEST_CASE("what is over does not change with the heartbeat; what tells of now does") {
  Fixture it;
  it.incidents = {incident(8, {{1, kNow, State::Degraded, "open"}}), incident(7, {{1, kNow - 60s, State::Online, "closed"}})};
  const auto before = all_files(it.sight());
  const auto after = all_files(it.sight(kNow + 30s));
  const auto live = live_files(it.sight());
  for (const auto& [path, text] : before) {
    CAPTURE(path);
    CHECK((live.contains(path) || text == after.at(path)));
  }
  CHECK(before.at("index.html") != after.at("index.html"));
  CHECK(before.at("incidents/8.html") != after.at("incidents/8.html"));
}

TEST_CASE("the API has Statuspage's shapes") {
  Fixture it;
  it.board.find({"b", Service::Imap}, Finding::Failed, "", kNow);
  it.board.find({"b", Service::Imap}, Finding::Failed, "", kNow);
  it.incidents = {incident(7, {{1, kNow, State::Degraded, "words"}})};
  const auto files = api_files(it.sight());
  const auto summary = json::parse(files.at("api/v2/summary.json"));
  CHECK(summary.at_pointer("/status/indicator") == "major");
  CHECK(summary.at_pointer("/status/description") == "Partial System Outage");
  CHECK(summary.at_pointer("/page/url") == "https://status.example");
  CHECK(summary.at_pointer("/page/updated_at") == "2009-11-04T16:00:00.000Z");
  CHECK(summary.at("scheduled_maintenances").as_array().empty());
  const auto& components = summary.at("components").as_array();
  REQUIRE(components.size() == 10);
  CHECK(components[0].at("group") == true);
  CHECK(components[0].at("status") == "operational");
  CHECK(components[5].at("status") == "partial_outage");
  CHECK(components[7].at("id") == "b-imap");
  CHECK(components[7].at("status") == "major_outage");
  CHECK(components[7].at("x_state") == "Offline");
  CHECK(summary.at_pointer("/incidents/0/x_number") == 7);
  CHECK(summary.at_pointer("/incidents/0/incident_updates/0/x_update_no") == 1);
  CHECK(summary.at_pointer("/incidents/0/impact") == "minor");
  CHECK(summary.at_pointer("/incidents/0/shortlink") == "https://status.example/incidents/7");
  CHECK(summary.at_pointer("/incidents/0/incident_updates/0/affected_components/0/code") == "a-imap");
  const auto has = [](const json::value& object, std::initializer_list<const char*> names) {
    for (const char* const name : names) CHECK_MESSAGE(object.as_object().contains(name), name);
  };
  has(summary.at("page"), {"id", "name", "url", "time_zone", "updated_at"});
  for (const auto& component : components)
    has(component, {"id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "start_date", "group_id", "page_id",
                    "group", "only_show_if_degraded"});
  has(summary.at_pointer("/incidents/0"), {"id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink",
                                           "started_at", "page_id", "incident_updates", "components", "reminder_intervals"});
  has(summary.at_pointer("/incidents/0/incident_updates/0"), {"id", "status", "body", "incident_id", "created_at", "updated_at", "display_at",
                                                              "affected_components", "deliver_notifications", "custom_tweet", "tweet_id"});
}

TEST_CASE("the server gives files by their addresses, and nothing else") {
  Fixture it;
  it.incidents = {incident(7, {{1, kNow, State::Online, "words"}})};
  const auto files = all_files(it.sight());
  struct Case {
    const char* name;
    const char* method;
    const char* target;
    unsigned status;
    const char* type;
  };
  constexpr Case kCases[] = {
      {"front", "GET", "/", 200, "text/html; charset=utf-8"},
      {"front with a query", "GET", "/?x=1", 200, "text/html; charset=utf-8"},
      {"archive", "GET", "/archive", 200, "text/html; charset=utf-8"},
      {"summary", "HEAD", "/api/v2/summary.json", 200, "application/json"},
      {"style", "GET", "/page.css", 200, "text/css; charset=utf-8"},
      {"year", "GET", "/archive/2009", 200, "text/html; charset=utf-8"},
      {"icon", "GET", "/icon.svg", 200, "image/svg+xml"},
      {"no such page", "GET", "/nothing", 404, "text/html; charset=utf-8"},
      {"no such file of the API", "GET", "/api/v2/nothing.json", 404, "text/plain; charset=utf-8"},
      {"up and out", "GET", "/../status.db", 404, "text/html; charset=utf-8"},
      {"other method", "POST", "/", 405, "text/plain; charset=utf-8"},
      {"no path", "GET", "http://else/", 400, "text/plain; charset=utf-8"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto response = serve_file(files, {row.method, row.target, {}, {}, {}});
    CHECK(response.status == row.status);
    CHECK(response.field("Content-Type") == row.type);
  }
  CHECK(serve_file(files, {"GET", "/api/v2/summary.json", {}, {}, {}}).field("access-control-allow-origin") == "*");
  CHECK(serve_file(files, {"GET", "/", {}, {}, {}}).field("content-security-policy").contains("default-src 'none'"));
  CHECK(serve_file(files, {"GET", "/nothing", {}, {}, {}}).field("cache-control") == "no-store");
  CHECK(serve_file(files, {"GET", "/api/v2/nothing.json", {}, {}, {}}).field("access-control-allow-origin") == "*");
}

TEST_CASE("what a reader has already is not sent again") {
  Fixture it;
  const auto files = all_files(it.sight());
  const auto first = serve_file(files, {"GET", "/page.css", {}, {}, {}});
  const std::string tag(first.field("etag"));
  CHECK(tag.size() > 2);
  const auto again = serve_file(files, {"GET", "/page.css", {{"If-None-Match", tag}}, {}, {}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(serve_file(files, {"GET", "/page.js", {{"If-None-Match", tag}}, {}, {}}).status == 200);
}
