#include <doctest/doctest.h>

#include <string>

#include "directory/password_sign_in.h"
#include "directory/testing.h"
#include "io/simulated.h"
#include "sasl/digest.h"
#include "store/memory/memory.h"

namespace postroad::directory {
namespace {

using namespace std::chrono_literals;
using namespace testing;
namespace simulated = io::simulated;

// Counts what is hashed, and by how many virtual milliseconds.
class SlowPool : public simulated::Pool {
 public:
  explicit SlowPool(simulated::World& world)
      : simulated::Pool(world, {.threads = 1, .queue = 3, .least = 20ms, .most = 20ms}) {}
  bool submit(std::function<void()> work) override {
    const bool taken = simulated::Pool::submit(std::move(work));
    hashed += taken ? 1 : 0;
    return taken;
  }
  int hashed = 0;
};

// ann@a.example with password `secret`, and others.
struct Fixture {
  explicit Fixture(SignInOptions options = {}) {
    options.hash = {.passes = 1, .memory_kib = 8};
    hash = *sasl::hash_password("secret", options.hash, random);
    REQUIRE(world.run(loop, directory.open()).has_value());
    auto group = account("team@a.example");
    group.type = AccountType::Group;
    auto zoned = account("zoe@b.example");
    zoned.timezone = "Europe/Berlin";
    auto b = domain("b.example");
    b.timezone = "Asia/Tokyo";
    b.language = "ja";
    apply({feed::PutDomain{domain("a.example")}, feed::PutAccount{account("Ann@a.example"), hash},
           feed::PutAlias{alias("anna@a.example", "Ann@a.example")}, feed::PutAccount{account("bob@a.example"), {}},
           feed::PutAccount{group, hash}, feed::PutDomain{b}, feed::PutAccount{zoned, hash}});
    sign_in = std::make_unique<PasswordSignIn>(directory, pool, random, silence, metrics, options);
  }
  ~Fixture() { loop.kill(); }

  void apply(std::vector<feed::Payload> payloads) {
    feed::Batch batch{directory.position(), {}};
    for (auto& payload : payloads)
      batch.changes.push_back({batch.after + batch.changes.size() + 1, "c", std::move(payload)});
    const auto settled = world.run(loop, directory.apply("log", batch));
    REQUIRE(settled.has_value());
    for (const auto& one : *settled) REQUIRE_MESSAGE(one.is_applied, one.reason);
  }
  Result<Identity> verify(std::string address, std::string password, Service service = Service::Imap,
                          std::string peer = "192.0.2.1") {
    return world.run(loop, sign_in->verify(loop, std::move(address), std::move(password), service, {std::move(peer), 1}));
  }
  // The address signed in, or the code of the refusal.
  std::string words(std::string address, std::string password, Service service = Service::Imap,
                    std::string peer = "192.0.2.1") {
    const auto result = verify(std::move(address), std::move(password), service, std::move(peer));
    return result ? result->address : result.error().code;
  }

