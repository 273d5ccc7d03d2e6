#include "control/statistics_intake.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
using namespace std::chrono_literals;
namespace json = boost::json;
using statistics::Counter;

namespace {

// A domain with a user, of whom the cluster has told something of yesterday and of today.
struct Counted : Face {
  Counted() {
    make_domain("example.com");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse"}})");
    control.settle();
    now = statistics::hour_of(control.loop->clock().now());
    tell(now - 24, {{Counter::MessagesIn, 3}, {Counter::SignInsImap, 2}}, {900, 3});
    tell(now, {{Counter::MessagesIn, 4}, {Counter::SignInsPop, 5}}, {2100, 7});
  }
  void tell(statistics::Hour hour, std::vector<std::pair<Counter, std::uint64_t>> counts, statistics::Storage stored, bool is_wrong = false) {
    const auto row = control.query("SELECT id, domain FROM users WHERE folded = 'joe'")[0];
    statistics::HourReport report{.account = row[0].text(), .hour = hour, .domain = row[1].text(), .now = stored, .is_wrong = is_wrong};
    for (const auto& [counter, count] : counts) report.counts.of(counter) = count;
    const auto cluster = control.query("SELECT cluster FROM domains WHERE name = 'example.com'")[0][0].text();
    REQUIRE(control.run(control.api->source().report(cluster, {{statistics::report_key(report.account, hour), ++version, statistics::report_value(report)}})).has_value());
  }
  json::value last(const json::object& reply, const char* list) { return reply.at("summary").at(list).as_array().back(); }
  http::Response get(const std::string& url) {
    const auto path = url.substr(url.find('/', 8));
    return control.run(service->answer({"GET", path, {}, {}, "192.0.2.9"}));
  }
  std::string snapshot(const std::string& host = "oma.example:443") {
    auto request = json::parse(R"({"type":"domain","object":"example.com"})").as_object();
    request["date"] = statistics::text_of(statistics::Period::Day, statistics::start_of(statistics::Period::Day, now - 24));
    request["credentials"] = {{"user", user}, {"password", password}};
    const auto got = control.run(service->answer({"POST", "/api/stats_snapshot", {{"Host", host}}, json::serialize(request), "192.0.2.1"}));
    const auto reply = json::parse(got.body).as_object();
    return reply.at("success").as_bool() ? std::string(reply.at("snapshot").as_string()) : "error " + std::to_string(reply.at("error_number").as_int64());
  }
  statistics::Hour now = 0;
  std::uint64_t version = 0;
};

}  // namespace

TEST_CASE("stats_summary: by day, week and month, of a user, a domain and a company") {
  Counted face;
  for (const auto& [by, count] : {std::pair{"day", 30U}, {"week", 52U}, {"month", 48U}}) {
    for (const char* whose : {R"("type":"user","object":"joe@example.com")", R"("type":"domain","object":"EXAMPLE.com")", R"("type":"company","object":"north")", R"("x":1)"}) {
      CAPTURE(whose);
      const auto reply = face.ok("stats_summary", std::string("{\"by\":\"") + by + "\"," + whose + "}");
      for (const char* list : {"logins", "messages", "services", "storage", "deleted_users"}) CHECK(reply.at("summary").at(list).as_array().size() == count);
      std::int64_t in = 0, imap = 0;
      for (const auto& each : reply.at("summary").at("messages").as_array()) in += each.at("in").as_int64();
      for (const auto& each : reply.at("summary").at("logins").as_array()) imap += each.at("imap4").as_int64();
      CHECK(in == 7);
      CHECK(imap == 2);
      CHECK(face.last(reply, "storage").at("bytes").to_number<int>() == 2100);
      CHECK(reply.at("under_correction").as_array().empty());
    }
  }
  const auto reply = face.ok("stats_summary", R"({"type":"domain","object":"example.com"})");
  CHECK(face.last(reply, "services").at("mailbox").to_number<int>() == 1);
  CHECK(face.last(reply, "logins").at("pop3").to_number<int>() == 5);
}

