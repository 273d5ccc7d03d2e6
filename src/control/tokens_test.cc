#include <doctest/doctest.h>

#include <set>

#include "control/testing.h"
#include "sasl/token.h"

namespace postroad::control {
namespace {
using namespace testing;

struct Setup : Control {
  Reseller north = add_reseller(*this, "north");
  Reseller child = add_reseller(*this, "child", north.company.id);
  Setup() {
    run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(north.caller, "one.test", "staff")).value();
    run(api->users.create(north.caller, new_mailbox("one.test", "joe"))).value();
    settle();
  }
  MadeToken make(const Caller& caller, NewToken spec = {}) { return run(api->tokens.make(caller, std::move(spec))).value(); }
  Result<Caller> enter(const std::string& token) { return run(api->sign_in.verify_token(token, "test", "192.0.2.9")); }
};

TEST_CASE("a token lets its holder in, until it ends; only its digest is kept") {
  Setup at;
  const auto made = at.make(at.north.caller, {.duration = std::chrono::seconds(60)});
  const auto caller = at.enter(made.text).value();
  CHECK(caller.id == at.north.caller.id);
  CHECK(caller.name == "admin@north.adm");
  CHECK(at.run(at.api->domains.get(caller, "one.test")));
  CHECK(at.query("SELECT hash FROM tokens")[0][0].text() == sasl::secret_digest(made.text));
  CHECK(code_of(at.enter(made.text.substr(0, made.text.size() - 1))) == code::kSignInFailed);
  CHECK(code_of(at.enter("")) == code::kSignInFailed);
  CHECK(code_of(at.enter(std::string(100'000, 'x'))) == code::kSignInFailed);
  // In a password's place, with the holder's name and no other.
  CHECK(at.run(at.api->sign_in.verify("Admin", "north.adm", made.text, "app", "192.0.2.9")));
  CHECK(code_of(at.run(at.api->sign_in.verify("admin", "child.adm", made.text, "app", "192.0.2.9"))) == code::kSignInFailed);
  at.world.run_for(std::chrono::seconds(61));
  CHECK(code_of(at.enter(made.text)) == code::kSignInFailed);
  // A session that goes on has no more rights either.
  CHECK(code_of(at.run(at.api->domains.get(caller, "one.test"))) == code::kNoDomain);
  at.make(at.north.caller);
  CHECK(at.query("SELECT count(*) FROM tokens")[0][0].number() == 1);  // the old one is purged
}

TEST_CASE("a token may give less than its holder has") {
  Setup at;
  const auto enter = [&](NewToken spec) { return at.enter(at.make(at.north.caller, std::move(spec)).text).value(); };
  const auto reads = enter({.role = "company_ro"});
  CHECK(at.run(at.api->domains.get(reads, "one.test")));
  CHECK(code_of(at.run(at.api->domains.change(reads, "one.test", {}))) == code::kNotAllowed);
  const auto below = enter({.role = "company", .object = "child.adm"});
  CHECK(code_of(at.run(at.api->domains.get(below, "one.test"))) == code::kNoDomain);
  CHECK(at.run(at.api->companies.change(below, "child.adm", {})));
  CHECK(code_of(at.run(at.api->companies.change(below, "north.adm", {}))) == code::kNoCompany);
  const auto domain = enter({.role = "domain", .object = "one.test"});
  CHECK(at.run(at.api->domains.change(domain, "one.test", {})));
  CHECK(code_of(at.run(at.api->domains.set_disabled(domain, "one.test", true))) == code::kNotAllowed);
  const auto group = enter({.role = "workgroup", .object = "one.test/staff"});
  CHECK(code_of(at.run(at.api->domains.get(group, "one.test"))) == code::kNoDomain);
  CHECK(at.run(at.api->users.get(group, "one.test", "joe", kAnyUser)));
  // A password is not set by what gives less.
  UserSettings password;
  password.password = "another secret";
  CHECK(code_of(at.run(at.api->administrators.set_password(reads, "north.adm", "admin", "another secret"))) == code::kNotAllowed);
  // Nor is a wider or a longer token made of it.
  CHECK(code_of(at.run(at.api->tokens.make(reads, {.role = "company"}))) == code::kNotAllowed);
  const auto made = at.make(reads, {.duration = std::chrono::hours(1000)});
  CHECK(code_of(at.run(at.api->domains.change(at.enter(made.text).value(), "one.test", {}))) == code::kNotAllowed);
  CHECK(made.expires_at <= at.loop->clock().now() + std::chrono::hours(24));
}

TEST_CASE("tokens are revoked, and those that were made by them") {
  Setup at;
  const auto first = at.make(at.north.caller, {.reason = "billing"});
  const auto by = at.enter(first.text).value();
  const auto second = at.make(by);
  CHECK(at.run(at.api->tokens.list(at.north.caller, "", "", {}))->rows.size() == 2);
  CHECK(code_of(at.run(at.api->tokens.revoke(at.child.caller, first.id))) == code::kNoToken);
  CHECK(code_of(at.run(at.api->tokens.revoke(at.child.caller, "tnothing"))) == code::kNoToken);
  CHECK(at.run(at.api->tokens.revoke(at.north.caller, first.id)));
  CHECK(code_of(at.enter(first.text)) == code::kSignInFailed);
  CHECK(code_of(at.enter(second.text)) == code::kSignInFailed);
  CHECK(code_of(at.run(at.api->domains.get(by, "one.test"))) == code::kNoDomain);
}

TEST_CASE("a token is made for oneself and for those whose password one may set") {
  Setup at;
  const auto child = at.make(at.north.caller, {.user = "admin", .domain = "child.adm"});
  CHECK(at.enter(child.text)->id == at.child.caller.id);
  CHECK(code_of(at.run(at.api->tokens.make(at.child.caller, {.user = "admin", .domain = "north.adm"}))) == code::kNoCompany);
  CHECK(code_of(at.run(at.api->tokens.make(at.child.caller, {.user = "joe", .domain = "one.test"}))) == code::kNoDomain);
  CHECK(code_of(at.run(at.api->tokens.make(at.north.caller, {.duration = std::chrono::seconds(0)}))) == code::kBadValue);
  CHECK(code_of(at.run(at.api->tokens.make(at.north.caller, {.kind = TokenKind::Session, .duration = std::chrono::seconds(86'401)}))) == code::kBadValue);
  CHECK(code_of(at.run(at.api->tokens.make(at.north.caller, {.role = "king"}))) == code::kBadValue);
  CHECK(code_of(at.run(at.api->tokens.make(at.north.caller, {.text = "short"}))) == code::kBadValue);
  CHECK(at.make(at.north.caller, {.text = "chosen by the caller"}).text == "chosen by the caller");
  CHECK(code_of(at.run(at.api->tokens.make(at.child.caller, {.text = "chosen by the caller"}))) == code::kBadValue);
  // Who has no role can have a token, and it opens nothing here.
  CHECK(code_of(at.enter(at.make(at.north.caller, {.user = "joe", .domain = "one.test"}).text)) == code::kSignInFailed);
  CHECK(at.run(at.api->users.erase(at.north.caller, "one.test", "joe", kAnyUser)));
}

TEST_CASE("a sign-on token is good once, for a session") {
  Setup at;
  const auto made = at.make(at.north.caller, {.kind = TokenKind::SignOn, .duration = std::chrono::seconds(60), .role = "company_ro"});
  CHECK(code_of(at.enter(made.text)) == code::kSignInFailed);
  const auto on = at.run(at.api->sign_in.sign_on(made.text, "test", "192.0.2.9")).value();
  CHECK(at.run(at.api->domains.get(on.caller, "one.test")));
  CHECK(code_of(at.run(at.api->domains.change(on.caller, "one.test", {}))) == code::kNotAllowed);
  CHECK(at.enter(on.session.text)->id == at.north.caller.id);
  CHECK(code_of(at.run(at.api->sign_in.sign_on(made.text, "test", "192.0.2.9"))) == code::kSignInFailed);
  CHECK(code_of(at.run(at.api->sign_in.sign_on(on.session.text, "test", "192.0.2.9"))) == code::kSignInFailed);
}

TEST_CASE("who is to sign in by tokens alone has no password that opens") {
  Setup at;
  CHECK(at.run(at.api->administrators.create(at.north.caller, {"north.adm", "robot", "company_token_only"}, "robot-secret")));
  CHECK(code_of(at.run(at.api->sign_in.verify("robot", "north.adm", "robot-secret", "test", "192.0.2.9"))) == code::kSignInFailed);
  const auto made = at.make(at.north.caller, {.user = "robot", .domain = "north.adm"});
  CHECK(at.run(at.api->domains.change(at.enter(made.text).value(), "one.test", {})));
  CHECK(at.run(at.api->administrators.erase(at.north.caller, "north.adm", "robot")));
  CHECK(code_of(at.enter(made.text)) == code::kSignInFailed);
}

TEST_CASE("one has a thousand tokens at most; sessions make room") {
  Setup at;
  std::string first;
  for (std::size_t n = 0; n < kTokensMost; ++n) {
    const auto made = at.make(at.north.caller, {.kind = TokenKind::Session, .duration = std::chrono::seconds(86'400)});
    if (n == 0) first = made.text;
  }
  CHECK(at.enter(first));
  at.make(at.north.caller, {.kind = TokenKind::Session});
  CHECK(code_of(at.enter(first)) == code::kSignInFailed);
  CHECK(at.query("SELECT count(*) FROM tokens")[0][0].number() == static_cast<std::int64_t>(kTokensMost));
  CHECK(at.run(at.api->tokens.revoke_all(at.north.caller, "", "")).value() == kTokensMost);
}

}  // namespace
}  // namespace postroad::control
