#include "omad/migration_methods.h"

#include <doctest/doctest.h>

#include "migration/calls.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

// Mailboxes ann and bob of example.com, and a cluster that takes migrations and works on none.
struct Pulled : Face {
  Pulled() {
    make_domain("example.com");
    for (const char* user : {"ann", "bob"}) ok("change_user", R"({"user":")" + std::string(user) + R"(@example.com","attributes":{"password":"correct horse"}})");
    control.reach.on_call = [this](const std::string& cluster, const std::string& method, const std::string& params) -> Result<std::string> {
      if (cluster != "a" && method != migration::call::kStatus) return to_json(migration::ListPage{});
      if (method == migration::call::kAdd) return add(params);
      if (method == migration::call::kList || method == migration::call::kRunning) return list(params);
      const auto id = migration::id_of(params).value();
      for (const auto& each : standings)
        if (each.item.id == id) return method == migration::call::kTrace ? migration::trace_to_json("2026-11-25T09:38:35Z begun\n") : to_json(each);
      return fail(Fault::NotFound, "there is no such migration", "NONEXISTENT");
    };
  }
  Result<std::string> add(const std::string& params) {
    migration::Added added;
    for (const auto& each : migration::additions_of(params).value()) {
      passwords.push_back(std::string(each.password.text()));
      migration::Standing standing{.item = each.item, .state = migration::State::Running, .added_at = Time(std::chrono::seconds(1'800'000'000)), .busy_ms = 1000};
      standing.report.folders.push_back({.source = "Sent Mail", .target = "Sent", .seen = 5, .added = 3, .there = 1, .skipped = 1, .octets = 2048});
      standings.push_back(std::move(standing));
      added.emplace_back(each.item.id);
    }
    return migration::to_json(added);
  }
  Result<std::string> list(const std::string& params) {
    const auto request = migration::list_request_of(params).value();
    migration::ListPage page;
    for (auto each : standings) {
      if (!request.job.empty() && each.item.job != request.job) continue;
      each.report.folders = {each.report.total()};
      page.standings.push_back(std::move(each));
    }
    return to_json(page);
  }
  std::vector<migration::Standing> standings;
  std::vector<std::string> passwords;
};

const char* const kAnn = R"({"local":"ann@example.com","remote":"ann@far.example","password":"far","server":"mail.far.example:143","method":"imap4",
                            "skip":["Junk"],"translate":{"Sent Mail":"Sent"}})";

}  // namespace

TEST_CASE("a migration is added and told of: jobs, status, trace, threads") {
  Pulled face;
  const auto added = face.ok("migration_add", R"({"job":"spring","users":[)" + std::string(kAnn) + "]}");
  CHECK(added.at("job") == "spring");
  CHECK(added.at("users").at(0).at("success").as_bool());
  REQUIRE(face.standings.size() == 1);
  const auto& item = face.standings[0].item;
  CHECK(item.remote.method == migration::Method::Imap4);
  CHECK(item.remote.port == 143);
  CHECK(item.skip == std::vector<std::string>{"Junk"});
  CHECK(item.translate == std::map<std::string, std::string>{{"Sent Mail", "Sent"}});
  CHECK(face.passwords == std::vector<std::string>{"far"});

  const auto jobs = face.ok("migration_jobs", "{}");
  CHECK(jobs.at("jobs").at(0).at("job") == "spring");
  CHECK(jobs.at("jobs").at(0).at("date").to_number<int>() == 1'800'000'000);
  CHECK(jobs.at("complete").as_bool());

  const auto status = face.ok("migration_status", R"({"job":"spring"})");
  CHECK(status.at("rate") == "2.000 KiB/s");
  const auto& data = status.at("users").at(0).at("data");
  CHECK(data.at("config").at("server") == "mail.far.example:143");
  CHECK(data.at("folders").at("Sent Mail").at("migrate_count").to_number<int>() == 3);
  CHECK(data.at("status").at("skip_count").to_number<int>() == 1);
  CHECK(data.at("status").at("state") == "running");
  CHECK(status.at("users").at(0).at("user") == "ann@example.com");

  CHECK(face.ok("migration_trace", R"({"job":"spring","user":"ANN@example.com"})").at("trace") == "2026-11-25T09:38:35Z begun\n");
  CHECK(face.ok("migration_threads", "{}").at("threads").at(0).at("job") == "spring");
}

TEST_CASE("each user of a migration alone is taken or refused") {
  Pulled face;
  const auto got = face.ok("migration_add", R"({"users":[{"local":"ann@elsewhere.test","remote":"x","password":"y","server":"mail.far.example"},)" + std::string(kAnn) + "]}");
  CHECK(got.at("job").as_string().starts_with("j"));
  CHECK(got.at("users").at(0).at("error_number").to_number<int>() == 9);
  CHECK(got.at("users").at(1).at("success").as_bool());

  const std::pair<const char*, int> kCases[] = {
      {R"({})", 5},
      {R"({"users":[]})", 6},
      {R"({"users":"x"})", 5},
      {R"({"users":[1]})", 5},
      {R"({"users":[{"local":"ann@example.com","remote":"x","password":"y"}]})", 5},
      {R"({"users":[{"local":"ann@example.com","remote":"x","password":"y","server":"mail.far.example","moon":1}]})", 6},
      {R"({"users":[{"local":"ann@example.com","remote":"x","password":"y","server":"a b"}]})", 6},
      {R"({"users":[{"local":"ann@example.com","remote":"x","password":"y","server":"h","method":"nntp"}]})", 6},
      {R"({"users":[{"local":"ann@example.com","remote":"x","password":"y","server":"h","translate":{"a":1.5}}]})", 6},
      {R"({"users":[{"local":"zoe@example.com","remote":"x","password":"y","server":"h"}]})", 2},
  };
  for (const auto& [members, number] : kCases) {
    CAPTURE(members);
    CHECK(face.error("migration_add", members) == number);
  }
  CHECK(face.standings.size() == 1);
}

TEST_CASE("another's job is told as one that is not there") {
  Pulled face;
  face.ok("migration_add", R"({"job":"spring","users":[)" + std::string(kAnn) + "]}");
  const auto south = control::testing::add_reseller(face.control, "south");
  REQUIRE(face.control.run(face.control.api->companies.put_administrator(control::Caller::system(), "south.adm", "admin", "secret-south")));
  face.user = "admin@south.adm";
  face.password = "secret-south";
  for (const char* method : {"migration_status", "migration_trace"}) {
    CHECK(face.error(method, R"({"job":"spring","user":"ann@example.com"})") == 2);
    CHECK(face.error(method, R"({"job":"autumn","user":"ann@example.com"})") == 2);
  }
  CHECK(face.ok("migration_jobs", "{}").at("jobs").as_array().empty());
  CHECK(face.ok("migration_threads", "{}").at("threads").as_array().empty());
}
