#include <doctest/doctest.h>

#include "control/statistics_intake.h"
#include "control/statistics_verifier.h"
#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using namespace std::chrono_literals;
using statistics::HourReport;

// A reseller with a company below it, a domain each, and users.
struct Town {
  Town() : north(add_reseller(control, "north")), east(add_reseller(control, "east", north.company.id)), south(add_reseller(control, "south")) {
    control.connect();
    make(north.caller, "one.test", {"joe", "ann"});
    make(east.caller, "two.test", {"bob"});
    make(south.caller, "far.test", {"eve"});
    // The middle of a month, so that days, weeks and months differ.
    hour = statistics::start_of(Period::Day, statistics::hour_of(control.loop->clock().now()));
  }
  void make(const Caller& caller, const std::string& domain, const std::vector<std::string>& users) {
    auto& api = *control.api;
    REQUIRE(control.run(api.domains.create(caller, {.name = domain, .company = {}, .cluster = "a", .settings = {}})).has_value());
    REQUIRE(control.run(api.workgroups.create(caller, domain, "staff")).has_value());
    for (const auto& user : users) REQUIRE(control.run(api.users.create(caller, new_mailbox(domain, user))).has_value());
    control.settle();
  }
  std::string id(const std::string& local) { return control.query("SELECT id FROM users WHERE folded = $1", {local})[0][0].text(); }
  std::string domain_of(const std::string& local) { return control.query("SELECT domain FROM users WHERE folded = $1", {local})[0][0].text(); }

  feed::Report report(const std::string& local, Hour at, std::uint64_t version, std::uint64_t messages, statistics::Storage start = {},
                      statistics::Storage now = {}, bool is_wrong = false) {
    HourReport made{.account = local.empty() ? "" : id(local), .hour = at, .domain = local.empty() ? "" : domain_of(local), .start = start, .now = now, .is_wrong = is_wrong};
    made.counts.of(Counter::MessagesIn) = messages;
    made.counts.of(Counter::BytesIn) = messages * 100;
    return {statistics::report_key(made.account, at), version, statistics::report_value(made)};
  }
  void take(std::vector<feed::Report> reports, const std::string& cluster = "a") {
    REQUIRE(control.run(control.api->source().report(cluster, std::move(reports))).has_value());
  }
  StatisticsSummary summary(const Caller& caller, Scope scope, const std::string& object, Period period = Period::Day, std::size_t count = 2) {
    auto made = control.run(control.api->statistics.summary(caller, {scope, object}, period, count));
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().text));
    return *made;
  }
  // Messages in the current period.
  std::int64_t messages(Scope scope, const std::string& object, Period period = Period::Day) {
    return summary(Caller::system(), scope, object, period).rows.back().figure.of(Counter::MessagesIn);
  }
  Statistics::Verified verify() { return control.run(control.api->statistics.verify()).value(); }

  static Options options() {
    auto made = test_options();
    made.statistics_verify_cycle = 1s;
    return made;
  }
  Control control{1, options()};
  Reseller north, east, south;
  Hour hour = 0;
};

TEST_CASE("a report counts once, for all that it is part of") {
  Town town;
  const auto h = town.hour;
  town.take({town.report("joe", h, 5, 3), town.report("bob", h, 2, 4), town.report("", h, 1, 0)});
  CHECK(town.messages(Scope::User, "joe@one.test") == 3);
  CHECK(town.messages(Scope::Domain, "one.test") == 3);
  CHECK(town.messages(Scope::Company, "north.adm") == 7);
  CHECK(town.messages(Scope::Company, "east.adm") == 4);
  CHECK(town.messages(Scope::Company, "south.adm") == 0);
  CHECK(town.messages(Scope::Cluster, "a") == 7);
  CHECK(town.messages(Scope::Cluster, "b") == 0);
  // Again, late, and out of order.
  town.take({town.report("joe", h, 5, 3)});
  town.take({town.report("joe", h, 9, 10)});
  town.take({town.report("joe", h, 7, 8), town.report("joe", h, 9, 10)});
  for (const auto period : statistics::kPeriods) {
    CAPTURE(statistics::period_name(period));
    CHECK(town.summary(Caller::system(), Scope::Domain, "one.test", period, 24 * 8).rows.size() == 24 * 8);
    std::int64_t sum = 0;
    for (const auto& row : town.summary(Caller::system(), Scope::Domain, "one.test", period, 30).rows) sum += row.figure.of(Counter::MessagesIn);
    CHECK(sum == 10);
  }
  town.control.crash();
  CHECK(town.messages(Scope::Company, "north.adm") == 14);
  const auto verified = town.verify();
  CHECK(verified.figures > 20);
  CHECK(verified.wrong == 0);
}

