#include <doctest/doctest.h>

#include "omad/testing.h"

// A request is accepted whole, or nothing of it is.
using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Whole : Face {
  Whole() {
    ok("change_domain", R"({"domain":"taken.test","attributes":{}})");
    ok("change_domain", R"({"domain":"example.com","attributes":{"limit_users":5,"aliases":["example.net"]}})");
    ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse","aliases":["joey"]}})");
    ok("change_company", R"({"company":"inner","attributes":{"name":"Inner"}})");
  }
  std::int64_t changes() { return control.query("SELECT count(*) FROM changes")[0][0].number(); }
  std::int64_t workgroups() { return control.query("SELECT count(*) FROM workgroups")[0][0].number(); }
  json::object attributes(const std::string& method, const std::string& members) { return ok(method, members).at("attributes").as_object(); }
  // What became of a change by the receipt in an answer.
  std::string state_of(const json::object& answer) {
    const auto view = control.run(control.api->changes.get(reseller.caller, std::string(answer.at("change").as_string())));
    return std::string(control::change_state_name(view.value().state));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Whole, "of a request that fails nothing is done") {
  struct Case {
    const char* name;
    const char* method;
    const char* members;
    int error;
  };
  const Case kCases[] = {
      {"a user without a password", "change_user", R"({"user":"ann@example.com","attributes":{}})", 6},
      {"a user in a new workgroup, with a taken alias", "change_user", R"({"user":"ann@taken.test","attributes":{"password":"correct horse","aliases":["a..b"]}})", 6},
      {"a new domain with a taken alias", "change_domain", R"({"domain":"new.test","create_only":true,"attributes":{"aliases":["taken.test"]}})", 7},
      {"a new domain with a catch-all that is nobody", "change_domain", R"({"domain":"new.test","attributes":{"catchall":"joe"}})", 2},
      {"a new domain of a company that is none", "change_domain", R"({"domain":"new.test","attributes":{"company":"ghost"}})", 9},
      {"a domain with a taken alias", "change_domain", R"({"domain":"example.com","attributes":{"disabled":true,"limit_users":7,"language":"de","aliases":["taken.test"]}})", 7},
      {"a catch-all that is nobody", "change_domain", R"({"domain":"example.com","attributes":{"limit_users":7,"catchall":"nobody"}})", 2},
      {"a move to a company that is none", "change_domain", R"({"domain":"example.com","attributes":{"limit_users":7,"company":"ghost","aliases":[]}})", 4},
      {"a new company with a bad contact", "change_company", R"({"company":"new","attributes":{"contacts":[{"type":"friend","email":"a@b.test"}]}})", 6},
      {"a new company with a bad setting", "change_company", R"({"company":"new","attributes":{"limit_users":7,"filterdelivery":"nowhere"}})", 6},
      {"a company with a bad contact", "change_company", R"({"company":"inner","attributes":{"name":"Changed","limit_users":7,"language":"de","contacts":[{"type":"abuse"}]}})", 6},
      {"a company with a bad address", "change_company", R"({"company":"inner","attributes":{"name":"Changed","stats_mailout":["nobody"]}})", 6},
  };
  for (const auto& [name, method, members, number] : kCases) {
    CAPTURE(name);
    const auto before = changes();
    const auto groups = workgroups();
    const auto projected = control::testing::projection(control);
    CHECK(error(method, members) == number);
    CHECK(changes() == before);
    CHECK(workgroups() == groups);
    CHECK(control::testing::projection(control) == projected);
  }
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Whole, "a domain, all of it at once") {
  const auto made = ok("change_domain", R"({"domain":"new.test","attributes":{"language":"de","disabled":true,"limit_users":3,"limit_aliases":0,"aliases":["new.example","newer.example"],"company":"inner"}})");
  CHECK(made.at("state") == "applied");
  CHECK(state_of(made) == "applied");
  auto got = attributes("get_domain", R"({"domain":"new.test"})");
  CHECK(got.at("disabled") == true);
  CHECK(got.at("limit_users") == 3);
  CHECK(got.at("aliases").as_array().size() == 2);
  CHECK(got.at("company") == "inner");
  const auto changed = ok("change_domain", R"({"domain":"example.com","attributes":{"language":"de","disabled":true,"catchall":"joe@example.com","limit_users":3,"aliases":["example.org"],"company":"inner"}})");
  CHECK(changed.at("state") == "applied");
  got = attributes("get_domain", R"({"domain":"example.com"})");
  CHECK(got.at("language") == "de");
  CHECK(got.at("disabled") == true);
  CHECK(got.at("catchall") == "joe");
  CHECK(got.at("limit_users") == 3);
  CHECK(got.at("aliases") == json::array{"example.org"});
  CHECK(got.at("company") == "inner");
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Whole, "the change that is told stands for all of them") {
  // One of them that the cluster refuses is told as a failure of the request.
  for (auto& [name, cluster] : control.clusters)
    cluster.refuses = [](const feed::Change& change) -> std::optional<std::string> {
      const auto* const put = std::get_if<feed::PutDomain>(&change.payload);
      return put != nullptr && put->domain.name == "one.example" ? std::optional<std::string>("I have it") : std::nullopt;
    };
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"aliases":["one.example","two.example"]}})") == 24);
  control.disconnect();
  const auto changed = ok("change_domain", R"({"domain":"example.com","attributes":{"language":"de","aliases":["example.org","example.info"]}})");
  CHECK(changed.at("state") == "queued");
  CHECK(state_of(changed) == "queued");
  const auto seq = control.query("SELECT seq FROM queue WHERE id = $1", {std::string(changed.at("change").as_string())})[0][0].number();
  CHECK(control.query("SELECT count(*) FROM edges WHERE change = $1", {seq})[0][0].number() >= 3);
  // A company's, of both its clusters.
  const auto told = ok("change_company", R"({"company":"north","attributes":{"spamtag":"[spam]"}})");
  CHECK(told.at("state") == "queued");
  CHECK(control.query("SELECT count(*) FROM edges e JOIN queue q ON q.seq = e.change WHERE q.id = $1", {std::string(told.at("change").as_string())})[0][0].number() == 2);
  control.settle();
  CHECK(state_of(changed) == "applied");
  CHECK(state_of(told) == "applied");
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Whole, "clients that send back all that they were told change nothing by it") {
  ok("change_domain", R"({"domain":"example.com","attributes":{"language":"de","filtermx":"mx.far.test:25","catchall":"joe","timezone":"Europe/Berlin","spamlevel":"High"}})");
  ok("change_user", R"({"user":"fwd@example.com","attributes":{"type":"forward","forward_recipients":["a@b.test"]}})");
  ok("change_user", R"({"user":"filter@example.com","attributes":{"type":"filter","password":"correct horse"}})");
  ok("change_user", R"({"user":"away@example.com","attributes":{"password":"correct horse","autoresponder":"Away.","delivery_autoresponder":true,"forward_recipients":["a@b.test"],"delivery_local":true}})");
  ok("change_company", R"({"company":"inner","attributes":{"limit_users":3,"language":"de","contacts":[{"type":"abuse","email":"a@b.test"}]}})");
  struct Case {
    const char* what;
    const char* name;
  };
  for (const auto& [what, name] : {Case{"domain", "example.com"}, {"user", "joe@example.com"}, {"user", "fwd@example.com"}, {"user", "filter@example.com"}, {"user", "away@example.com"}, {"company", "inner"}, {"company", "north"}}) {
    CAPTURE(name);
    const json::object asked{{what, name}};
    const auto told = attributes(std::string("get_") + what, json::serialize(asked));
    ok(std::string("change_") + what, json::serialize(json::object{{what, name}, {"attributes", told}}));
    CHECK(attributes(std::string("get_") + what, json::serialize(asked)) == told);
  }
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"domain":"other.test"}})") == 6);
  CHECK(error("change_user", R"({"user":"joe@example.com","attributes":{"account":"ann@example.com"}})") == 6);
  CHECK(error("change_company", R"({"company":"inner","attributes":{"company":"other"}})") == 6);
  CHECK(control::testing::broken_integrity(control) == "");
}

TEST_CASE_FIXTURE(Whole, "who may change a domain's settings alone can send back the rest of it") {
  REQUIRE(control.run(control.api->administrators.create(reseller.caller, {"north.adm", "kim"}, "secret-kim-1")));
  ok("set_role", R"({"user":"kim@north.adm","role":"domain","object":"example.com"})");
  user = "kim@north.adm";
  password = "secret-kim-1";
  auto told = attributes("get_domain", R"({"domain":"example.com"})");
  told["language"] = "de";
  ok("change_domain", json::serialize(json::object{{"domain", "example.com"}, {"attributes", told}}));
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"limit_users":500}})") == 4);
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"disabled":true}})") == 4);
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"aliases":[]}})") == 4);
  CHECK(error("change_domain", R"({"domain":"example.com","attributes":{"company":"inner"}})") == 4);
}
