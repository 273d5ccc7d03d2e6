#include "status/page.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "status/html.h"
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
  Sight sight() const { return {board, incidents, zone, "Example <Mail> Status", kNow}; }
};

Incident incident(std::int64_t number, std::vector<Update> updates) {
  return {number, "Webmail <b>renders</b> wrongly", {{"a", Service::Imap}, {"a", Service::Pop}}, std::move(updates)};
}

}  // namespace

TEST_CASE("times are shown in UTC and in the page's zone, which is named") {
  CHECK(Fixture().zone.text(kNow) == "2009-11-04 16:00 UTC (11:00 GMT-5)");
  CHECK(Fixture().zone.text(kNow - 12h) == "2009-11-04 04:00 UTC (2009-11-03 23:00 GMT-5)");
  CHECK_FALSE(Zone::named("Europe/Atlantis"));
}

TEST_CASE("what operators and probes say is text, never markup") {
  Fixture it;
  it.incidents = {incident(7, {{1, kNow, State::Degraded, "<script>alert(1)</script>\nline two\n\nnext & last"}})};
  for (const auto& page : {front_page(it.sight()), archive_page(it.sight()), incident_page(it.sight(), it.incidents[0])}) {
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
  const auto archive = archive_page(it.sight());
  CHECK(front.contains("first words"));
  CHECK_FALSE(front.contains("closing words"));
  CHECK(archive.find("second words") < archive.find("first words"));
  CHECK(archive.find("first words") < archive.find("closing words"));
}

TEST_CASE("a component that no probe has seen lately is Unknown") {
  Fixture it;
  CHECK_FALSE(front_page(it.sight()).contains("Unknown"));
  const Sight later{it.board, it.incidents, it.zone, "t", kNow + 300s};
  CHECK(front_page(later).contains("<span class=\"state\">Unknown</span>"));
}

TEST_CASE("the API has Statuspage's shapes") {
  Fixture it;
  it.board.find({"b", Service::Imap}, Finding::Failed, "", kNow);
  it.board.find({"b", Service::Imap}, Finding::Failed, "", kNow);
  it.incidents = {incident(7, {{1, kNow, State::Degraded, "words"}})};
  const auto files = api_files(it.sight());
  const auto summary = json::parse(files.at("api/v2/summary.json"));
  CHECK(summary.at_pointer("/status/indicator") == "critical");
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
}

TEST_CASE("the server gives files by their addresses, and nothing else") {
  Fixture it;
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
      {"no such file", "GET", "/nothing", 404, "text/plain; charset=utf-8"},
      {"up and out", "GET", "/../status.db", 404, "text/plain; charset=utf-8"},
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
}