  simulated::World world{1};
  simulated::Random random{1};
  simulated::Loop loop{world};
  store::memory::Disk disk{1};
  std::unique_ptr<store::Store> store = store::memory::open(disk);
  log::Silence silence;
  metrics::Registry metrics;
  Directory directory{loop, *store, silence, metrics, {.shards = 2}};
  SlowPool pool{world};
  std::string hash;
  std::unique_ptr<PasswordSignIn> sign_in;
};

TEST_CASE("the right password signs in, by any of the account's addresses") {
  Fixture f;
  CHECK(f.words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(f.words("ANNA@A.example", "secret") == "Ann@a.example");
  const auto identity = f.verify("ann@a.example", "secret");
  CHECK(identity->account == id('a', "Ann@a.example"));
  CHECK(identity->credentials_version == 1);
  CHECK(identity->timezone == "UTC");
  CHECK(identity->language == "en");
  CHECK(f.verify("zoe@b.example", "secret")->timezone == "Europe/Berlin");
  CHECK(f.verify("zoe@b.example", "secret")->language == "ja");
}

TEST_CASE("everything else gets one answer after the same time") {
  Fixture f;
  for (const auto& [address, password] : std::initializer_list<std::pair<const char*, const char*>>{
           {"ann@a.example", "Secret"}, {"ann@a.example", ""}, {"nobody@a.example", "secret"}, {"bob@a.example", "secret"},
           {"bob@a.example", ""}, {"team@a.example", "secret"}, {"ann@nowhere.example", "secret"}, {"", "secret"},
           {"ann", "secret"}, {"a b@c", "secret"}}) {
    CAPTURE(address);
    const auto began = f.world.now();
    const auto result = f.verify(address, password);
    const auto took = f.world.now() - began;
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().fault == Fault::Refused);
    CHECK(result.error().code == "AUTHENTICATIONFAILED");
    CHECK(result.error().text == "the address or the password is wrong");
    CHECK(took >= 20ms);
    CHECK(took < 22ms);
  }
  CHECK(f.pool.hashed == 10);
}

TEST_CASE("a password that was right a short while ago costs nothing") {
  Fixture f;
  f.verify("ann@a.example", "secret");
  CHECK(f.pool.hashed == 1);
  for (int n = 0; n < 10; ++n) CHECK(f.words("anna@a.example", "secret", Service::Pop) == "Ann@a.example");
  CHECK(f.pool.hashed == 1);
  CHECK(f.words("ann@a.example", "wrong") == "AUTHENTICATIONFAILED");
  CHECK(f.words("zoe@b.example", "wrong") == "AUTHENTICATIONFAILED");
  CHECK(f.pool.hashed == 3);
  f.world.run_for(121s);
  CHECK(f.words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(f.pool.hashed == 4);
}

TEST_CASE("a changed password ends what was remembered, at once") {
  Fixture f;
  f.verify("ann@a.example", "secret");
  const auto other = *sasl::hash_password("other", {.passes = 1, .memory_kib = 8}, f.random);
  f.apply({feed::SetPassword{id('a', "Ann@a.example"), other}});
  CHECK(f.words("ann@a.example", "secret") == "AUTHENTICATIONFAILED");
  CHECK(f.verify("ann@a.example", "other")->credentials_version == 2);
  f.apply({feed::SetPassword{id('a', "Ann@a.example"), ""}});
  CHECK(f.words("ann@a.example", "other") == "AUTHENTICATIONFAILED");
  CHECK(f.words("ann@a.example", "") == "AUTHENTICATIONFAILED");
  f.apply({feed::DeleteAccount{id('a', "Ann@a.example")}});
  CHECK(f.words("ann@a.example", "other") == "AUTHENTICATIONFAILED");
}

TEST_CASE("a service that is barred says so, to who has the password alone") {
  Fixture f;
  const auto ann = id('a', "Ann@a.example");
  f.apply({feed::SetServices{ann, {{Service::Imap, ServiceState::Suspended}, {Service::Pop, ServiceState::Disabled}}}});
  CHECK(f.verify("ann@a.example", "secret").error().text == "imap is suspended for this account");
  CHECK(f.verify("ann@a.example", "secret").error().code == "CONTACTADMIN");
  CHECK(f.verify("ann@a.example", "secret", Service::Pop).error().text == "pop is disabled for this account");
  CHECK(f.words("ann@a.example", "wrong") == "AUTHENTICATIONFAILED");
  CHECK(f.words("ann@a.example", "secret", Service::SmtpRelay) == "Ann@a.example");
  f.apply({feed::SetDomainDisabled{id('d', "a.example"), true}});
  CHECK(f.words("ann@a.example", "secret", Service::SmtpRelay) == "CONTACTADMIN");
  CHECK(f.words("ann@a.example", "wrong", Service::SmtpRelay) == "AUTHENTICATIONFAILED");
}

TEST_CASE("too many failures of an address make it wait, known or not") {
  Fixture f({.remember = 0s, .failures_per_pair = 0, .failures_per_peer = 0, .failures_per_address = 3});
  for (const auto* address : {"ann@a.example", "nobody@a.example"}) {
    CAPTURE(address);
    for (int n = 0; n < 3; ++n) CHECK(f.words(address, "wrong") == "AUTHENTICATIONFAILED");
    const auto result = f.verify(address, "secret", Service::Imap, "192.0.2.9");
    CHECK(result.error().fault == Fault::Busy);
    CHECK(result.error().code == "UNAVAILABLE");
  }
  CHECK(f.words("anna@a.example", "secret") == "UNAVAILABLE");
  CHECK(f.words("zoe@b.example", "secret") == "zoe@b.example");
  CHECK(f.pool.hashed == 7);
  f.world.run_for(601s);
  CHECK(f.words("ann@a.example", "secret") == "Ann@a.example");
}

TEST_CASE("guesses for an account hold up who makes them, and not its owner elsewhere") {
  Fixture f({.remember = 0s, .failures_per_pair = 3});
  for (int n = 0; n < 5; ++n) f.verify("ann@a.example", "wrong", Service::Imap, "2001:db8::" + std::to_string(n));
  CHECK(f.words("ann@a.example", "secret", Service::Imap, "2001:db8::9") == "UNAVAILABLE");
  CHECK(f.words("anna@a.example", "secret", Service::Imap, "2001:db8::9") == "UNAVAILABLE");
  CHECK(f.words("zoe@b.example", "secret", Service::Imap, "2001:db8::9") == "zoe@b.example");
  CHECK(f.words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(f.pool.hashed == 5);
}

TEST_CASE("what is remembered can't be guessed at without end") {
  Fixture f({.failures_per_pair = 3});
  f.verify("ann@a.example", "secret");
  for (const auto* peer : {"192.0.2.66", "192.0.2.1"}) {
    for (int n = 0; n < 3; ++n) CHECK(f.words("ann@a.example", "wrong", Service::Imap, peer) == "AUTHENTICATIONFAILED");
    CHECK(f.words("ann@a.example", "secret", Service::Imap, peer) == "UNAVAILABLE");
  }
}

TEST_CASE("who signed in a short while ago is not shut out by another's failures") {
  Fixture f({.failures_per_address = 3});
  f.verify("ann@a.example", "secret");
  for (int n = 0; n < 5; ++n) f.verify("ann@a.example", "wrong", Service::Imap, "192.0.2.66");
  CHECK(f.words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(f.words("ann@a.example", "wrong") == "UNAVAILABLE");
}

TEST_CASE("too many failures of a peer make it wait, whatever addresses it tries") {
  Fixture f({.failures_per_pair = 0, .failures_per_peer = 3});
  for (int n = 0; n < 3; ++n) f.verify(std::to_string(n) + "@a.example", "x", Service::Imap, "2001:db8::" + std::to_string(n));
  CHECK(f.words("ann@a.example", "secret", Service::Imap, "2001:db8:0:0:ffff::9") == "UNAVAILABLE");
  CHECK(f.words("ann@a.example", "secret", Service::Imap, "2001:db8:0:1::9") == "Ann@a.example");
}

TEST_CASE("loopback may be left alone") {
  Fixture f({.failures_per_pair = 1, .failures_per_peer = 1, .failures_per_address = 0, .throttle_loopback = false});
  for (int n = 0; n < 5; ++n) CHECK(f.words("ann@a.example", "wrong", Service::Imap, "127.0.0.1") == "AUTHENTICATIONFAILED");
  CHECK(f.words("ann@a.example", "secret", Service::Imap, "::1") == "Ann@a.example");
  CHECK(f.words("zoe@b.example", "wrong") == "AUTHENTICATIONFAILED");
  CHECK(f.words("zoe@b.example", "secret") == "UNAVAILABLE");
}

TEST_CASE("a full pool and a store that is away mean later, not wrong") {
  Fixture f;
  int later = 0;
  int ended = 0;
  struct Ask {
    static io::Task<void> run(Fixture& fixture, int number, int& busy, int& done) {
      const auto result = co_await fixture.sign_in->verify(fixture.loop, "ann@a.example", "wrong" + std::to_string(number),
                                                           Service::Imap, {"192.0.2.1", 1});
      busy += result.error().fault == Fault::Busy ? 1 : 0;
      ++done;
    }
  };
  for (int n = 0; n < 10; ++n) f.loop.spawn(Ask::run(f, n, later, ended), "ask");
  CHECK(f.world.run_until([&] { return ended == 10; }));
  CHECK(later == 7);

  f.disk.faults().is_down = true;
  CHECK(f.words("zoe@b.example", "secret") == "UNAVAILABLE");
  f.disk.faults().is_down = false;
  CHECK(f.words("zoe@b.example", "secret") == "zoe@b.example");
}

TEST_CASE("an imported hash becomes one of ours at the first sign-in that knows the password, and nobody has to sign in anew") {
  Fixture f({.remember = 0s});
  const auto ann = id('a', "Ann@a.example");
  constexpr auto kImported = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=";  // of `secret`
  f.apply({feed::SetPassword{ann, kImported}});
  const auto kept = [&] { return f.world.run(f.loop, f.directory.credentials(f.loop, ann)).value(); };
  CHECK(f.words("ann@a.example", "wrong") == "AUTHENTICATIONFAILED");
  CHECK(kept().password_hash == kImported);
  CHECK(f.verify("ann@a.example", "secret")->credentials_version == 2);
  CHECK(kept().password_hash.starts_with("$argon2id$"));
  CHECK(kept().version == 2);
  const auto ours = kept().password_hash;
  CHECK(f.words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(f.words("ann@a.example", "wrong") == "AUTHENTICATIONFAILED");
  CHECK(kept().password_hash == ours);

  // A password that was changed meanwhile stays.
  f.apply({feed::SetPassword{ann, "{SHA}qvTGHdzF6KLavt4PO0gs2a6pQ00="}});  // of `hello`
  CHECK(f.world.run(f.loop, f.directory.replace_hash(ann, {2, ours}, f.hash)).value() == false);
  CHECK(kept().version == 3);
  CHECK(f.words("ann@a.example", "secret") == "AUTHENTICATIONFAILED");
  CHECK(f.words("ann@a.example", "hello") == "Ann@a.example");
}

TEST_CASE_FIXTURE(Fixture, "an application password opens mail for programs, and no webmail; one that is removed opens nothing") {
  const auto ann = account("Ann@a.example").id;
  const auto phone = sasl::sha256_hash("a random word");
  const auto tablet = sasl::sha256_hash("another random word");
  apply({feed::SetAppPasswords{ann, {phone, tablet}}});
  for (const auto service : {Service::Imap, Service::Pop, Service::SmtpRelay}) {
    CHECK(words("anna@a.example", "a random word", service) == "Ann@a.example");
    CHECK(words("ann@a.example", "another random word", service) == "Ann@a.example");
  }
  CHECK(words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(words("ann@a.example", "a random word", Service::Webmail) == "AUTHENTICATIONFAILED");
  CHECK(words("zoe@b.example", "a random word") == "AUTHENTICATIONFAILED");
  apply({feed::SetAppPasswords{ann, {tablet}}});
  CHECK(words("ann@a.example", "a random word") == "AUTHENTICATIONFAILED");
  CHECK(words("ann@a.example", "another random word") == "Ann@a.example");
  // They go with the account.
  apply({feed::DeleteAccount{ann}, feed::RestoreAccount{account("Ann@a.example"), hash}});
  CHECK(words("ann@a.example", "another random word") == "AUTHENTICATIONFAILED");
  CHECK(words("ann@a.example", "secret") == "Ann@a.example");
  CHECK(words("ann@a.example", sasl::sha256_hash("another random word")) == "AUTHENTICATIONFAILED");
}

}  // namespace
}  // namespace postroad::directory
