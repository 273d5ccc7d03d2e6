#include <doctest/doctest.h>

#include "control/testing_codes.h"

namespace postroad::control {
namespace {
using namespace testing;

struct Setup : Control {
  Reseller north = add_reseller(*this, "north");
  Device device{*this};
  std::vector<std::string>& recovery = device.recovery;

  std::string code(std::int64_t off = 0) const { return device.code(off); }
  std::string wrong_code() const { return device.wrong_code(); }
  Result<Caller> enter(const std::string& with, const std::string& peer = "192.0.2.9", const std::string& password = "secret-north") {
    return run(api->sign_in.verify("admin", "north.adm", password, "test", peer, with));
  }
  void enrol() { device.enrol(north.caller); }
};

TEST_CASE("from its confirmation on a code is asked for, and each is good once") {
  Setup at;
  at.device.begin(at.north.caller);
  CHECK(at.enter(""));  // it is not confirmed
  CHECK(code_of(at.run(at.api->second_factors.confirm(at.north.caller, at.wrong_code()))) == code::kSecondFactor);
  at.enrol();
  CHECK(code_of(at.run(at.api->second_factors.enrol(at.north.caller))) == code::kSecondFactor);
  CHECK(at.recovery.size() == kRecoveryCodes);
  CHECK(code_of(at.enter("")) == code::kSecondFactor);
  CHECK(code_of(at.enter(at.wrong_code())) == code::kSecondFactor);
  CHECK(code_of(at.enter(at.code(), "192.0.2.9", "wrong")) == code::kSignInFailed);  // tells nothing of the code
  const auto code = at.code();
  CHECK(at.enter(code));
  CHECK(code_of(at.enter(code)) == code::kSecondFactor);
  CHECK(code_of(at.enter(at.code(-1))) == code::kSecondFactor);
  CHECK(at.enter(at.code(1)));
  CHECK_FALSE(at.query("SELECT sealed FROM second_factors")[0][0].text().contains(at.device.secret()));
}

TEST_CASE("two at once with one code: one of them") {
  Setup at;
  at.enrol();
  const auto code = at.code();
  int entered = 0;
  const auto one = [](Setup* at_, std::string with, std::string peer, int* count) -> io::Task<void> {
    if (co_await at_->api->sign_in.verify("admin", "north.adm", "secret-north", "test", peer, with)) ++*count;
  };
  for (int n = 0; n < 5; ++n) at.loop->spawn(one(&at, code, "198.51.100." + std::to_string(n), &entered), "entering");
  at.world.run_for(std::chrono::seconds(1));
  CHECK(entered == 1);
}

TEST_CASE("a recovery code is good once, and opens when guesses have closed the codes") {
  Setup at;
  at.enrol();
  for (int n = 0; n < 10; ++n) CHECK(code_of(at.enter(at.wrong_code(), "198.51.100." + std::to_string(n))) == code::kSecondFactor);
  CHECK(code_of(at.enter(at.code(), "203.0.113.7")) == code::kTooManyFailures);
  CHECK(at.enter(at.recovery[0]));
  CHECK(code_of(at.enter(at.recovery[0])) == code::kSecondFactor);
  auto typed = at.recovery[1];
  for (auto& c : typed)
    if (c == '-') c = ' ';
  CHECK(at.enter(typed));
  at.world.run_for(at.options.failures_window + std::chrono::seconds(1));
  CHECK(at.enter(at.code()));
}

TEST_CASE("who does not know the password can't close another's codes") {
  Setup at;
  at.enrol();
  for (int n = 0; n < 50; ++n) CHECK_FALSE(at.enter("000000", "198.51.100." + std::to_string(n), "wrong"));
  CHECK(at.enter(at.code()));
}

TEST_CASE("it is removed by a code, or by who may set the password; not by an API token") {
  Setup at;
  at.enrol();
  auto child = add_reseller(at, "child", at.north.company.id);
  const auto token = at.run(at.api->tokens.make(at.north.caller, {})).value();
  const auto by_token = at.run(at.api->sign_in.verify_token(token.text, "test", "192.0.2.9")).value();  // needs no code
  CHECK(code_of(at.run(at.api->second_factors.remove_own(by_token, at.recovery[0]))) == code::kNotAllowed);
  CHECK(code_of(at.run(at.api->second_factors.remove(child.caller, "admin", "north.adm"))) == code::kNoCompany);
  CHECK(code_of(at.run(at.api->second_factors.remove(at.north.caller, "admin", "north.adm"))) == code::kNotAllowed);
  CHECK(code_of(at.run(at.api->second_factors.remove_own(at.north.caller, at.wrong_code()))) == code::kSecondFactor);
  CHECK(at.run(at.api->second_factors.remove_own(at.north.caller, at.code())));
  CHECK(at.enter(""));
  at.enrol();
  CHECK(at.run(at.api->second_factors.remove(Caller::system(), "admin", "north.adm")));
  CHECK(at.enter(""));
  CHECK(at.query("SELECT count(*) FROM recovery_codes")[0][0].number() == 0);
}

}  // namespace
}  // namespace postroad::control