TEST_CASE("stats_summary marks what is under correction, with the time until which figures are good") {
  Counted face;
  face.tell(face.now, {{Counter::MessagesIn, 99}}, {2100, 7}, true);
  const auto marked = face.ok("stats_summary", R"({"type":"domain","object":"example.com"})").at("under_correction").as_array();
  REQUIRE(marked.size() == 1);
  CHECK(marked[0].at("good_until").as_int64() == face.now * 3600);
  face.tell(face.now, {{Counter::MessagesIn, 4}}, {2100, 7});
  CHECK(face.ok("stats_summary", R"({"type":"domain","object":"example.com"})").at("under_correction").as_array().empty());
}

TEST_CASE("stats_list and stats_snapshot: periods that are over, as CSV") {
  Counted face;
  const auto lists = face.ok("stats_list", R"({"type":"domain","object":"example.com"})").at("snapshots").as_object();
  REQUIRE(lists.at("day").as_array().size() == 1);
  const auto url = face.snapshot();
  CHECK(url.starts_with("https://oma.example:443/statistics/snapshot?"));
  const auto got = face.get(url);
  CHECK(got.status == 200);
  CHECK(got.field("Content-Type").starts_with("text/csv"));
  CHECK(got.body.starts_with("user,messages_in,"));
  CHECK(got.body.contains("\r\njoe@example.com,3,"));
}

TEST_CASE("a snapshot's address is good for 15 minutes, and can't be altered") {
  Counted face;
  const auto url = face.snapshot();
  auto altered = url;
  altered.replace(altered.find("date="), 15, "date=2026-01-01");
  CHECK(face.get(altered).status == 404);
  CHECK(face.get(url + "0").status == 404);
  CHECK(face.get("https://oma.example/statistics/snapshot").status == 404);
  face.control.world.run_for(14min);
  CHECK(face.get(url).status == 200);
  face.control.world.run_for(2min);
  CHECK(face.get(url).status == 404);
}

TEST_CASE("statistics that can't be") {
  Counted face;
  struct Case {
    const char* method;
    const char* request;
    int number;
  };
  constexpr Case kCases[] = {
      {"stats_summary", R"({"type":"cluster","object":"a"})", 5},
      {"stats_summary", R"({"type":"domain"})", 5},
      {"stats_summary", R"({"by":"year"})", 5},
      {"stats_summary", R"({"type":"user","object":"nobody@example.com"})", 2},
      {"stats_list", R"({"type":"user","object":"joe@example.com"})", 5},
      {"stats_snapshot", R"({"type":"domain","object":"example.com"})", 5},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.request);
    CHECK(face.error(row.method, row.request) == row.number);
  }
  for (const char* host : {"", "a/b", "x y", "evil\" onload"}) CHECK(face.snapshot(host) == "error 5");
}

TEST_CASE("statistics of others are told as those of nobody") {
  Counted face;
  const auto south = control::testing::add_reseller(face.control, "south");
  REQUIRE(face.control.run(face.control.api->domains.create(south.caller, {.name = "south.test", .company = {}, .cluster = {}, .settings = {}})));
  for (const char* method : {"stats_list", "stats_summary", "stats_snapshot"}) {
    for (const auto& [type, theirs, nobodys] : {std::tuple{"domain", "south.test", "nowhere.test"}, {"company", "south", "nowhere"}}) {
      const auto ask = [&, of = type](const std::string& name) {
        auto got = json::parse(face.post(method, std::string(R"({"date":"2026-01-01","type":")") + of + R"(","object":")" + name + "\"}").body).as_object();
        got.erase("audit");
        auto text = json::serialize(got);
        while (text.contains(name)) text.replace(text.find(name), name.size(), "X");
        return text;
      };
      CAPTURE(method);
      CHECK(ask(theirs) == ask(nobodys));
    }
  }
}

TEST_CASE("get_user tells what is stored and when it was last used") {
  Counted face;
  const auto metadata = face.ok("get_user", R"({"user":"joe@example.com"})").at("metadata").as_object();
  CHECK(metadata.at("quota").at("bytes_used").to_number<int>() == 2100);
  CHECK(metadata.at("quota").at("messages_used").to_number<int>() == 7);
  CHECK(metadata.at("last_login").at("imap4").as_int64() == (face.now - 24) * 3600);
  CHECK(metadata.at("last_login").at("pop3").as_int64() == face.now * 3600);
  CHECK(metadata.at("last_login").at("webmail").is_null());
}
