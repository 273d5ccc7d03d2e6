#include <doctest/doctest.h>

#include <algorithm>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using std::chrono::seconds;

struct Signing : Control {
  Reseller north = add_reseller(*this, "north");
  std::string verify(const std::string& user, const std::string& password, const std::string& peer = "192.0.2.9") {
    const auto at = user.find('@');
    return code_of(run(api->sign_in.verify(user.substr(0, at), user.substr(at + 1), password, "test", peer)));
  }
};

TEST_CASE_FIXTURE(Signing, "who signs in, and who does not") {
  run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(north.caller, "one.test", "staff")).value();
  run(api->users.create(north.caller, new_mailbox("one.test", "joe"))).value();
  options.failures_most = 0;
  stop();
  start().value();
  CHECK(verify("admin@north.adm", "secret-north") == "ok");
  CHECK(verify("Admin@North.ADM", "secret-north") == "ok");
  CHECK(verify("admin@north.adm", "secret-South") == code::kSignInFailed);
  CHECK(verify("admin@north.adm", "") == code::kSignInFailed);
  CHECK(verify("root@north.adm", "secret-north") == code::kSignInFailed);
  CHECK(verify("admin@south.adm", "secret-north") == code::kSignInFailed);
  CHECK(verify("joe@one.test", "pass-joe") == code::kSignInFailed);  // has no role
  CHECK(verify("joe@two.test", "pass-joe") == code::kSignInFailed);
  CHECK(verify("@", "") == code::kSignInFailed);
  CHECK(run(api->sign_in.verify("admin", "north.adm", "secret-north", "test", "192.0.2.9"))->name == "admin@north.adm");
}

TEST_CASE_FIXTURE(Signing, "failures hold up who made them, and nobody else") {
  for (int n = 0; n < 3; ++n) CHECK(verify("admin@north.adm", "guess") == code::kSignInFailed);
  CHECK(verify("admin@north.adm", "secret-north") == code::kTooManyFailures);
  CHECK(verify("admin@north.adm", "secret-north", "192.0.2.10") == "ok");
  CHECK(verify("other@north.adm", "guess") == code::kSignInFailed);
  world.run_for(options.failures_window + seconds(1));
  CHECK(verify("admin@north.adm", "secret-north") == "ok");
}

TEST_CASE_FIXTURE(Signing, "attempts at once count each") {
  std::vector<std::string> codes;
  struct Attempt {
    static io::Task<void> run(Api& api, std::vector<std::string>& codes) { codes.push_back(code_of(co_await api.sign_in.verify("admin", "north.adm", "guess", "test", "192.0.2.9"))); }
  };
  for (int n = 0; n < 10; ++n) loop->spawn(Attempt::run(*api, codes), "attempt");
  world.run_until_idle();
  CHECK(std::ranges::count(codes, code::kSignInFailed) == 3);
  CHECK(std::ranges::count(codes, code::kTooManyFailures) == 7);
}

TEST_CASE_FIXTURE(Signing, "one who tries many names is held up, and the others of its network with it") {
  options.failures_per_network = 5;
  stop();
  start().value();
  for (int n = 0; n < 5; ++n) CHECK(verify("admin" + std::to_string(n) + "@north.adm", "guess", "2001:db8::" + std::to_string(n)) == code::kSignInFailed);
  CHECK(verify("admin@north.adm", "secret-north", "2001:db8::9") == code::kTooManyFailures);
  CHECK(verify("admin@north.adm", "secret-north", "2001:db8:0:1::9") == "ok");
}

TEST_CASE_FIXTURE(Signing, "many sessions of one client at once are no guesses, and cost one hash") {
  std::vector<std::string> codes;
  struct Attempt {
    static io::Task<void> run(Api& api, std::vector<std::string>& codes) { codes.push_back(code_of(co_await api.sign_in.verify("admin", "north.adm", "secret-north", "test", "192.0.2.9"))); }
  };
  for (int n = 0; n < 50; ++n) loop->spawn(Attempt::run(*api, codes), "attempt");
  world.run_until_idle();
  CHECK(codes.size() == 50);
  CHECK(std::ranges::count(codes, "ok") == 50);
}

TEST_CASE_FIXTURE(Signing, "what was right is remembered, until it is changed") {
  for (int n = 0; n < 3; ++n) CHECK(verify("admin@north.adm", "guess") == code::kSignInFailed);
  CHECK(verify("admin@north.adm", "secret-north") == code::kTooManyFailures);
  CHECK(verify("admin@north.adm", "secret-north", "192.0.2.10") == "ok");
  CHECK(verify("admin@north.adm", "secret-north") == code::kTooManyFailures);
  run(api->companies.put_administrator(Caller::system(), "north.adm", "admin", "another-secret")).value();
  CHECK(verify("admin@north.adm", "secret-north", "192.0.2.10") == code::kSignInFailed);
  CHECK(verify("admin@north.adm", "another-secret", "192.0.2.10") == "ok");
}

TEST_CASE_FIXTURE(Signing, "an administrator of a domain that is switched off does not sign in") {
  run(api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(north.caller, "one.test", "staff")).value();
  run(api->users.create(north.caller, new_mailbox("one.test", "joe"))).value();
  run(api->domains.set_administrator(north.caller, "one.test", "joe", true)).value();
  CHECK(verify("joe@one.test", "pass-joe") == "ok");
  run(api->domains.set_disabled(north.caller, "one.test", true)).value();
  CHECK(verify("joe@one.test", "pass-joe") == code::kSignInFailed);
}

TEST_CASE_FIXTURE(Signing, "names and passwords of any length are refused, and nothing of them is kept") {
  const std::string huge(1 << 20, 'x');
  CHECK(verify(huge + "@north.adm", "secret-north") == code::kSignInFailed);
  CHECK(verify("admin@" + huge, "secret-north") == code::kSignInFailed);
  CHECK(verify("admin@north.adm", huge) == code::kSignInFailed);
  CHECK(verify("admin@north.adm", "secret-north") == "ok");
}

TEST_CASE_FIXTURE(Signing, "sign-ins, tokens and entries of the audit are counted by what came of them") {
  for (int n = 0; n < 3; ++n) verify("admin@north.adm", "guess");
  verify("admin@north.adm", "secret-north");
  verify("admin@north.adm", "secret-north", "192.0.2.10");
  const auto token = run(api->tokens.make(north.caller, {.reason = "billing"})).value();
  CHECK(run(api->sign_in.verify_token(token.text, "test", "192.0.2.9")));
  CHECK_FALSE(run(api->sign_in.verify_token(token.text + "x", "test", "192.0.2.9")));
  run(api->tokens.revoke(north.caller, token.id)).value();
  const auto told = [&](const std::string& line) {
    CAPTURE(line);
    CHECK(metrics.text().contains(line + "\n"));
  };
  told("postroad_control_sign_ins_total{face=\"test\",by=\"password\",result=\"failed\"} 3");
  told("postroad_control_sign_ins_total{face=\"test\",by=\"password\",result=\"throttled\"} 1");
  told("postroad_control_sign_ins_total{face=\"test\",by=\"token\",result=\"ok\"} 1");
  told("postroad_control_sign_ins_total{face=\"test\",by=\"token\",result=\"failed\"} 1");
  told("postroad_control_tokens_total{what=\"made\"} 1");
  told("postroad_control_tokens_total{what=\"revoked\"} 1");
  told("postroad_control_audit_entries_total " + std::to_string(query("SELECT count(*) FROM audit")[0][0].number()));
}

}  // namespace
}  // namespace postroad::control