TEST_CASE("what is stored is known for each period") {
  Town town;
  const auto h = town.hour;
  town.take({town.report("joe", h - 24, 1, 1, {0, 0}, {100, 1}), town.report("joe", h, 2, 1, {100, 1}, {250, 2}), town.report("ann", h, 1, 1, {5000, 9}, {5100, 10})});
  const auto rows = town.summary(town.north.caller, Scope::Domain, "one.test", Period::Day, 3).rows;
  CHECK(rows[2].stored == statistics::Storage{5350, 12});
  CHECK(rows[1].stored == statistics::Storage{5100, 10});
  CHECK(rows[0].stored == statistics::Storage{5000, 9});
  CHECK(rows[2].users.at("mailbox") == 2);
  // An older hour, late, says nothing of what is stored now.
  town.take({town.report("joe", h - 1, 3, 1, {90, 1}, {100, 1})});
  CHECK(town.summary(town.north.caller, Scope::User, "joe@one.test").rows.back().stored == statistics::Storage{250, 2});
}

TEST_CASE("the last hour with a sign-in is known, in whatever order reports come") {
  Town town;
  const auto h = town.hour;
  const auto signed_in = [&](Hour at, std::uint64_t imap, std::uint64_t pop) {
    HourReport made{.account = town.id("joe"), .hour = at, .domain = town.domain_of("joe"), .now = {70, 2}};
    made.counts.of(Counter::SignInsImap) = imap;
    made.counts.of(Counter::SignInsPop) = pop;
    town.take({{statistics::report_key(made.account, at), 1, statistics::report_value(made)}});
  };
  const auto use = [&](const std::string& address, const Caller& caller) { return town.control.run(town.control.api->statistics.use(caller, address)); };
  CHECK(use("joe@one.test", town.north.caller)->last_imap == std::nullopt);
  CHECK(use("joe@one.test", town.north.caller)->stored == statistics::Storage{});
  signed_in(h, 1, 0);
  signed_in(h - 5, 2, 2);
  signed_in(h + 1, 0, 0);
  const auto joe = use("JOE@one.test", town.north.caller).value();
  CHECK(joe.last_imap == statistics::time_of(h));
  CHECK(joe.last_pop == statistics::time_of(h - 5));
  CHECK(joe.stored == statistics::Storage{70, 2});
  CHECK(code_of(use("joe@one.test", town.south.caller)) == code_of(use("joe@nowhere.test", town.south.caller)));
  // So it is found.
  const auto found = town.control.run(town.control.api->users.search(town.north.caller, {.domain = "one.test", .order = UserOrder::LastLogin, .is_descending = true})).value();
  CHECK(found.found.rows[0].local == "joe");
  CHECK(found.found.rows[0].last_login == statistics::time_of(h));
}

TEST_CASE("nobody sees others' figures, and no cluster speaks for another's accounts") {
  Town town;
  const auto h = town.hour;
  town.take({town.report("joe", h, 1, 3)});
  auto& api = *town.control.api;
  const auto asked = [&](const Caller& caller, Scope scope, const std::string& object) {
    return code_of(town.control.run(api.statistics.summary(caller, {scope, object}, Period::Day, 1)));
  };
  CHECK(asked(town.north.caller, Scope::Company, "") == "ok");
  CHECK(asked(town.north.caller, Scope::Company, "east.adm") == "ok");
  CHECK(asked(town.east.caller, Scope::Company, "north.adm") == asked(town.east.caller, Scope::Company, "nowhere.adm"));
  CHECK(asked(town.south.caller, Scope::Domain, "one.test") == asked(town.south.caller, Scope::Domain, "nowhere.test"));
  CHECK(asked(town.south.caller, Scope::User, "joe@one.test") == asked(town.south.caller, Scope::User, "joe@nowhere.test"));
  CHECK(asked(town.north.caller, Scope::User, "nobody@one.test") == "NO_USER");
  CHECK(asked(town.north.caller, Scope::Cluster, "a") == "NOT_ALLOWED");
  CHECK(code_of(town.control.run(api.statistics.snapshot(town.south.caller, {Scope::Domain, "one.test"}, "2026-01-01"))) == "NO_DOMAIN");
  town.take({town.report("joe", h, 99, 1'000'000)}, "b");
  CHECK(town.messages(Scope::User, "joe@one.test") == 3);
  CHECK(town.messages(Scope::Cluster, "b") == 0);
}

