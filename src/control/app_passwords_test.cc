#include <doctest/doctest.h>

#include "control/app_passwords.h"
#include "control/testing.h"
#include "sasl/password.h"

namespace postroad::control {
namespace {
using namespace testing;

struct Setup : Control {
  Reseller north = add_reseller(*this, "north");
  Reseller south = add_reseller(*this, "south");
  std::string joe;
  Setup() {
    run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(north.caller, "one.test", "staff")).value();
    run(api->users.create(north.caller, new_mailbox("one.test", "joe"))).value();
    settle();
    joe = query("SELECT id FROM users WHERE local = 'joe'")[0][0].text();
  }
  Result<NewAppPassword> add(const std::string& tag) { return run(api->app_passwords.add(north.caller, "one.test", "joe", tag)); }
  const std::vector<std::string>& at_cluster() { return clusters.at("a").app_passwords[joe]; }
};

TEST_CASE_FIXTURE(Setup, "application passwords are made, reach the cluster as digests, and are removed one by one") {
  const auto phone = add("phone").value();
  const auto tablet = add("tablet").value();
  settle();
  REQUIRE(at_cluster().size() == 2);
  CHECK(sasl::verify_password(phone.password, at_cluster()[0]));
  CHECK(sasl::verify_password(tablet.password, at_cluster()[1]));
  CHECK(query("SELECT hash FROM app_passwords WHERE tag = 'phone'")[0][0].text() == at_cluster()[0]);
  CHECK(run(api->app_passwords.list(north.caller, "one.test", "joe"))->size() == 2);
  CHECK(run(api->app_passwords.remove(north.caller, "one.test", "joe", "phone")));
  settle();
  CHECK(at_cluster().size() == 1);
  CHECK(code_of(run(api->app_passwords.remove(north.caller, "one.test", "joe", "phone"))) == code::kNoToken);
  // They let nobody in here.
  CHECK(code_of(run(api->sign_in.verify("joe", "one.test", tablet.password, "test", "192.0.2.9"))) == code::kSignInFailed);
  for (const auto& row : query("SELECT details FROM audit")) {
    CHECK_FALSE(row[0].text().contains(tablet.password));
    CHECK_FALSE(row[0].text().contains("{SHA256}"));
  }
}

TEST_CASE_FIXTURE(Setup, "four at most, each with a tag of its own, for mailboxes that are one's own") {
  for (const auto* const tag : {"a", "b", "c", "d"}) add(tag).value();
  CHECK(code_of(add("e")) == code::kOverLimit);
  CHECK(code_of(add("a")) == "TAG_EXISTS");
  CHECK(code_of(add("")) == code::kBadValue);
  CHECK(code_of(add("x/y")) == code::kBadValue);
  CHECK(code_of(add("x\ny")) == code::kBadValue);
  CHECK(code_of(add(std::string(kTagBytes + 1, 'x'))) == code::kBadValue);
  CHECK(code_of(run(api->app_passwords.add(north.caller, "one.test", "nobody", "x"))) == code::kNoUser);
  CHECK(code_of(run(api->app_passwords.add(south.caller, "one.test", "joe", "x"))) == code::kNoDomain);
  CHECK(code_of(run(api->app_passwords.remove(south.caller, "one.test", "joe", "a"))) == code::kNoDomain);
  CHECK(code_of(run(api->app_passwords.list(south.caller, "one.test", "joe"))) == code::kNoDomain);
}

TEST_CASE_FIXTURE(Setup, "they go with their mailbox, and what a cluster refuses is taken back") {
  add("phone").value();
  settle();
  clusters.at("a").refuses = [](const feed::Change& change) { return change.payload.index() == feed::Payload(feed::SetAppPasswords{}).index() ? std::optional<std::string>("no room") : std::nullopt; };
  add("tablet").value();
  settle();
  CHECK(query("SELECT count(*) FROM app_passwords")[0][0].number() == 1);
  clusters.at("a").refuses = [](const feed::Change&) { return std::nullopt; };
  run(api->users.erase(north.caller, "one.test", "joe", kAnyUser)).value();
  settle();
  CHECK(query("SELECT count(*) FROM app_passwords")[0][0].number() == 0);
  CHECK(broken_integrity(*this) == "");
}

}  // namespace
}  // namespace postroad::control
