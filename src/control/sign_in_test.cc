#include <doctest/doctest.h>

#include <algorithm>

#include "control/testing.h"
#include "control/throttle.h"

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

TEST_CASE("the throttle forgets the oldest where there are too many") {
  Throttle throttle(1, seconds(900));
  const io::Tick now{};
  for (std::size_t n = 0; n <= Throttle::kEntries; ++n) throttle.failed("peer" + std::to_string(n), "name", now);
  CHECK(throttle.wait("peer0", "name", now) == seconds(0));
  CHECK(throttle.wait("peer1", "name", now) == seconds(900));
  throttle.succeeded("peer1", "name");
  CHECK(throttle.wait("peer1", "name", now) == seconds(0));
  CHECK(throttle.wait("peer2", "name", now + seconds(899)) == seconds(1));
  CHECK(throttle.wait("peer2", "name", now + seconds(900)) == seconds(0));
  throttle.failed("peer2", "name", now + seconds(900));
  CHECK(throttle.wait("peer2", "name", now + seconds(900)) == seconds(900));
}

}  // namespace
}  // namespace postroad::control