TEST_CASE("what is no report of counters changes nothing, and does not hold up the others") {
  Town town;
  const auto h = town.hour;
  town.take({{"statistics/x", 1, "{}"}, {"statistics/" + town.id("joe") + "/" + std::to_string(h), 1, "[]"}, {"statistics-as-of", 1, "\"never\""},
             {"statistics-as-of", 2, "99999999999999999"}, town.report("joe", h + 1000, 1, 5), town.report("joe", h - 24 * 60, 1, 5),
             {town.report("joe", h, UINT64_MAX, 5)}, town.report("ann", h, 1, 2), {"usage/a", 1, "{}"}});
  CHECK(town.messages(Scope::Company, "north.adm") == 2);
  CHECK(town.control.query("SELECT count(*) FROM reports")[0][0].number() == 1);
  CHECK_FALSE(town.summary(Caller::system(), Scope::Cluster, "a").as_of.has_value());
  town.take({{"statistics-as-of", 1'700'000'000, "1700000000"}, {"statistics-as-of", 1'600'000'000, "1600000000"}});
  CHECK(town.summary(Caller::system(), Scope::Cluster, "a").as_of == Time(std::chrono::seconds(1'700'000'000)));
  CHECK(town.summary(town.north.caller, Scope::Company, "").as_of == Time(std::chrono::seconds(1'700'000'000)));
}

TEST_CASE("a figure that was altered is found, marked, and put right within a cycle") {
  Town town;
  const auto h = town.hour;
  for (int i = 0; i < 50; ++i) town.take({town.report("joe", h - i, 1, 1), town.report("bob", h - 3 * i, 1, 2)});
  REQUIRE(town.verify().wrong == 0);
  const auto one = town.domain_of("joe");
  struct Case {
    const char* what;
    std::string statement;
    Scope scope;
    std::string object;
    Period period;
  };
  const std::string set = "UPDATE statistics SET messages_in = messages_in + 5 WHERE start = (SELECT max(start) FROM statistics WHERE period = ";
  const auto at = [&](const std::string& period, const std::string& scope, const std::string& object) {
    return set + "'" + period + "') AND period = '" + period + "' AND scope = '" + scope + "' AND object = '" + object + "'";
  };
  const Case cases[] = {
      {"a user's hour", at("hour", "user", town.id("joe")), Scope::User, "joe@one.test", Period::Hour},
      {"a domain's hour", at("hour", "domain", one), Scope::Domain, "one.test", Period::Hour},
      {"a domain's day", at("day", "domain", one), Scope::Domain, "one.test", Period::Day},
      {"a company's week", at("week", "company", town.north.company.id), Scope::Company, "north.adm", Period::Week},
      {"a cluster's month", at("month", "cluster", "a"), Scope::Cluster, "a", Period::Month},
      {"a day that is gone", "DELETE FROM statistics WHERE period = 'day' AND scope = 'domain' AND object = '" + one + "'", Scope::Domain, "one.test", Period::Day},
      {"a month that nothing makes", "UPDATE statistics SET object = 'm' WHERE period = 'month' AND scope = 'user' AND object = '" + town.id("joe") + "'", Scope::User, "joe@one.test", Period::Month},
  };
  const auto all = [&] { return town.control.query("SELECT * FROM statistics ORDER BY scope, object, period, start"); };
  const auto before = all();
  for (const auto& each : cases) {
    CAPTURE(each.what);
    town.control.stop();  // one writes at a time
    REQUIRE(town.control.database.connect(sql::Access::Write).value()->run(each.statement).has_value());
    REQUIRE(town.control.start());
    CHECK(all() != before);
    // Marked while it is wrong, and for a while.
    bool was_marked = false;
    auto verifying = std::make_shared<std::optional<Statistics::Verified>>();
    town.control.loop->spawn([](Api* api, std::shared_ptr<std::optional<Statistics::Verified>> made) -> io::Task<void> {
      *made = (co_await api->statistics.verify()).value();
    }(town.control.api.get(), verifying), "verify");
    for (int i = 0; i < 1000 && !*verifying; ++i) {
      town.control.world.run_for(100ms);
      const auto row = town.summary(Caller::system(), each.scope, each.object, each.period, 3).rows.back();
      was_marked = was_marked || row.under_correction.has_value();
      if (row.under_correction) CHECK(row.under_correction->good_until <= town.control.loop->clock().now());
    }
    REQUIRE(verifying->has_value());
    CHECK(was_marked);
    CHECK((*verifying)->wrong > 0);
    CHECK((*verifying)->mended == (*verifying)->wrong);
    CHECK(all() == before);
    CHECK_FALSE(town.summary(Caller::system(), each.scope, each.object, each.period, 3).rows.back().under_correction.has_value());
    CHECK(town.verify().wrong == 0);
  }
  // However slow the cycle that runs without end is, and without waiting for its end.
  town.control.loop->spawn(town.control.api->statistics.verifier().run(), "verifier");
  town.control.world.run_for(10s);
  CHECK(town.verify().is_done);
  const auto begun = town.control.run(town.control.api->statistics.verify(0, 0s)).value();
  CHECK_FALSE(begun.is_done);
  CHECK(town.control.run(town.control.api->statistics.verify(begun.number, 1h))->is_done);
  CHECK_FALSE(town.control.run(town.control.api->statistics.verify(begun.number - 1, 1h)));
  CHECK(town.control.run(town.control.api->statistics.corrections(100))->size() >= std::size(cases));
}

TEST_CASE("what a cluster says is wrong is marked until it says what is right") {
  Town town;
  const auto h = town.hour;
  town.take({town.report("joe", h, 1, 3), town.report("joe", h - 24, 1, 1)});
  town.take({town.report("joe", h, 2, 3, {}, {}, true)});
  const auto marked = [&](const Caller& caller, Scope scope, const std::string& object) {
    const auto rows = town.summary(caller, scope, object).rows;
    CHECK_FALSE(rows[0].under_correction.has_value());  // the day before is good
    return rows[1].under_correction.has_value();
  };
  const auto everywhere = [&](bool want) {
    CHECK(marked(town.north.caller, Scope::User, "joe@one.test") == want);
    CHECK(marked(town.north.caller, Scope::Domain, "one.test") == want);
    CHECK(marked(town.north.caller, Scope::Company, "") == want);
    CHECK(marked(Caller::system(), Scope::Cluster, "a") == want);
    CHECK_FALSE(marked(town.north.caller, Scope::User, "ann@one.test"));
    CHECK_FALSE(marked(town.north.caller, Scope::Company, "east.adm"));
  };
  everywhere(true);
  town.verify();  // control can't know better
  everywhere(true);
  town.control.crash();
  everywhere(true);
  town.take({town.report("joe", h, 3, 2)});
  everywhere(false);
  CHECK(town.messages(Scope::Company, "north.adm") == 2);
}

TEST_CASE("figures equal a fold of the reports, whatever comes in whatever order, and crashes") {
  for (std::uint64_t seed = 1; seed <= (sql::testing::server().empty() ? 8 : 2); ++seed) {
    CAPTURE(seed);
    Town town;
    simulated::Random random(seed);
    std::map<std::pair<std::string, Hour>, std::pair<std::uint64_t, std::uint64_t>> newest;  // version, messages
    const std::vector<std::string> users = {"joe", "ann", "bob", "eve"};
    std::vector<feed::Report> sent;
    for (int step = 0; step < 60; ++step) {
      std::vector<feed::Report> reports;
      for (std::uint64_t i = random.between(1, 8); i > 0; --i) {
        const auto& user = users[random.below(users.size())];
        const auto at = town.hour - static_cast<Hour>(random.below(24 * 34));
        const auto version = random.between(1, 20);
        const auto messages = version * 7 % 13;  // the same of the same version
        reports.push_back(town.report(user, at, version, messages, {version, 1}, {version * 3, 2}));
        auto& known = newest[{user, at}];
        if (version > known.first) known = {version, messages};
      }
      if (!sent.empty() && random.once_in(3)) reports.push_back(sent[random.below(sent.size())]);
      sent.insert(sent.end(), reports.begin(), reports.end());
      town.take(std::move(reports));
      if (random.once_in(12)) town.control.crash();
    }
    std::uint64_t total = 0;
    for (const auto& [whose, known] : newest) total += known.second;
    std::int64_t counted = 0;
    for (const auto& row : town.summary(Caller::system(), Scope::Cluster, "a", Period::Month, 4).rows) counted += row.figure.of(Counter::MessagesIn);
    CHECK(counted == static_cast<std::int64_t>(total));
    CHECK(town.verify().wrong == 0);
  }
}

TEST_CASE("a snapshot is had by a link that is good for a quarter of an hour") {
  Town town;
  const auto yesterday = town.hour - 24;
  town.take({town.report("joe", yesterday, 1, 3), town.report("bob", yesterday, 1, 4), town.report("joe", town.hour, 1, 1), {"statistics-as-of", 1'700'000'000, "1700000000"}});
  auto& api = *town.control.api;
  const auto lists = town.control.run(api.statistics.list(town.north.caller, {Scope::Company, ""})).value();
  const auto date = statistics::text_of(Period::Day, yesterday);
  CHECK(lists.days == std::vector<std::string>{date});
  const auto link = town.control.run(api.statistics.snapshot(town.north.caller, {Scope::Company, ""}, date)).value();
  const auto csv = town.control.run(api.statistics.open(link.path)).value();
  CHECK(csv.starts_with("domain,messages_in,bytes_in,"));
  CHECK(csv.find("\r\none.test,3,300,") != std::string::npos);
  CHECK(csv.find("\r\ntwo.test,4,400,") != std::string::npos);
  CHECK(csv.find("\r\n(all),7,700,") != std::string::npos);
  CHECK(csv.find("far.test") == std::string::npos);
  CHECK(csv.find(",bytes_grown,messages_grown,as_of,under_correction\r\n") != std::string::npos);
  CHECK(csv.ends_with(",2023-11-14T22:13:20Z,\r\n"));
  const auto of_domain = town.control.run(api.statistics.snapshot(town.north.caller, {Scope::Domain, "one.test"}, date)).value();
  CHECK(town.control.run(api.statistics.open(of_domain.path)).value().find("\r\njoe@one.test,3,300,") != std::string::npos);

  const auto opened = [&](const std::string& path) { return code_of(town.control.run(api.statistics.open(path))); };
  for (std::size_t at = 0; at < link.path.size(); ++at) {
    auto altered = link.path;
    altered[at] = altered[at] == '1' ? '2' : '1';
    CHECK(opened(altered) != "ok");
  }
  for (const auto* const path : {"", "/", "/statistics/snapshot", "/statistics/snapshot?", "/statistics/snapshot?&sign=", "/statistics/snapshot?sign=x&sign=y"}) CHECK(opened(path) != "ok");
  CHECK(code_of(town.control.run(api.statistics.snapshot(town.north.caller, {Scope::Company, ""}, statistics::text_of(Period::Day, town.hour)))) != "ok");
  CHECK(code_of(town.control.run(api.statistics.snapshot(town.north.caller, {Scope::User, "joe@one.test"}, date))) != "ok");
  CHECK(code_of(town.control.run(api.statistics.snapshot(town.north.caller, {Scope::Company, ""}, "2026-02-30"))) != "ok");
  CHECK(opened(link.path) == "ok");
  town.control.world.run_for(15min);
  CHECK(opened(link.path) != "ok");
}

TEST_CASE("what is older than is kept goes, and counts no more") {
  Town town;
  for (int i = 0; i < 40; ++i) town.take({town.report("joe", town.hour - 24 * i, 1, 1)});
  CHECK(town.control.query("SELECT count(*) FROM statistics_reports")[0][0].number() == 36);
  town.control.world.run_for(std::chrono::hours(24 * 10));
  town.verify();
  CHECK(town.control.query("SELECT count(*) FROM statistics_reports")[0][0].number() == 26);
  CHECK(town.control.query("SELECT count(*) FROM statistics WHERE period = 'hour' AND scope = 'user'")[0][0].number() == 26);
  CHECK(town.control.query("SELECT count(*) FROM statistics WHERE period = 'day' AND scope = 'user'")[0][0].number() == 36);
  CHECK(town.verify().wrong == 0);
}

}  // namespace
}  // namespace postroad::control
